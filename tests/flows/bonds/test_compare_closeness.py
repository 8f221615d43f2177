from datetime import date

import numpy as np
import polars as pl
import pytest

from nanoward.base.tables import BONDS
from nanoward.bonds import ComparedParticipant
from nanoward.bonds.direction.dates import Dose
from nanoward.flows.bonds.compare_closeness import QUESTION, compare_closeness
from nanoward.maths.frames import frame_of

DAY = date(2026, 2, 1)
NAMES = [f"p{k:02d}" for k in range(24)]
DOSES = {
    name: Dose(given=k < 12, first=DAY if k < 12 else None) for k, name in enumerate(NAMES)
}
LINKED = {(NAMES[k], NAMES[k + 1]) for k in range(0, 12, 2)}


def people() -> list[ComparedParticipant]:
    return [
        ComparedParticipant(
            participant=name, stratum="x", sample=name, taken=DAY, apart=(None, "S")
        )
        for name in NAMES[:12]
    ]


def bonds(linked: set[tuple[str, str]]) -> pl.DataFrame:
    rows = (
        {"a": a, "b": b, "stratum": "x", "linked": (a, b) in linked}
        for k, a in enumerate(NAMES[:12])
        for b in NAMES[k + 1 : 12]
    )
    return frame_of(BONDS, rows)


def scores(earlier: float, later: float) -> pl.DataFrame:
    rng = np.random.default_rng(6)
    rows = []
    for k, a in enumerate(NAMES):
        for b in NAMES[k + 1 :]:
            near = (a, b) in LINKED
            for first, gain in ((date(2026, 1, 5), earlier), (date(2026, 3, 5), later)):
                value = 4 + rng.normal(0, 0.5) + gain * near
                rows.append({"a": a, "b": b, "first": first, "closeness": value})
    return pl.DataFrame(rows)


@pytest.mark.parametrize(
    ("earlier", "later", "answer"), [(3, 3, "before"), (0, 3, "with the agent")]
)
def test_linked_pairs_are_set_beside_pairs_without_the_agent(
    earlier: float, later: float, answer: str
) -> None:
    found = compare_closeness(bonds(LINKED), people(), scores(earlier, later), DOSES)
    assert found.facts[QUESTION] == answer
    # 6 linked pairs, and all pairs of which one was never dosed
    assert "6 and 210 pairs" in str(found.facts["rise beyond theirs"])


def test_what_cannot_be_told_is_an_open_question() -> None:
    (open_,) = compare_closeness(bonds(LINKED), people(), scores(0, 0), DOSES).undecided
    assert (open_.question, open_.room) == (QUESTION, "bonds")
    assert "excluded" in open_.reason
    everybody = {name: Dose(given=True, first=DAY) for name in NAMES}
    (alone,) = compare_closeness(bonds(LINKED), people(), scores(3, 3), everybody).undecided
    assert "0 pairs without the agent" in alone.reason


def test_without_links_nothing_is_asked() -> None:
    found = compare_closeness(bonds(set()), people(), scores(0, 0), DOSES)
    assert not found.undecided
    assert not found.facts
