"""nanoward clearance: grades, stopping rules and changes on plain files."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from nanoward.clearance.grading.published_table import graded_versions, printed_names
from nanoward.clearance.policy.stopping_family import FAMILIES
from nanoward.faces.cli.clearance.confirm import confirm
from nanoward.faces.cli.clearance.consent import CONSENT
from nanoward.faces.cli.clearance.leaving import LEAVING
from nanoward.faces.cli.clearance.people import PEOPLE
from nanoward.faces.cli.clearance.stopping import STOPS
from nanoward.faces.cli.csv_tables import write_csv
from nanoward.faces.cli.options import (
    columns,
    common,
    print_findings,
    print_result,
    text_table,
    told_columns,
)
from nanoward.faces.cli.registered import Registered, RegisteredOrFile
from nanoward.faces.cli.renamed import RenamedGroup

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_CASE = ("line", "term", "direction", "value", "unit", "expected", "grade")
_COLUMNS = ("term", "test", *(f"grade {grade}" for grade in range(5)), "not gradable")


@click.group(name="clearance", cls=RenamedGroup, renamed={"doubt": "concern"})
def group() -> None:
    """May this person start, stay, or must they leave now?"""


@group.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--dm", multiple=True, type=_FILE, help="DM domain: tells the first dose.")
@click.option("--vs", multiple=True, type=_FILE, help="VS domain: vital signs.")
@click.option("--version", default="5.0", show_default=True, type=Registered(graded_versions))
@click.option("--symptoms", is_flag=True, help="Take symptoms for given where grades ask.")
@click.option("--compat", type=click.Choice(["si", "us"]), help="As admiral grades.")
@click.option("--table", type=RegisteredOrFile(printed_names), help="Or rules of your own.")
@click.option("--system", type=click.Choice(["si", "us"]), default="si", help="With --table.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="CSV or Parquet.")
@columns("sdtm")
@common
def grade(
    files: tuple[Path, ...], dm: tuple[Path, ...], *, as_json: bool, quiet: bool, **given: Any
) -> None:
    """Grade the laboratory results in FILES (SDTM LB or FHIR R4 bundles) by CTCAE.

    Exit code 0: all read; 1: rows were doubted or not used (told on stderr).
    """
    outcome = _graded(_contents(files), _contents(dm), given, quiet=quiet)
    out = given["out"]
    if out is not None:
        grades = outcome.tables["grades"]
        write_csv(grades, out) if out.suffix == ".csv" else grades.write_parquet(out)
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


def _graded(
    files: dict[str, bytes], dm: dict[str, bytes], given: dict[str, Any], *, quiet: bool
) -> Any:
    """The grades by a table of the user's, or by CTCAE."""
    from nanoward.flows.clearance.grade_by_table import grade_by_table
    from nanoward.flows.clearance.grade_files import grade_files
    from nanoward.wiring import open_bench

    formats = open_bench(quiet=quiet, columns=told_columns()).formats
    if given["table"]:
        rules = _rules(given["table"])
        return grade_by_table(formats, files, dm, rules, system=given["system"])
    return grade_files(
        formats,
        files,
        dm,
        version=given["version"],
        assume_symptoms=given["symptoms"],
        compat=given["compat"] or "",
        vital_signs=_contents(given["vs"]),
    )


def _rules(name: str) -> Any:
    from nanoward.clearance.grading.custom_tables import named_rules, rule_file_of
    from nanoward.clearance.grading.literal_rules import BadTableError

    if (known := named_rules(name)) is not None:
        return known
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise BadTableError(f"cannot be read: {type(fault).__name__}", file=name) from None
    return rule_file_of(text, file=name)


def _contents(files: tuple[Path, ...]) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in files}


def _plain(path: Path) -> bytes:
    from nanoward.wiring import open_bench

    formats = open_bench(quiet=True, columns=told_columns()).formats
    return formats.plain(str(path), path.read_bytes())


@group.command()
@click.argument("file", type=_FILE)
@click.option("--table", type=RegisteredOrFile(printed_names), help="Else as each case says.")
@click.option("--most", type=int, default=10, show_default=True, help="Differences shown.")
@columns("table")
@common
def cases(file: Path, table: str | None, most: int, *, as_json: bool, **_: Any) -> None:
    """Grade the cases in FILE (CSV with expected grades) and tell where the grade differs.

    Exit code 0: every grade is as expected; 1: some differ.
    """
    from nanoward.flows.clearance.grade_by_table import check_cases

    rules = _rules(table) if table else None
    found = check_cases(_plain(file), file=str(file), rules=rules)
    rows, different = (found.tables[name].to_dicts() for name in ("summary", "different"))
    facts = found.facts
    text = (
        f"{facts['equal']} of {facts['cases']} cases as expected\n"
        f"{text_table(rows, ('criteria', 'system', 'cases', 'equal', 'expected_none'))}"
    )
    if different:
        text += f"\n\n{text_table(different[:most], _CASE)}"
    told = {"facts": dict(facts), "summary": rows, "different": different}
    print_result(told, text, as_json=as_json)
    raise SystemExit(1 if different else 0)


