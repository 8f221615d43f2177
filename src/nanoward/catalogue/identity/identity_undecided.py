"""Samples of which the identity gate cannot tell whether they hold the agent."""

from collections.abc import Iterable, Mapping
from typing import Any

from nanoward.base.findings import Undecided

OPEN = ("cannot tell", "part")  # verdicts that leave the question


def undecided_identities(rows: Iterable[Mapping[str, Any]]) -> tuple[Undecided, ...]:
    """One for each row of `typed_reads` whose verdict leaves the question open."""
    return tuple(
        Undecided(
            code="CAT-902",
            room="catalogue",
            subject=row["sample"],
            question="is this sample our agent?",
            reason=_reason(row),
        )
        for row in rows
        if row["verdict"] in OPEN
    )


def _reason(row: Mapping[str, Any]) -> str:
    if row["verdict"] == "part":
        return (
            f"its reads reach {row['spread']:.0%} of the places that as many would: a part of "
            "the agent, or another organism that shares these; see findings"
        )
    if row["alike_low"] is None:
        return f"{row['placed']} reads lie on the agent, too few; sequence it deeper"
    return (
        f"its reads are {row['alike_low']:.2%} to {row['alike_high']:.2%} identical to the "
        "agent, which does not tell it from a relative; sequence it deeper"
    )
