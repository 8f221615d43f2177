"""The rule without a solver: never in conflict, claims first, what is booked stays."""

import random

import numpy as np
from tests.programme.visits.booking_worlds import offer, random_world, visit

from nanoward.programme.visits.greedy_plan import greedy_plan
from nanoward.programme.visits.plan_check import plan_conflicts
from nanoward.programme.visits.plan_problem import PlanCosts

COSTS = PlanCosts()


def test_claims_come_first() -> None:
    plan = greedy_plan([visit("a", 0), visit("b", 0, kind="safety")], offer(1), COSTS)
    assert plan.places == {"a": None, "b": 0}
    assert not plan.optimal


def test_a_place_of_the_last_plan_is_kept() -> None:
    plan = greedy_plan([visit("a", 0, 0, 1)], offer(1), COSTS, last={"a": 1})
    assert plan.places == {"a": 1}


def test_it_is_never_in_conflict() -> None:
    rng = random.Random(7)
    for _ in range(300):
        requests, given = random_world(rng)
        assert plan_conflicts(greedy_plan(requests, given, COSTS).places, requests, given) == ()


def test_people_apart_share_no_night_and_may_come_on_one_day() -> None:
    given = offer(1, apart=(("a", "b"),), nights={"bed_shared": np.full(1, 2)})
    night = visit("a", 0, kind="image")
    for kind, place in (("image", None), ("weekly", 1)):
        plan = greedy_plan([night, visit("b", 1, kind=kind)], given, COSTS)
        assert plan.places == {"a": 0, "b": place}