@group.command()
@click.option("--risk", type=float, required=True, help="Acceptable risk of the event.")
@click.option("--people", "most", type=int, required=True, help="People planned.")
@click.option("--alpha", type=float, default=0.05, show_default=True, help="False stops.")
@click.option("--family", type=Registered(FAMILIES.names), default="pocock", show_default=True)
@click.option("--delta", type=float, default=0.25, show_default=True, help="Wang-Tsiatis.")
@click.option("--against", type=float, help="SPRT: the risk that must not be missed.")
@click.option("--prior", type=(float, float), help="Beta-binomial: a and b.")
@click.option("--events", type=int, default=0, help="Events so far.")
@click.option("--of", "evaluable", type=int, help="Evaluable people so far.")
@click.option("--pending", type=float, multiple=True, help="Share of a window, by person.")
@click.option("--true-risk", type=float, multiple=True, help="Risks of the power curve.")
@common
def stop(*, as_json: bool, **given: Any) -> None:
    """Design a stopping rule with exact power, and tell where it stands.

    Exit code 0: go on; 4: the rule says stop.
    """
    from nanoward.clearance.monitoring.stopping import StoppingRule
    from nanoward.flows.clearance.design_stopping import design_stopping

    names = ("risk", "alpha", "most", "family", "delta", "against", "prior")
    found = design_stopping(
        StoppingRule(**{name: given[name] for name in names}),
        people=given["evaluable"],
        events=given["events"],
        pending=given["pending"],
        risks=given["true_risk"],
    )
    stairs, power = (found.tables[name].to_dicts() for name in ("boundary", "power"))
    facts = found.facts
    head = f"{facts['state']}\n\n" if "state" in facts else ""
    text = (
        f"{head}{text_table(stairs, ('people', 'stops_at'))}\n\n"
        f"{text_table(power, ('risk', 'stops', 'events', 'people'))}"
    )
    told = {"facts": dict(facts), "boundary": stairs, "power": power}
    print_result(told, text, as_json=as_json)
    raise SystemExit(4 if facts.get("stop") else 0)


@group.command()
@click.argument("scores", type=_FILE)
@click.option("--false-alarms", type=float, default=0.05, show_default=True)
@click.option("--weeks", type=int, default=26, show_default=True, help="For that many alarms.")
@columns("table")
@common
def change(scores: Path, *, as_json: bool, seed: int, **given: Any) -> None:
    """Tell who has changed against their own past, from SCORES (CSV, a row per week).

    Columns: participant, day, control (true for people who give the norms), and a column per
    scale. Exit code 0: nobody; 1: somebody has changed.
    """
    from nanoward.flows.clearance.detect_change import detect_change

    found = detect_change(
        _plain(scores),
        file=str(scores),
        seed=seed,
        false_alarms=given["false_alarms"],
        weeks=given["weeks"],
    )
    rows = found.tables["changes"].to_dicts()
    lines = [f"{row['participant']}: {row['told']}" for row in rows]
    lines += [f"{one.subject}: cannot tell: {one.reason}" for one in found.undecided]
    told = {
        "facts": dict(found.facts),
        "changes": rows,
        "undecided": [asdict(one) for one in found.undecided],
    }
    print_result(told, "\n".join(lines), as_json=as_json)
    raise SystemExit(1 if any(row["changed"] for row in rows) else 0)


@group.command()
@click.argument("scores", type=_FILE)
@columns("table")
@common
def attribute(scores: Path, *, as_json: bool, **_: Any) -> None:
    """Tell whether SCORES (CSV, a row per week) follow the agent.

    Columns: participant, day, control, a column per scale; and block with on (blocks with the
    agent on and off, drawn by lot: exact permutation), or load (regression). Exit code 0: no
    effect found; 1: somebody's scores follow the agent.
    """
    from nanoward.flows.clearance.attribute_changes import attribute_changes

    found = attribute_changes(_plain(scores), file=str(scores))
    rows = found.tables["attributions"].to_dicts()
    lines = [text_table(rows, ("participant", "by", "effect", "p_value", "told"))]
    lines += [f"{one.subject}: cannot tell: {one.reason}" for one in found.undecided]
    told = {
        "facts": dict(found.facts),
        "attributions": rows,
        "undecided": [asdict(one) for one in found.undecided],
    }
    print_result(told, "\n".join(lines), as_json=as_json)
    raise SystemExit(1 if any(row["p_value"] <= 0.05 for row in rows) else 0)


for _command in (*PEOPLE, *CONSENT, *STOPS, *LEAVING, confirm):
    group.add_command(_command)
