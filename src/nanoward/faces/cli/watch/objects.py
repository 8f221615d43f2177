"""nanoward watch objects: what moves, what it threatens, and when it arrives."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.csv_tables import write_csv
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

if TYPE_CHECKING:
    from nanoward.flows.watch.watch_objects import ObjectScan

_PLACE = click.Path(exists=True, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_SHOWN = ("track", "zone", "state", "objects", "probability", "arrival", "arrival_low",
          "arrival_high", "nearest", "detections", "last")  # fmt: skip
_LISTED = 40


@click.command()
@click.argument("place", type=_PLACE, nargs=-1, required=True)
@click.option("--zones", type=_FILE, help="Zones, sensors and rules (TOML).")
@click.option("--at", "moment", default="", help="Judge at this moment (ISO 8601, UTC).")
@click.option("--out", type=_NEW, help="Write a row per track and zone (CSV).")
@click.option("--counts", type=_NEW, help="Write counts of tracks for data/counts/ (CSV).")
@click.option("--html", type=_NEW, help="Write a picture of tracks and zones.")
@common
def objects(place: tuple[Path, ...], **options: Any) -> int:
    """Track the detections of PLACE (CSV, AIS as NMEA, ADS-B states; or a programme).

    Rows are in order of arrival: probability of entering each protected zone, time of arrival
    with its 90 % interval, closest approach. A track that no catalogue has, or that passes a
    zone's limit, is an alarm. In a programme ([objects] of its plan, data/detections/) alarms
    stand on the ledger and open incidents. Exit code 1: an alarm, silence, or findings.
    """
    found, findings = _scanned(place, options)
    if options["out"] is not None:
        write_csv(found.rows.drop("path", "outline"), options["out"])
    if options["counts"] is not None:
        write_csv(found.observed, options["counts"])
    if options["html"] is not None:
        from nanoward.faces.report.objects_page import objects_page

        options["html"].write_text(objects_page(found.rows), encoding="utf-8")
    rows = found.rows.drop("path", "outline").to_dicts()
    hours = found.area.run_length_h
    told = {
        "tracks": rows,
        "alarms": found.alarms,
        "silent": sorted(found.silent),
        "run_length_h": hours,
        "findings": [one.as_row() for one in findings],
    }
    print_result(told, _text(found, rows), as_json=options["as_json"])
    code = print_findings(findings, quiet=options["quiet"])
    return 1 if code or found.alarms or found.silent else 0


def _scanned(
    place: tuple[Path, ...], options: dict[str, Any]
) -> tuple["ObjectScan", list[Any]]:
    from nanoward.flows.watch.watch_objects import read_detections, scan_objects
    from nanoward.wiring import open_bench
    from nanoward.wiring.watch import read_zones

    now = _moment(options)
    if len(place) == 1 and place[0].is_dir():
        return _in_programme(place[0], now, options)
    if options["zones"] is None:
        raise UsageError("say what is protected: give --zones, see docs/howto/watch.md")
    bench = open_bench(quiet=options["quiet"])
    area = read_zones(options["zones"])
    files = [(str(one), one.read_bytes()) for one in place]
    rows, told = read_detections(files, bench.formats)
    found = scan_objects(rows, area, bench.progress, now=now, seed=options["seed"])
    return found, [*told, *found.findings]


def _moment(options: dict[str, Any]) -> float | None:
    from datetime import UTC, datetime

    if not options["moment"]:
        return None
    try:
        told = datetime.fromisoformat(options["moment"].replace("Z", "+00:00"))
    except ValueError as fault:
        raise UsageError(f"--at {options['moment']!r} is no moment in ISO 8601") from fault
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


def _in_programme(
    place: Path, now: float | None, options: dict[str, Any]
) -> tuple["ObjectScan", list[Any]]:
    from nanoward.flows.watch.keep_incidents import respond
    from nanoward.flows.watch.watch_objects import (
        end_of,
        programme_area,
        programme_detections,
        watch_programme_objects,
    )
    from nanoward.wiring.watch import open_watch

    with open_watch(str(place), quiet=options["quiet"]) as (ports, notices):
        area = programme_area(ports)
        rows, told = programme_detections(ports, ports.formats)
        if area is None or rows is None:
            lacks = "[objects] in its plan" if area is None else "data/detections/"
            raise UsageError(f"{place} has no {lacks}; see docs/howto/watch.md")
        day = options["as_of"]
        moment = now if now is not None or day is None else end_of(day)
        found, _ = watch_programme_objects(ports, rows, area, now=moment, seed=options["seed"])
        respond(ports, notices)
    return found, [*told, *found.findings]


def _text(found: "ObjectScan", rows: list[dict[str, Any]]) -> str:
    from nanoward.watch.objects.threatening import moment, seconds_to_count

    tracks = found.rows["track"].n_unique()
    live = found.rows.filter(found.rows["state"] != "ended")["track"].n_unique()
    lines = [
        (
            f"{len(found.placed.detections):,} detections through {moment(found.now)}: "
            f"{tracks} tracks, {live} of them go on"
        ),
        (
            f"a false track comes once in {found.area.run_length_h:g} hours on average, or "
            "less often, while clutter is no denser than stated"
        ),
    ]
    lines += [f"ALARM: {row['told']}" for row in found.alarms[:_LISTED]]
    if not found.alarms:
        wait = seconds_to_count(found.area)
        known = f"within {wait:.3g} s of its first detection" if wait == wait else "soon"  # noqa: PLR0124
        lines.append(f"no alarm; an object in a sensor's reach would have counted {known}")
    if rows:
        lines.append(text_table(rows[:_LISTED], _SHOWN))
    if len(rows) > _LISTED:
        lines.append(f"... and {len(rows) - _LISTED} more rows (--out)")
    return "\n".join(lines)
