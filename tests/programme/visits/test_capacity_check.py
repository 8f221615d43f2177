"""Impossible weeks are named beforehand, and no possible one is."""

import random

import numpy as np
import pytest
from tests.programme.visits.booking_worlds import offer, random_world, visit

from nanoward.programme.visits.capacity_check import impossible_runs
from nanoward.programme.visits.plan_problem import Offer, PlanCosts, VisitRequest
from nanoward.programme.visits.planner import plan_visits


def test_three_visits_in_two_places() -> None:
    many = [visit(one, 0, 0, 1) for one in "abc"]
    (found,) = impossible_runs(many, offer(3))
    assert (found.resource, found.first, found.last, found.short) == ("clin", 0, 0, 1)
    assert "1 more units of clin in these days" in found.mend()
    assert impossible_runs(many[:2], offer(3)) == ()


@pytest.mark.hazard("H-309")
def test_what_it_names_no_plan_can_place() -> None:
    rng = random.Random(2)
    named = 0
    for _ in range(300):
        requests, given = random_world(rng)
        given = Offer(half_days=given.half_days, capacity=given.capacity, beds=given.beds,
                      needs=given.needs)  # fmt: skip
        runs = impossible_runs(requests, given)
        if runs:
            named += 1
            plan = plan_visits(requests, given, PlanCosts(), gap=0)
            assert plan.unplaced()
    assert named > 20


def planted_weeks(rng: random.Random) -> tuple[list[VisitRequest], Offer, int | None]:
    """Ten weeks of 8 places a half-day, and in one of them more dear visits than fit."""
    days, planted = 50, rng.choice((None, rng.randrange(10)))
    many = []
    for week in range(10):
        count = 70 if week != planted else 84
        for number in range(count):
            first = 10 * week
            many.append(visit(f"w{week}n{number}", first + 4, *range(first, first + 10)))
    return many, offer(days, clin=8), planted


def test_every_planted_week_is_named_and_no_other() -> None:
    """Fifty worlds with and without one (V4)."""
    rng = random.Random(4)
    seen = {True: 0, False: 0}
    while seen[True] < 50:
        many, given, planted = planted_weeks(rng)
        runs = impossible_runs(many, given)
        if planted is None:
            assert runs == ()
        else:
            (run,) = runs
            assert 5 * planted <= run.first <= run.last < 5 * planted + 5
            assert run.short == 4
        seen[planted is not None] += 1
    assert np.sum(list(seen.values())) > 50


@pytest.mark.parametrize(("pinned", "count"), [(False, 0), (True, 1)])
def test_a_booked_visit_may_move_unless_it_is_pinned(count: int, *, pinned: bool) -> None:
    many = [visit(one, 0, 0, 2, 4, booked=0, pinned=pinned) for one in "abc"]
    assert len(impossible_runs(many, offer(3))) == count
