"""nanoward findings: what is open in the data, and what people did about it."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from nanoward.faces.cli.options import Day, common, print_result, text_table

_FOLDER = click.Path(exists=True, file_okay=False)
_STATES = ("new", "returned", "standing", "answered", "accepted")
_SHOWN = ("id", "state", "severity", "code", "subject", "role", "place", "message")


@click.group(name="findings")
def group() -> None:
    """Findings across rounds: list them, answer, accept until a day, give to a role."""


@group.command(name="list")
@click.argument("programme", type=_FOLDER)
@click.option("--state", multiple=True, type=click.Choice(_STATES), help="These alone.")
@click.option("--role", default="", help="Assigned to this role alone.")
@click.option("--csv", "csv_file", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the queries that data managers send to sites.")  # fmt: skip
@common
def list_(programme: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """List the findings of PROGRAMME's last round, new ones first.

    Exit code 0: no error or warning is open; 1: some are.
    """
    from nanoward.flows.queries.answer_findings import listed_findings
    from nanoward.programme.queries.finding_life import OPEN
    from nanoward.programme.queries.query_csv import query_csv
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        rows = listed_findings(ports, states=given["state"])
        today = given["as_of"] or ports.clock.now().date()
    rows = [row for row in rows if given["role"] in ("", row["role"])]
    if given["csv_file"] is not None:
        given["csv_file"].write_text(query_csv(rows, today), encoding="utf-8")
    shown = [row | {"place": _place(row)} for row in rows]
    counts = {state: sum(row["state"] == state for row in rows) for state in _STATES}
    head = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    print_result(
        {"findings": rows, "counts": counts},
        f"{head or 'no findings'}\n{text_table(shown, _SHOWN)}",
        as_json=as_json,
    )
    waits = [row for row in rows if row["state"] in OPEN and row["severity"] != "note"]
    raise SystemExit(1 if waits else 0)


def _place(row: dict[str, Any]) -> str:
    return ":".join(str(one) for one in (row["file"], row["line"]) if one)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("finding")
@click.option("--answer", required=True, help="What was found out, or done.")
@click.option("--by", required=True, help="Who answers, by name.")
@common
def answer(programme: str, finding: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Answer FINDING; the answer stands while its value is the same. No standing changes."""
    from nanoward.flows.queries.answer_findings import answer_finding
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        entry = answer_finding(ports, finding, answer=given["answer"], by=given["by"])
    print_result(asdict(entry), f"{entry.by} answered {entry.finding}", as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("finding")
@click.option("--until", type=Day(), required=True, help="Last day, within a year.")
@click.option("--reason", required=True)
@click.option("--by", required=True, help="Who accepts, by name.")
@common
def accept(programme: str, finding: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Accept FINDING as it is until a day. No standing changes."""
    from nanoward.flows.queries.answer_findings import accept_finding
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        entry = accept_finding(
            ports, finding, reason=given["reason"], until=given["until"], by=given["by"]
        )
    text = f"{entry.by} accepted {entry.finding} until {entry.until}"
    print_result(asdict(entry), text, as_json=as_json)


@group.command()
@click.argument("programme", type=_FOLDER)
@click.argument("finding")
@click.option("--role", required=True, help="Who deals with it: site, data manager ...")
@click.option("--by", required=True, help="Who assigns it, by name.")
@common
def assign(programme: str, finding: str, *, as_json: bool, quiet: bool, **given: Any) -> None:
    """Give FINDING to a role."""
    from nanoward.flows.queries.answer_findings import assign_finding
    from nanoward.wiring import open_ports

    with open_ports(programme, quiet=quiet) as ports:
        entry = assign_finding(ports, finding, role=given["role"], by=given["by"])
    print_result(asdict(entry), f"{entry.finding} is with {entry.role}", as_json=as_json)
