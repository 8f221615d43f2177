"""nanoward watch scan and streams: what arrives, and what would have been missed."""

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.csv_tables import write_csv
from nanoward.faces.cli.lazy import LazyGroup
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

if TYPE_CHECKING:
    from nanoward.flows.watch.scan_streams import StreamScan

_PLACE = click.Path(exists=True, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_STREAMS = ("stream", "state", "last", "count", "expected", "evidence", "limit", "told")

COMMANDS = {
    "ack": "nanoward.faces.cli.watch.incidents:ack",
    "approaches": "nanoward.faces.cli.watch.space:approaches",
    "conjunctions": "nanoward.faces.cli.watch.space:conjunctions",
    "drill": "nanoward.faces.cli.watch.drill:drill",
    "incidents": "nanoward.faces.cli.watch.incidents:incidents",
    "junctions": "nanoward.faces.cli.watch.junctions:junctions",
    "objects": "nanoward.faces.cli.watch.objects:objects",
    "orbits": "nanoward.faces.cli.watch.space:orbits",
    "playbook": "nanoward.faces.cli.watch.incidents:playbook",
    "reads": "nanoward.faces.cli.watch.reads:reads",
    "report": "nanoward.faces.cli.watch.incidents:report",
    "scan": "nanoward.faces.cli.watch.commands:scan",
    "sketch": "nanoward.faces.cli.watch.unknown:sketch",
    "streams": "nanoward.faces.cli.watch.commands:streams",
    "unknown": "nanoward.faces.cli.watch.unknown:unknown",
}


@click.command(name="watch", cls=LazyGroup, commands_at=COMMANDS)
def group() -> None:
    """Continuous scan of counts, with alarms that keep their promise, and incidents."""


def _scanning(command: Any) -> Any:
    options = (
        click.argument("place", type=_PLACE),
        click.option("--run-length", type=click.FloatRange(min=1), default=500.0,
                     show_default=True, help="Periods until a false alarm, on average."),
        click.option("--period", type=click.Choice(["7", "1"]), default=None,
                     help="Days; as the streams usually report unless given."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@_scanning
@click.option("--out", type=_NEW, help="Write a row per alarm (CSV).")
@common
def scan(place: Path, **options: Any) -> int:
    """Scan the streams of PLACE, a CSV of counts (stream, day, count, exposure) or a programme.

    All streams together alarm falsely at most once in --run-length periods on average. In a
    programme the rules and null models stand on the ledger before what they judge.
    Exit code 0: nothing; 1: an alarm in the last four periods, silence, or findings.
    """
    found, findings = _scanned(place, options)
    if options["out"] is not None:
        write_csv(found.alarms, options["out"])
    quiet = options["quiet"]
    told = {
        "alarms": found.alarms.to_dicts(),
        "streams": found.streams.height,
        "silent": found.streams.filter(state="silent")["stream"].to_list(),
        "evidence": found.path[-1] if found.path else 0.0,
        "threshold": found.rules.threshold,
        "through": found.as_of,
        "findings": [one.as_row() for one in findings],
    }
    print_result(told, _scan_text(found), as_json=options["as_json"])
    code = print_findings(findings, quiet=quiet)
    return 1 if code or (found.streams["state"] == "alarm").any() else 0


@click.command()
@_scanning
@click.option("--out", type=_NEW, help="Write a row per stream (CSV).")
@common
def streams(place: Path, **options: Any) -> int:
    """List the streams of PLACE: evidence, threshold, and what would have been missed."""
    found, findings = _scanned(place, options)
    if options["out"] is not None:
        write_csv(found.streams, options["out"])
    rows = found.streams.sort("evidence", "stream", descending=[True, False]).to_dicts()
    print_result({"streams": rows}, text_table(rows, _STREAMS), as_json=options["as_json"])
    return print_findings(findings, quiet=options["quiet"])


def _scanned(place: Path, options: dict[str, Any]) -> tuple["StreamScan", list[Any]]:
    from nanoward.flows.watch.scan_streams import scan_streams
    from nanoward.watch.alarms.rules import WatchRules
    from nanoward.wiring import open_bench

    rules = WatchRules(run_length=options["run_length"], seed=options["seed"])
    period = int(options["period"] or 0)
    if place.is_dir():
        from nanoward.flows.watch.keep_incidents import respond
        from nanoward.flows.watch.scan_programme import scan_programme
        from nanoward.wiring.watch import open_watch

        with open_watch(str(place), quiet=options["quiet"]) as (ports, notices):
            held = scan_programme(ports, rules, options["as_of"], period=period)
            respond(ports, notices)
        return held.scan, list(held.findings)
    bench = open_bench(quiet=options["quiet"])
    read = bench.formats.read("counts", str(place), place.read_bytes())
    last = read.table["day"].max() if read.table.height else None
    end = last + timedelta(days=6) if isinstance(last, date) else bench.clock.now().date()
    day = options["as_of"] or end
    found = scan_streams(read.table, rules, day, bench.progress, period=period)
    return found, [*read.findings, *found.findings]


def _scan_text(found: "StreamScan") -> str:
    unit = "weeks" if found.rules.period == 7 else "days"
    states = found.streams["state"].value_counts().sort("state").iter_rows()
    head = ", ".join(f"{count} {state}" for state, count in states) or "no streams"
    now = found.path[-1] if found.path else 0.0
    lines = [
        f"{found.streams.height} streams through {found.as_of}: {head}",
        (
            f"evidence {now:,.4g} of {found.rules.threshold:g}: a false alarm of all "
            f"streams together comes once in {found.rules.run_length:g} {unit} on average, or "
            "less often"
        ),
    ]
    rows = found.alarms.to_dicts()
    lines += [f"ALARM {row['day']}: {row['told']}" for row in rows[-20:]]
    if len(rows) > 20:
        lines.append(f"... and {len(rows) - 20} earlier alarms (--out)")
    if not rows:
        lines.append("nothing seen; `nanoward watch streams` says what would have been")
    return "\n".join(lines)
