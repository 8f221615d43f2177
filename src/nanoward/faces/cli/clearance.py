"""nanoward clearance: grades on plain files."""

from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import common, print_findings, print_result, text_table

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_COLUMNS = ("term", "test", *(f"grade {grade}" for grade in range(5)), "not gradable")


@click.group(name="clearance")
def group() -> None:
    """May this person start, stay, or must they leave now?"""


@group.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--dm", multiple=True, type=_FILE, help="DM domain: tells the first dose.")
@click.option("--version", default="5.0", show_default=True, type=click.Choice(["4.03", "5.0"]))
@click.option("--symptoms", is_flag=True, help="Take symptoms for given where grades ask.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV or Parquet.")
@common
def grade(
    files: tuple[Path, ...],
    dm: tuple[Path, ...],
    version: str,
    symptoms: bool,
    out: Path | None,
    as_json: bool,
    quiet: bool,
    **_: Any,
) -> None:
    """Grade the laboratory results in FILES (SDTM LB: XPT, Parquet or CSV) by CTCAE.

    Exit code 0: all read; 1: rows were doubted or not used (told on stderr).
    """
    from nanoward.flows.grade_results import grade_files
    from nanoward.wiring import open_bench

    bench = open_bench(quiet=quiet)
    outcome = grade_files(
        bench.formats,
        {str(path): path.read_bytes() for path in files},
        {str(path): path.read_bytes() for path in dm},
        version=version,
        assume_symptoms=symptoms,
    )
    if out is not None:
        grades = outcome.tables["grades"]
        grades.write_csv(out) if out.suffix == ".csv" else grades.write_parquet(out)
    rows = outcome.tables["summary"].to_dicts()
    facts = outcome.facts
    text = (
        f"{facts['table']}: {facts['results']} results, {facts['graded']} grades,"
        f" {facts['not gradable']} not gradable,"
        f" {facts['tests without a rule']} tests without a rule\n"
        f"{text_table(rows, _COLUMNS)}"
    )
    told = {
        "facts": dict(facts),
        "summary": rows,
        "findings": [one.as_row() for one in outcome.findings],
    }
    print_result(told, text, as_json=as_json)
    raise SystemExit(print_findings(outcome.findings, quiet=quiet))
