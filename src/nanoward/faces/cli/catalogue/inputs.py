"""What the commands of nanoward catalogue share: files, rules, and how tables are written."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nanoward.faces.cli.csv_tables import write_csv

if TYPE_CHECKING:
    from nanoward.flows.steps.step_outcome import Outcome


def least_identity(command: Any) -> Any:
    """The option --least-identity: below it a sample is told as a relative's."""
    return click.option(
        "--least-identity",
        type=click.FloatRange(0, 1, min_open=True),
        help="Share of letters that agree with the agent, below which a sample is a "
        "relative's [default: 0.99; 0.8 of natural strains: with --lineage-column, without "
        "--reference, and for bonds].",
    )(command)


def rule_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the command line says of [catalogue]."""
    names = ("lineage_column", "variant_positions", "trim_ends", "least_identity")
    return {name: options[name] for name in names if options[name] is not None}


def contents(paths: Mapping[str, Path]) -> dict[str, tuple[str, bytes]]:
    """Path and content of each role's file."""
    return {role: (str(path), path.read_bytes()) for role, path in paths.items()}


def up_to(outcome: "Outcome", day: Any) -> list[dict[str, Any]]:
    """Profiles of samples taken up to a day."""
    rows = outcome.tables["profiles"].to_dicts()
    return [row for row in rows if day is None or row["taken"] is None or row["taken"] <= day]


def summary_of(outcome: "Outcome", name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Everything a program may want to know, as JSON values."""
    return {
        name: rows,
        "facts": dict(outcome.facts),
        "findings": [one.as_row() for one in outcome.findings],
        "undecided": [
            {
                "room": one.room,
                "subject": one.subject,
                "question": one.question,
                "reason": one.reason,
            }
            for one in outcome.undecided
        ],
    }


def write_tables(outcome: "Outcome", names: tuple[str, ...], folder: Path | None) -> None:
    """Write tables as CSV files; nothing without a folder."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in outcome.tables:
            write_csv(outcome.tables[name], folder / f"{name}.csv")
