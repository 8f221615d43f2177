"""The last round as it was written, to show one person of it at a time."""

from collections.abc import Iterable

from nanoward.flows.queries.last_round import last_round_held, last_round_table
from nanoward.flows.round.round import Round
from nanoward.ports.ports import Ports
from nanoward.tuning import question_of


def last_round(ports: Ports, tables: Iterable[str]) -> Round:
    """The round that was concluded last with some of its tables, each as the ledger names it.

    Tables that it does not have are left out. NoRoundError, RoundFileError as in last_round.py.
    """
    held, plan = last_round_held(ports), ports.folder.plan()
    there = {path.split("=", 1)[0] for path in held.tables}
    section = plan.section("tuning")
    unit = question_of(section).model.time_unit if section else ""
    return Round(
        plan=plan,
        as_of=held.as_of,
        tables={
            name: last_round_table(ports, name)
            for name in tables
            if f"tables/{name}.parquet" in there
        },
        facts={"tuning": {"time_unit": unit}} if unit else {},
    )
