from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from nanoward.base.plan import Plan
from nanoward.flows.round.round import Round

PLAN = Plan(name="a", title="A", sha256="")


def test_a_round_needs_only_a_plan_a_day_and_tables() -> None:
    held = Round(plan=PLAN, as_of=date(2026, 11, 23), tables={})
    assert held.facts == {}
    assert held.provenance == {}


def test_a_round_that_was_held_cannot_be_changed() -> None:
    held = Round(plan=PLAN, as_of=date(2026, 11, 23), tables={})
    with pytest.raises(FrozenInstanceError):
        held.as_of = date(2026, 11, 24)  # type: ignore[misc]
