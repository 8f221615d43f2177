"""nanoward tuning fit and population: people of one event table, and what they share."""

import tomllib
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.base.errors import InputError
from nanoward.faces.cli.csv_tables import write_csv
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)

if TYPE_CHECKING:
    from nanoward.flows.steps.step_outcome import Outcome
    from nanoward.tuning import Dynamics, Population, Question

_EVENTS = click.argument("events", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_MODEL = click.option("--model", required=True, help="A model of the library, or a TOML file.")
_QUANTITY = click.option(
    "--quantity", default=None, help="Quantity (DVID) to fit, if not the model's."
)
_FIX = click.option(
    "--fix",
    multiple=True,
    help="Keep this number: CL, 'omega CL', 'cp additive' ... Again for more.",
)
_COLUMNS = ("name", "value", "unit", "standard_error", "robust_error", "low", "high",
            "shrinkage", "start")  # fmt: skip


@click.command()
@_EVENTS
@_MODEL
@_QUANTITY
@click.option(
    "--draws", type=click.IntRange(0), default=None, help="From each posterior; 0: fits only."
)
@click.option("--population", is_flag=True, help="First estimate the population (minutes).")
@_FIX
@click.option("--workers", type=int, default=None, help="Processes; the cores by default.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder for the tables (Parquet) and, with --population, model.toml.",
)
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder for a picture of each person (SVG) and a page of all (fits.html).",
)
@columns("events")
@common
def fit(events: Path, model: str, out: Path | None, **given: Any) -> int:
    """Fit each person of EVENTS (CSV or Parquet, NONMEM conventions): parameters, band, dose.

    A model file holds a model, or a [tuning] section with model, target and held_back.
    """
    from nanoward.flows.tuning.fit_people import EventFile, fit_people, fit_population
    from nanoward.wiring import open_bench

    question = _asked(model, given["quantity"])
    if given["draws"] is not None:
        question = replace(question, draws=given["draws"])
    ports = open_bench(quiet=given["quiet"], workers=given["workers"], columns=told_columns())
    file = EventFile(path=str(events), content=events.read_bytes())
    common_to_all = None
    if given["population"]:
        question, common_to_all = fit_population(ports, file, question, given["fix"])
    found = fit_people(ports, file, question, given["seed"])
    if out is not None:
        _write(out, found, common_to_all)
    if given["pictures"] is not None:
        _draw(given["pictures"], found)
    _show(found, question, common_to_all, as_json=given["as_json"])
    doubts = () if common_to_all is None else common_to_all.findings
    code = print_findings((*found.findings, *doubts), quiet=given["quiet"])
    return code if found.facts["converged"] else max(code, 1)  # nobody fitted is no success


@click.command()
@_EVENTS
@_MODEL
@_QUANTITY
@_FIX
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder for model.toml and population.csv.",
)
@columns("events")
@common
def population(events: Path, model: str, out: Path | None, **given: Any) -> int:
    """Estimate typical values, variances and errors from the people of EVENTS.

    Models of formulas: FOCE with interaction (Laplace for other likelihoods and censored
    values), standard errors, 95 % limits and shrinkage. What is written with --out is a model
    for every other command. Exit code 1 where the estimate must not be relied on.
    """
    from nanoward.flows.tuning.fit_people import EventFile, fit_population
    from nanoward.wiring import open_bench

    ports = open_bench(quiet=given["quiet"], columns=told_columns())
    file = EventFile(path=str(events), content=events.read_bytes())
    question = _asked(model, given["quantity"])
    _, found = fit_population(ports, file, question, given["fix"])
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        _write_population(out, found)
    result = {**population_facts(found), "estimates": estimate_rows(found)}
    print_result(result, population_text(found), as_json=given["as_json"])
    return print_findings(found.findings, quiet=given["quiet"])


def question_at(model: str) -> "Question":
    """A question from a name of the library or a TOML file."""
    from nanoward.tuning import Source, model_of, question_of
    from nanoward.tuning.plan_section import Question

    path = Path(model)
    if not (path.suffix == ".toml" or path.exists()):
        return Question(model=model_of(model))
    try:
        written = path.read_text(encoding="utf-8")
        text = tomllib.loads(written)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", file=model) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"is no TOML: {fault}", file=model) from None
    section, source = text.get("tuning", text), Source(text=written, file=model)
    if "model" in section:
        return question_of(section, source)
    return Question(model=model_of(section, source))


