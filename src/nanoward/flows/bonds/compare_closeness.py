"""Say of linked people whether they were close before the agent, or grew close with it."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl

from nanoward.base.findings import Undecided
from nanoward.base.tables.facts import BEFORE_THE_AGENT
from nanoward.bonds import BeforeAfter, ComparedParticipant, before_and_after, closeness_of
from nanoward.bonds.direction.dates import Dose
from nanoward.flows.steps.step_outcome import Outcome

QUESTION = BEFORE_THE_AGENT


def compare_closeness(
    bonds: pl.DataFrame,
    people: Sequence[ComparedParticipant],
    contacts: pl.DataFrame | None,
    doses: Mapping[str, Dose],
    *,
    until: date | None = None,
    seed: int = 7,
) -> Outcome:
    """Linked pairs that carry the agent beside pairs without it, before and after dosing.

    people  those that were compared; everybody of whom a dose or a contact is known is looked
            at besides, since those without the agent have no sample of it
    """
    if not bonds["linked"].fill_null(value=False).any():
        return Outcome()
    found = closeness_before_after(bonds, people, contacts, doses, until=until, seed=seed)
    if found.answer == "cannot tell":
        return Outcome(
            undecided=(
                Undecided(
                    code="BND-907",
                    room="bonds",
                    subject="",
                    question=QUESTION,
                    reason=found.reason,
                ),
            )
        )
    return Outcome(
        facts={
            QUESTION: found.answer,
            "closer before than pairs without the agent": f"{found.before:.3g}, "
            f"p {found.p_before:.3g}",
            "rise beyond theirs": f"{found.rise:.3g} ({found.low:.3g} to {found.high:.3g}), "
            f"p {found.p_rise:.3g}, {found.linked} and {found.without} pairs",
        }
    )


def closeness_before_after(
    bonds: pl.DataFrame,
    people: Sequence[ComparedParticipant],
    contacts: pl.DataFrame | None,
    doses: Mapping[str, Dose],
    *,
    until: date | None = None,
    seed: int = 7,
) -> BeforeAfter:
    """The comparison itself; people are exchanged within their place."""
    names = {one.participant for one in people} | set(doses)
    measured = closeness_of(contacts, sorted(names), doses, until)
    if measured.reason:
        return BeforeAfter(answer="cannot tell", reason=measured.reason)
    place = {name: k for k, name in enumerate(measured.people)}
    group = np.where(measured.with_agent, np.nan, 0.0)
    for a, b in bonds.filter(pl.col("linked")).select("a", "b").rows():
        i, j = place[a], place[b]
        if measured.with_agent[i, j]:
            group[i, j] = group[j, i] = 1.0
    where = {one.participant: str(one.apart[1:]) for one in people}
    blocks = np.unique([where.get(name, "") for name in measured.people], return_inverse=True)
    return before_and_after(
        group, measured.before, measured.after, blocks[1].astype(np.int64), seed=seed
    )
