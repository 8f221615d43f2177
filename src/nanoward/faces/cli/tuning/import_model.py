"""nanoward tuning import: models and results of other programs."""

from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_findings, print_result
from nanoward.faces.cli.tuning.fit import question_at


@click.command("import")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--ext",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="NONMEM's results (.ext): final estimates take the place of initial values.",
)
@click.option("--model", default=None, help="The model that Monolix's numbers belong to.")
@click.option(
    "--combined",
    type=click.Choice(["1", "2"]),
    default="1",
    show_default=True,
    help="Monolix's combined error: 1 is a + b f, 2 is a^2 + b^2 f^2.",
)
@click.option("--name", default="", help="Name of the model.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), default=None, help="A TOML file."
)
@click.option(
    "--data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="The control stream's data file: IGNORE, ACCEPT and $INPUT are applied to it.",
)
@click.option(
    "--data-out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Where the chosen rows go, as an event table (CSV).",
)
@common
def import_(source: Path, ext: Path | None, out: Path | None, **given: Any) -> int:
    """Write SOURCE as a model of formulas (TOML), which every other command takes.

    SOURCE is a NONMEM control stream, or Monolix's populationParameters.txt. A control stream
    may hold ADVAN1 to 4, 10 to 12, or $DES with any other, or $PRED; etas keep their order.
    Exit code 1 where $DATA chooses rows and no --data was given to choose them from.
    """
    if (given["data"] is None) != (given["data_out"] is None):
        raise UsageError("--data and --data-out go together")
    from nanoward.flows.tuning.import_model import (
        import_model,
        select_data,
        unapplied_conditions,
    )
    from nanoward.tuning import model_text

    model = None if given["model"] is None else question_at(given["model"]).model
    results = None if ext is None else (str(ext), _text(ext))
    found = import_model(
        (str(source), _text(source)), results, model,
        combined=int(given["combined"]), name=given["name"],
    )  # fmt: skip
    written = model_text(found)
    if out is not None:
        out.write_text(written, encoding="utf-8")
    named = (str(source), _text(source))
    findings, chosen = unapplied_conditions(named), None
    if given["data"] is not None:
        chosen, findings = select_data(named, (str(given["data"]), _text(given["data"]))), ()
        given["data_out"].write_text(chosen.csv, encoding="utf-8")
    told = {
        "name": found.name,
        "model_sha256": found.sha256,
        "etas": list(found.eta_names()),
        "covariates": [one.name for one in found.covariates],
        "outputs": [one.name for one in found.outputs],
        "text": written,
        "rows": None if chosen is None else chosen.rows,
        "rows_left_out": None if chosen is None else chosen.left_out,
        "findings": [one.as_row() for one in findings],
    }
    print_result(told, written, as_json=given["as_json"])
    return print_findings(findings, quiet=given["quiet"])


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")
