"""nanoward watch conjunctions, orbits and approaches: what comes near from above."""

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.csv_tables import write_csv
from nanoward.faces.cli.options import common, print_findings, print_result, text_table

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)


def _files(paths: tuple[Path, ...]) -> list[tuple[str, bytes]]:
    return [(str(one), one.read_bytes()) for one in paths]


def _written(rows: list[dict[str, Any]], out: Path | None) -> None:
    if out is not None:
        import polars as pl

        write_csv(pl.DataFrame(rows, infer_schema_length=None), out)


@click.command()
@click.argument("message", type=_FILE, nargs=-1, required=True)
@click.option("--radius", type=click.FloatRange(min=0, min_open=True), default=None,
              help="Both hard-body radii, m; else the message's own.")  # fmt: skip
@click.option("--limit", type=click.FloatRange(min=0, max=1), default=1e-4, show_default=True,
              help="Probability from which on it is an alarm.")  # fmt: skip
@click.option("--draws", type=click.IntRange(min=100), default=4000, show_default=True)
@click.option("--out", type=_NEW, help="Write a row per message (CSV).")
@common
def conjunctions(message: tuple[Path, ...], **options: Any) -> int:
    """Judge conjunction data messages (CCSDS CDM, KVN or XML), the most probable first.

    The 2-D probability is told where it holds. Where the encounter is slow or long it is not,
    and draws of both orbits answer. Exit code 1: an alarm, "cannot tell", or findings.
    """
    from nanoward.flows.watch.judge_conjunctions import judge_conjunctions
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=options["quiet"])
    found = judge_conjunctions(
        _files(message), bench.formats, bench.progress, radius=options["radius"],
        limit=options["limit"], draws=options["draws"], seed=options["seed"],
    )  # fmt: skip
    rows = list(found.rows)
    _written(rows, options["out"])
    shown = ("first", "second", "tca", "state", "miss_m", "speed_mps", "told")
    told = {"conjunctions": rows, "findings": [one.as_row() for one in found.findings]}
    print_result(told, text_table(rows, shown), as_json=options["as_json"])
    code = print_findings(found.findings, quiet=options["quiet"])
    return 1 if code or any(one["state"] != "clear" for one in rows) else 0


@click.command()
@click.argument("catalogue", type=_FILE, nargs=-1, required=True)
@click.option("--protected", type=_FILE, required=True, help="Element set of one object.")
@click.option("--hours", type=click.FloatRange(min=0.1, max=240), default=24.0,
              show_default=True)  # fmt: skip
@click.option("--within", type=click.FloatRange(min=0.01), default=5.0, show_default=True,
              help="Distance, km.")  # fmt: skip
@click.option("--out", type=_NEW, help="Write a row per approach (CSV).")
@common
def orbits(catalogue: tuple[Path, ...], **options: Any) -> int:
    """Screen CATALOGUE (TLE, or OMM as CSV, JSON, XML) against a protected orbit, by SGP4.

    From --as-of (today) on. Element sets are good to kilometres: what comes near is a reason
    to ask for a conjunction message. Exit code 1: something comes near, or there are findings.
    """
    from nanoward.flows.watch.screen_orbits import screen_orbits
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=options["quiet"])
    day = options["as_of"]
    start = bench.clock.now() if day is None else datetime.combine(day, time.min, UTC)
    protected = options["protected"]
    found = screen_orbits(
        _files(catalogue), (str(protected), protected.read_bytes()), bench.formats, start,
        hours=options["hours"], within_km=options["within"],
    )  # fmt: skip
    rows = list(found.rows)
    _written(rows, options["out"])
    told = {"approaches": rows, "objects": found.objects,
            "findings": [one.as_row() for one in found.findings]}  # fmt: skip
    head = (
        f"{found.objects} objects over {options['hours']:g} hours from {start:%Y-%m-%d %H:%M}"
    )
    shown = ("object", "name", "time", "distance_km", "speed_kms", "age_days")
    text = text_table(rows, shown) if rows else f"none comes within {options['within']:g} km"
    print_result(told, f"{head}\n{text}", as_json=options["as_json"])
    code = print_findings(found.findings, quiet=options["quiet"])
    return 1 if code or rows else 0


@click.command()
@click.argument("table", type=_FILE, nargs=-1, required=True)
@click.option("--within", type=click.FloatRange(min=0), default=1.0, show_default=True,
              help="Lunar distances from which on it is an alarm.")  # fmt: skip
@click.option("--out", type=_NEW, help="Write a row per approach (CSV).")
@common
def approaches(table: tuple[Path, ...], **options: Any) -> int:
    """List close approaches (JPL CAD or Scout) and astrometry (MPC, 80 columns) by threat.

    An approach counts by its least distance at 3 sigma. No orbit is determined: astrometry is
    listed by how fast an object moves. Exit code 1: an alarm, or findings.
    """
    from nanoward.flows.watch.screen_orbits import list_approaches
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=options["quiet"])
    rows, observed, findings = list_approaches(
        _files(table), bench.formats, within_ld=options["within"]
    )
    _written(rows, options["out"])
    told = {"approaches": rows, "observed": observed,
            "findings": [one.as_row() for one in findings]}  # fmt: skip
    shown = ("object", "state", "time", "least_ld", "distance_ld", "speed_kms", "diameter_m")
    parts = []
    if rows:
        parts.append(text_table(rows[:40], shown))
    if len(rows) > 40:
        parts.append(f"... and {len(rows) - 40} more (--out)")
    if observed:
        seen = ("object", "observations", "first", "last", "rate_deg_day", "observatories")
        parts.append(text_table(observed, seen))
    print_result(told, "\n".join(parts) or "nothing listed", as_json=options["as_json"])
    code = print_findings(findings, quiet=options["quiet"])
    return 1 if code or any(one["state"] == "alarm" for one in rows) else 0
