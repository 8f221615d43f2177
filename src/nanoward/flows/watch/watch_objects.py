"""Track detections, judge what threatens the zones, and raise alarms by the one alarm core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import AlarmRaised, Entry, WatchPlanned, kind_of
from nanoward.base.findings import Finding, in_order
from nanoward.ports.formats import Formats
from nanoward.ports.ports import Ports
from nanoward.ports.progress import Progress
from nanoward.watch.objects.placing import PlacedDetections, placed
from nanoward.watch.objects.threatening import (
    alarm_rows,
    moment,
    observed_rows,
    threat_rows,
)
from nanoward.watch.objects.tracks import TrackBook, Tracks
from nanoward.watch.objects.zones import WatchedArea, watched_area

ACTOR = "watch"
SILENT = 3.0  # times its stated interval after which a sensor is silent


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectScan:
    """What a scan of detections found.

    rows      in the shape TRACKS, the first to arrive first
    observed  counts of tracks by day, as any other stream
    silent    sensors that are silent past their interval, and since when (s)
    """

    area: WatchedArea
    now: float
    rows: pl.DataFrame
    observed: pl.DataFrame
    tracks: Tracks
    placed: PlacedDetections
    silent: Mapping[str, float]
    findings: tuple[Finding, ...]

    @property
    def alarms(self) -> list[dict[str, Any]]:
        return alarm_rows(self.rows)


def read_detections(
    files: Sequence[tuple[str, bytes]], formats: Formats
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Detections of several files, each row with its file and line."""
    parts: list[pl.DataFrame] = []
    findings: list[Finding] = []
    for path, content in files:
        read = formats.read("detections", path, content)
        findings += read.findings
        parts.append(read.table.with_columns(pl.lit(path).alias("file")))
    return pl.concat(parts, how="diagonal_relaxed"), tuple(findings)


def scan_objects(
    rows: pl.DataFrame,
    area: WatchedArea,
    progress: Progress,
    *,
    now: float | None = None,
    seed: int = 7,
) -> ObjectScan:
    """Track, and judge every track at a moment: that of the last detection unless given."""
    where = placed(rows, area, now)
    findings = list(where.findings)
    detections = where.detections
    last = float(detections.time[-1]) if len(detections) else (now or 0.0)
    moment_ = last if now is None else now
    models = [one.model for one in area.sensors]
    book = TrackBook(detections, area.motion, models, area.rules)
    alone = frozenset(at for at, one in enumerate(models) if not one.scanning)
    with progress("tracking detections", len(detections)) as step:
        for scan in detections.scans(alone):
            book.take(scan)
            step(scan.stop - scan.start)
    tracks = book.told()
    found = threat_rows(tracks, where, area, moment_, seed)
    silent = _silent(where, area, moment_)
    findings += _silences(silent)
    if book.too_late.any():
        findings.append(_late(where, int(book.too_late.sum())))
    source = sha256_of(rows.write_csv().encode())
    return ObjectScan(
        area=area, now=moment_, rows=found, tracks=tracks, placed=where, silent=silent,
        observed=observed_rows(found, where, area, source), findings=in_order(findings),
    )  # fmt: skip


def _silent(where: PlacedDetections, area: WatchedArea, now: float) -> dict[str, float]:
    """Sensors with a stated interval from which nothing came for three of them."""
    found = {}
    for number, sensor in enumerate(area.sensors):
        own = where.detections.time[where.detections.stream == number]
        last = float(own.max()) if len(own) else float("-inf")
        if sensor.scan_s > 0 and now - last > SILENT * sensor.scan_s:
            found[sensor.name] = last
    return found


def _silences(silent: Mapping[str, float]) -> list[Finding]:
    return [
        Finding(
            code="WCH-055",
            severity="error",
            message=f"{name} is silent since {moment(last) if last > 0 else 'ever'}: nothing "
            "that came since would have been seen",
            next_step="Ask whoever runs it",
            subject=name,
        )
        for name, last in silent.items()
    ]


def _late(where: PlacedDetections, count: int) -> Finding:
    return Finding(
        code="WCH-056",
        severity="warning",
        message=f"{count} detections came later than lag_s after later ones; they are not used",
        next_step="Raise lag_s, or look why the sensor is late",
        file=str(where.rows["file"][0]),
    )


def object_entries(
    found: ObjectScan, known: frozenset[str], planned: frozenset[str]
) -> tuple[Entry, ...]:
    """What the ledger is to have: the rules before what they judged, then new alarms."""
    day = datetime.fromtimestamp(found.now, UTC).date()
    digest = area_sha256(found.area)
    entries: list[Entry] = []
    if digest not in planned:
        entries.append(
            WatchPlanned(
                scan="objects", run_length=found.area.run_length_h, period_days=0, seed=0,
                rules_sha256=digest, from_day=day,
            )
        )  # fmt: skip
    alarms = [
        AlarmRaised(
            alarm=f"track/{row['track']}",
            room="watch",
            subject=row["track"],
            message=row["told"],
            urgency="now" if row["state"] == "alarm" else "today",
            since=date.fromisoformat(row["since"][:10]),
            evidence=row["evidence"],
            threshold=found.area.rules.run_length,
            half="fitted",
        )
        for row in found.alarms
    ]
    alarms += [
        AlarmRaised(
            alarm=f"silent/{name}/{moment(last) if last > 0 else 'never'}",
            room="watch",
            subject=name,
            message=f"{name} is silent: nothing that comes would be seen",
            urgency="now",
            since=datetime.fromtimestamp(last, UTC).date() if last > 0 else None,
        )
        for name, last in found.silent.items()
    ]
    return (*entries, *(one for one in alarms if one.alarm not in known))


def area_sha256(area: WatchedArea) -> str:
    """Hash of everything that objects are judged by."""
    zones = [(one.name, one.corners.round(3).tolist(), one.radius, one.probability,
              one.horizon_s) for one in area.zones]  # fmt: skip
    told = repr((zones, area.sensors, area.motion, area.rules, sorted(area.known)))
    return sha256_of(told.encode())


def programme_area(ports: Ports) -> WatchedArea | None:
    """The plan's [objects]; None where it has none."""
    section = ports.folder.plan().section("objects")
    return watched_area(section) if section else None


def watch_programme_objects(
    ports: Ports, rows: pl.DataFrame, area: WatchedArea, *, now: float | None, seed: int
) -> tuple[ObjectScan, tuple[Entry, ...]]:
    """Scan a programme's detections, and append what is new to its ledger."""
    found = scan_objects(rows, area, ports.progress, now=now, seed=seed)
    entries = new_entries(ports, found)
    if entries:
        ports.ledger.append(list(entries), actor=ACTOR, at=ports.clock.now())
    return found, entries


def new_entries(ports: Ports, found: ObjectScan) -> tuple[Entry, ...]:
    """Entries of a scan that the ledger has not."""
    return object_entries(
        found,
        frozenset(one.body["alarm"] for one in ports.ledger.records(kind=kind_of(AlarmRaised))),
        frozenset(
            one.body["rules_sha256"] for one in ports.ledger.records(kind=kind_of(WatchPlanned))
        ),
    )


def programme_detections(
    ports: Ports, formats: Formats
) -> tuple[pl.DataFrame | None, tuple[Finding, ...]]:
    """Everything under data/detections/."""
    files = [
        (one.path, ports.folder.content(one.path))
        for one in ports.folder.files()
        if formats.role_of(one.path) == "detections"
    ]
    return read_detections(files, formats) if files else (None, ())


def end_of(day: date) -> float:
    """The last moment of a day in UTC, s."""
    return datetime.combine(day, time.max, UTC).timestamp()
