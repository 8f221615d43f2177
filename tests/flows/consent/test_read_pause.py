"""A pause stands until it is ended by its name."""

from datetime import UTC, datetime

import pytest

from nanoward.base.entries.council import CouncilPaused, CouncilPauseEnded
from nanoward.clearance.consent.permissions import ALWAYS
from nanoward.flows.consent.read_pause import RAISING, paused_reasons

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def paused(name: str) -> CouncilPaused:
    return CouncilPaused(pause=name, role="member", reason="r", at=NOW, meets_by=NOW, by="ben",
                         signature="s")  # fmt: skip


@pytest.mark.hazard("H-358")
def test_two_pauses_end_one_by_one() -> None:
    ended = CouncilPauseEnded(pause="a", pack="k", at=NOW, by="anna")
    assert paused_reasons([]) == ()
    assert len(paused_reasons([paused("a"), paused("b"), ended])) == 1
    assert paused_reasons([ended, paused("a")]) != ()


@pytest.mark.hazard("H-358")
def test_a_pause_closes_what_starts_or_raises_and_nothing_that_protects() -> None:
    assert {"dose", "order"} <= RAISING
    assert RAISING.isdisjoint(ALWAYS)
