"""What leaving costs, by hand, by law, and against walks with a purse in hand."""

import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.oracles.exit_walks import dearest
from tests.programme.agreements.random_agreements import random_terms

from nanoward.programme.agreements.events import REASONS
from nanoward.programme.agreements.exit_paths import (
    LeaveCost,
    exit_paths,
    leave_cost,
    worse_paths,
)
from nanoward.programme.agreements.terms import read_terms

WEEKLY = {"kind": "pay", "per": "visit", "amount": "40", "when": "weekly"}


def cost_of(*terms: dict[str, Any], weeks: int = 26) -> LeaveCost:
    return leave_cost(exit_paths(read_terms(terms, "EUR"), weeks))


def test_weekly_pay_costs_nothing_to_leave() -> None:
    assert cost_of(WEEKLY).cost == 0


def test_a_bonus_is_its_share_of_all_pay() -> None:
    found = cost_of(WEEKLY, {"kind": "pay", "per": "complete", "amount": "50"})
    assert found == LeaveCost(cost=Fraction(50, 1090), week=26, reason="withdraw", depends=())


@pytest.mark.hazard("H-302")
def test_two_bonuses_that_may_each_stand_are_too_much_together() -> None:
    bonus = {"kind": "pay", "per": "complete", "amount": "70"}
    assert not cost_of(WEEKLY, bonus).exceeds(Fraction(1, 10))
    assert cost_of(WEEKLY, bonus, bonus).exceeds(Fraction(1, 10))


@pytest.mark.hazard("H-302")
@pytest.mark.parametrize(
    "terms",
    [
        # back-loaded: 10 a visit that rises to 70
        [{"kind": "pay", "per": "visit", "amount": str(10 * n), "weeks": [4 * n - 3, 4 * n]}
         for n in range(1, 8)],
        [WEEKLY, {"kind": "pay", "per": "visit", "amount": "300", "weeks": 26}],  # dear last
        [WEEKLY, {"kind": "tier", "amount": "300", "at_share": "0.8"}],
        [WEEKLY, {"kind": "bonus", "share": "0.2"}],
        [{"kind": "pay", "per": "month", "amount": "160"}],  # nothing for a month begun
    ],
)  # fmt: skip
def test_a_bonus_by_another_name_is_found(terms: list[dict[str, Any]]) -> None:
    assert cost_of(*terms).exceeds(Fraction(1, 10))


def test_where_there_is_no_pay_a_charge_is_more_than_all_of_it() -> None:
    charge = {"kind": "charge", "on": ["exit"], "amount": "10"}
    assert cost_of(charge).cost is None
    assert cost_of({"kind": "confidentiality"}).cost == 0


def test_paying_the_sick_more_depends_on_the_reason() -> None:
    terms = [WEEKLY, {"kind": "deduct", "on": ["withdraw"], "share": "0.01"}]
    assert cost_of(*terms).depends == tuple(range(1, 27))


def test_a_hard_visit_that_weighs_more_may_be_paid_more() -> None:
    puncture = {"kind": "pay", "per": "visit", "amount": "120", "weeks": 20, "burden": "8"}
    assert not cost_of(WEEKLY, puncture).exceeds(Fraction(1, 10))


def test_worse_paths_are_named() -> None:
    old = exit_paths(read_terms([WEEKLY], "EUR"))
    new = exit_paths(read_terms([{**WEEKLY, "amount": "39"}], "EUR"))
    assert worse_paths(old, old) == ()
    assert (1, "withdraw") in worse_paths(old, new)
    assert worse_paths(new, old) == ()


def test_random_agreements_cost_what_walking_them_costs() -> None:
    """A hundred thousand of them are walked by benchmarks/bench_agreements.py."""
    rng = random.Random(3)
    for _ in range(120):
        weeks = rng.randint(1, 16)
        terms = random_terms(rng, weeks)
        assert cost_of(*terms, weeks=weeks).cost == dearest(terms, weeks)


@settings(max_examples=30)
@given(st.integers(0, 10**6))
def test_no_permitted_history_takes_back_what_was_earned(seed: int) -> None:
    """Pay alone, however it is spread: what is kept never falls as weeks go by."""
    rng = random.Random(seed)
    terms = [one for one in random_terms(rng, 12) if one["kind"] == "pay"]
    paths = exit_paths(read_terms(terms, "EUR"), 12)
    for reason in REASONS:
        kept = paths.kept[reason]
        assert all(before <= after for before, after in pairwise(kept))


@pytest.mark.parametrize("per", ["missed", "missed visit", "remaining", "remaining visit"])
def test_a_charge_on_each_visit_not_made_falls_with_each_visit_made(per: str) -> None:
    charge = {"kind": "charge", "per": per, "amount": "1", "on": ["exit"]}
    kept = exit_paths(read_terms([WEEKLY, charge], "EUR"), 26).kept
    plain = exit_paths(read_terms([WEEKLY], "EUR"), 26).kept
    lost = {tuple(a - b for a, b in zip(plain[one], kept[one], strict=True)) for one in kept}
    falling = tuple(100 * (26 - week) for week in range(len(plain[REASONS[0]])))
    assert falling[:26] in {one[:26] for one in lost}
