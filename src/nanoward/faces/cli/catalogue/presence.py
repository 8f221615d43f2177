"""nanoward catalogue presence: which strain of a consortium is in which sample?"""

from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.csv_tables import write_csv
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("table", type=FILE)
@click.option("--samples", type=FILE, required=True, help="CSV: whose, and days from a dose.")
@click.option(
    "--people", type=FILE, required=True, help="CSV: person, received_product (0, 1)."
)
@click.option("--spikes", type=FILE, help="CSV of spike-ins of a known percentage.")
@click.option("--level", type=click.FloatRange(0, 1), default=0.005, show_default=True,
              help="Share of control rows that may be called.")  # fmt: skip
@click.option("--theirs", help="COLUMN=VALUE of another method's calls, to match in number.")
@click.option("--out", type=NEW, help="Write a row per sample and strain (CSV).")
@columns("table")
@common
def presence(table: Path, **options: Any) -> int:
    """Tell which strain of a product is in which sample, by a TABLE of markers.

    TABLE has a row per sample and strain: sample, strain, n_markers_detected,
    n_markers_total, mean_marker_depth; SAMPLES has sample, person,
    day_relative_to_first_dose. What is called in people who never had the product (and in
    others before their dose) sets the level, always without the person in question.
    """
    from nanoward.flows.catalogue.call_presence import PresenceTables, call_presence
    from nanoward.wiring import open_bench

    column, mark, value = (options["theirs"] or "").partition("=")
    if options["theirs"] and not mark:
        raise UsageError("--theirs is COLUMN=VALUE", next_step="e.g. detection_status=Detected")
    files = {name: options[name] for name in ("samples", "people", "spikes") if options[name]}
    report = call_presence(
        PresenceTables(
            markers=(str(table), _content(table)),
            theirs=(column, value) if mark else None,
            **{name: (str(path), _content(path)) for name, path in files.items()},
        ),
        options["level"],
        open_bench(quiet=options["quiet"]).progress,
    )
    if options["out"] is not None:
        write_csv(report.rows, options["out"])
    facts = [{"figure": name, "value": value} for name, value in report.facts.items()]
    lines = [text_table(facts, ("figure", "value"))]
    if report.spikes.height:
        lines += ["", text_table(report.spikes.to_dicts(), report.spikes.columns)]
    told = {
        "facts": dict(report.facts),
        "spikes": report.spikes.to_dicts(),
        "findings": [one.as_row() for one in report.findings],
    }
    print_result(told, "\n".join(lines), as_json=options["as_json"])
    return print_findings(report.findings, quiet=options["quiet"])


def _content(path: Path) -> bytes:
    from nanoward.wiring import open_bench

    formats = open_bench(quiet=True, columns=told_columns()).formats
    return formats.plain(str(path), path.read_bytes())
