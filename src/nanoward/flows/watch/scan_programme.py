"""Scan a programme's streams; what they are judged by stands on the ledger before them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import (
    AlarmRaised,
    Entry,
    NullModelsKept,
    SampleTyped,
    StreamsScanned,
    WatchPlanned,
    kind_of,
)
from nanoward.base.entries.visits import VisitMade, VisitMissed
from nanoward.base.findings import Finding, in_order
from nanoward.base.ids import Sha256
from nanoward.flows.steps.parquet import parquet_of, table_of
from nanoward.flows.watch.scan_streams import StreamScan, rules_sha256, scan_streams
from nanoward.ports.ports import Ports
from nanoward.watch.alarms.rules import WatchRules
from nanoward.watch.counts.programme_streams import programme_rows

ACTOR = "watch"
PLANNED, KEPT, SCANNED = (
    kind_of(one) for one in (WatchPlanned, NullModelsKept, StreamsScanned)
)
COLUMNS = ("stream", "day", "count", "exposure")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeScan:
    """A scan, what it writes, and every finding."""

    scan: StreamScan
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]


def scan_programme(
    ports: Ports, rules: WatchRules, as_of: date | None, *, period: int = 0
) -> ProgrammeScan:
    """Read the counts under data/counts/ and what the programme holds, judge, and record.

    Alarms that stand on the ledger already are not raised again.
    """
    from nanoward.flows.round.collect_materials import collect_materials

    day = as_of or ports.folder.plan().as_of or ports.today()
    materials, _ = collect_materials(ports, day)
    held = judged_programme(ports, rules, materials.tables, day, period=period)
    findings = (*(one for one in materials.findings if "counts/" in one.file), *held.findings)
    if held.entries:
        ports.ledger.append(list(held.entries), actor=ACTOR, at=ports.clock.now())
    return ProgrammeScan(scan=held.scan, entries=held.entries, findings=in_order(findings))


def judged_programme(
    ports: Ports,
    rules: WatchRules,
    tables: Mapping[str, pl.DataFrame],
    as_of: date,
    *,
    period: int = 0,
) -> ProgrammeScan:
    """The scan of tables by role, the entries that are new, and what changed in the past."""
    rows = stream_rows({**tables, **ledger_tables(ports)}, as_of)
    named = tables["counts"]["stream"].to_list() if "counts" in tables else []
    derived = frozenset(rows["stream"].unique()) - frozenset(named)
    found = scan_streams(rows, rules, as_of, ports.progress, period=period, derived=derived)
    if not found.streams.height:
        return ProgrammeScan(scan=found, entries=(), findings=found.findings)
    content = parquet_of(rows)
    data = sha256_of(content)
    last = _last_scan(ports)
    changed = () if last is None else changed_counts(_kept(ports, last.data_sha256), rows)
    entries = _new_entries(ports, found, data)
    if entries:
        ports.blobs.put(content)
    return ProgrammeScan(scan=found, entries=entries, findings=(*found.findings, *changed))


def ledger_tables(ports: Ports) -> dict[str, pl.DataFrame]:
    """Visits and samples as the ledger has them, by the day on which they were recorded."""
    visits = [
        {"day": one.at.date(), "missed": kind is VisitMissed}
        for kind in (VisitMade, VisitMissed)
        for one in ports.ledger.records(kind=kind_of(kind))
    ]
    samples = [
        {"day": one.at.date(), "typed_as": str(one.body["typed_as"])}
        for one in ports.ledger.records(kind=kind_of(SampleTyped))
    ]
    return {
        "ledger.visits": pl.DataFrame(visits, schema={"day": pl.Date, "missed": pl.Boolean}),
        "ledger.samples": pl.DataFrame(samples, schema={"day": pl.Date, "typed_as": pl.String}),
    }


def stream_rows(tables: Mapping[str, pl.DataFrame], as_of: date) -> pl.DataFrame:
    """Rows of COUNTS: those of the files, and those of what the programme holds."""
    parts = [programme_rows(tables, as_of)]
    counts = tables.get("counts")
    if counts is not None and counts.height:
        given = pl.col("exposure") if "exposure" in counts.columns else pl.lit(None)
        parts.append(
            counts.select(
                "stream",
                "day",
                pl.col("count").cast(pl.Int64),
                given.cast(pl.Float64).fill_null(1.0).alias("exposure"),
            )
        )
    return pl.concat(parts).unique(["stream", "day"], keep="first").sort("stream", "day")


def _new_entries(ports: Ports, found: StreamScan, data: str) -> tuple[Entry, ...]:
    """First the rules and null models, then what was judged by them."""
    digest = rules_sha256(found.rules)
    planned = {one.body["rules_sha256"] for one in ports.ledger.records(kind=PLANNED)}
    kept = {
        (one.body["from_day"], one.body["models_sha256"])
        for one in ports.ledger.records(kind=KEPT)
    }
    entries: list[Entry] = []
    if digest not in planned:
        entries.append(
            WatchPlanned(
                scan="streams",
                run_length=found.rules.run_length,
                period_days=found.rules.period,
                seed=found.rules.seed,
                rules_sha256=digest,
                from_day=found.as_of,
            )
        )
    entries += [
        NullModelsKept(
            scan="streams",
            from_day=one.from_day,
            streams=found.streams.height,
            models_sha256=one.models_sha256,
            data_sha256=one.data_sha256,
        )
        for one in found.blocks
        if (one.from_day.isoformat(), one.models_sha256) not in kept
    ]
    last = _last_scan(ports)
    if last is None or (last.data_sha256, last.through) != (data, found.as_of):
        entries.append(_scanned(found, data))
    return (*entries, *_new_alarms(ports, found))


def _scanned(found: StreamScan, data: str) -> StreamsScanned:
    return StreamsScanned(
        scan="streams",
        through=found.as_of,
        streams=found.streams.height,
        silent=found.streams.filter(state="silent").height,
        evidence=found.path[-1] if found.path else 0.0,
        threshold=found.rules.threshold,
        alarms=found.alarms.height,
        data_sha256=data,
    )


def _new_alarms(ports: Ports, found: StreamScan) -> list[Entry]:
    known = {one.body["alarm"] for one in ports.ledger.records(kind=kind_of(AlarmRaised))}
    alarms = [
        AlarmRaised(
            alarm=row["alarm"],
            room="watch",
            subject=row["stream"],
            message=row["told"],
            urgency="today",
            since=row["since"],
            evidence=row["evidence"],
            threshold=found.rules.threshold,
            half=row["half"],
            also=tuple(row["streams"][1:]),
        )
        for row in found.alarms.iter_rows(named=True)
        if recent(row["day"], found)
    ]
    alarms += [
        AlarmRaised(
            alarm=f"silent/{row['stream']}/{row['last']}",
            room="watch",
            subject=row["stream"],
            message=f"{row['stream']} is {row['told']}",
            urgency="today",
            since=row["last"],
        )
        for row in found.streams.filter(state="silent").iter_rows(named=True)
    ]
    return [one for one in alarms if one.alarm not in known]


def recent(day: date, found: StreamScan) -> bool:
    """Whether an alarm is of the last periods; older ones belong to a past that was read."""
    return (found.as_of - day) <= timedelta(days=found.rules.period * (found.rules.guard + 3))


def _last_scan(ports: Ports) -> StreamsScanned | None:
    from nanoward.base.entries import KINDS, entry_of

    last = None
    for record in ports.ledger.records(kind=SCANNED):
        last = record
    if last is None:
        return None
    entry = entry_of(last.kind, last.body, KINDS)
    assert isinstance(entry, StreamsScanned)
    return entry


def _kept(ports: Ports, name: str) -> pl.DataFrame:
    return table_of(ports.blobs.get(Sha256(name)))


def changed_counts(before: pl.DataFrame, now: pl.DataFrame) -> tuple[Finding, ...]:
    """Counts that were judged and are different now, or gone; one finding a stream."""
    both = before.join(now, on=["stream", "day"], how="left", suffix="_now")
    moved = both.filter(
        pl.col("count_now").is_null()
        | (pl.col("count") != pl.col("count_now"))
        | (pl.col("exposure") != pl.col("exposure_now"))
    )
    rows = moved.group_by("stream", maintain_order=True).agg(
        n=pl.len(), first=pl.col("day").min(), gone=pl.col("count_now").is_null().sum()
    )
    return tuple(
        Finding(
            code="WCH-005",
            severity="warning",
            message=f"{row['n']} counts of {row['stream']} that were judged before changed, "
            f"{row['gone']} of them are gone; the first is of {row['first']}",
            next_step="Ask why; alarms that were raised stand, what comes is judged anew",
            subject=row["stream"],
        )
        for row in rows.iter_rows(named=True)
    )