def population_facts(found: "Population") -> dict[str, Any]:
    """How a population came about, as JSON."""
    names = ("objective", "started_from", "people", "observations", "evaluations", "converged",
             "reason", "left_out", "rounds", "condition")  # fmt: skip
    facts = {name: getattr(found, name) for name in names if hasattr(found, name)}
    return {**facts, "model": found.model.name, "model_sha256": found.model.sha256}


def estimate_rows(found: "Population") -> list[dict[str, Any]]:
    """One row per estimated number."""
    told = [asdict(one) for one in found.estimates]
    return [
        {**row, "relative_error": _share(row["standard_error"], row["value"])} for row in told
    ]


def _share(error: float | None, value: float) -> float | None:
    return None if error is None or value == 0 else abs(error / value)


def population_text(found: "Population") -> str:
    """The estimates for reading."""
    head = (
        f"objective {found.objective:.3f} (began at {found.started_from:.3f}), {found.people} "
        f"people, {found.observations} observations, {found.evaluations} evaluations: "
        + ("converged" if found.converged else f"NOT CONVERGED: {found.reason}")
    )
    return f"{head}\n\n{text_table(estimate_rows(found), _COLUMNS)}"


def _asked(model: str, quantity: str | None) -> "Question":
    question = question_at(model)
    if quantity is None:
        return question
    return replace(question, model=of_quantity(question.model, quantity))


def of_quantity(model: "Dynamics", quantity: str) -> "Dynamics":
    """The model for observations of one quantity (DVID)."""
    from nanoward.tuning import formulas_of

    if model.written is not None:
        return formulas_of(replace(model.written, quantity=quantity))
    kept = tuple(one for one in model.outputs if quantity in (one.quantity, one.name))
    if not kept:
        known = ", ".join(one.quantity or one.name for one in model.outputs)
        raise InputError(
            f"model {model.name} has no output of {quantity!r}",
            next_step=f"Known are {known}.",
        )
    return replace(model, outputs=kept)


def _write(out: Path, found: "Outcome", common_to_all: "Population | None") -> None:
    from nanoward.flows.steps.parquet import parquet_of

    out.mkdir(parents=True, exist_ok=True)
    for name, table in found.tables.items():
        (out / f"{name}.parquet").write_bytes(parquet_of(table))
    if common_to_all is not None:
        _write_population(out, common_to_all)


def _write_population(out: Path, found: "Population") -> None:
    import polars as pl

    from nanoward.tuning import model_text

    (out / "model.toml").write_text(model_text(found.model), encoding="utf-8")
    rows = pl.DataFrame(estimate_rows(found), infer_schema_length=None)
    write_csv(rows, out / "population.csv")


def _draw(folder: Path, found: "Outcome") -> None:
    from nanoward.faces.report.charts.fit_pictures import fit_pictures

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in fit_pictures(found.tables).items():
        (folder / name).write_text(text, encoding="utf-8")


def _show(
    found: "Outcome",
    question: "Question",
    common_to_all: "Population | None",
    *,
    as_json: bool,
) -> None:
    result: dict[str, Any] = {
        "facts": dict(found.facts),
        "model": question.model.table,
        "fits": found.tables["fits"].to_dicts(),
        "covariances": found.tables["covariances"].to_dicts(),
        "recommendations": found.tables["recommendations"].to_dicts(),
        "undecided": [asdict(one) for one in found.undecided],
        "findings": [one.as_row() for one in found.findings],
    }
    if common_to_all is not None:
        result["population"] = {
            **population_facts(common_to_all), "estimates": estimate_rows(common_to_all)
        }  # fmt: skip
    print_result(result, _text(found, common_to_all), as_json=as_json)


def _text(found: "Outcome", common_to_all: "Population | None") -> str:
    facts, fits = found.facts, found.tables["fits"]
    head = (
        f"{facts['people']} people fitted under {facts['model']}, "
        f"{facts['converged']} converged; of {facts['held_back']} observations held back "
        f"{facts['held_back_within_band']} lay within their 90 % band"
    )
    parts = [
        head,
        text_table(fits.to_dicts(), ("participant", "parameter", "value", "unit", "eta_se")),
    ]
    if common_to_all is not None:
        parts.insert(0, "# population: " + population_text(common_to_all))
    advice = found.tables["recommendations"]
    if advice.height:
        columns = ("participant", "value", "unit", "expected", "probability", "reason")
        parts.append(text_table(advice.to_dicts(), columns))
    parts.extend(f"cannot tell {one.subject}: {one.reason}" for one in found.undecided)
    return "\n\n".join(parts)
