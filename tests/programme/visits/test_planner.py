"""The plan is the best there is: by hand, by trying all, and at the proven optima."""

import itertools
import os
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from tests.programme.visits.booking_instances import read_instance
from tests.programme.visits.booking_worlds import offer, random_world, visit

from nanoward.programme.visits import planner
from nanoward.programme.visits.greedy_plan import greedy_plan
from nanoward.programme.visits.plan_check import plan_conflicts
from nanoward.programme.visits.plan_problem import Offer, PlanCosts, VisitRequest, plan_cost
from nanoward.programme.visits.planner import plan_visits

SHARED = Path(os.environ.get("NANOWARD_SHARED", Path(__file__).parents[4] / "shared"))
COSTS = PlanCosts()


def best_by_trying_all(requests: list[VisitRequest], given: Offer) -> int:
    """The least cost over every plan without a conflict."""
    known = {one.visit: one for one in requests}
    choices = [(None, *one.candidates) for one in requests]
    names = [one.visit for one in requests]
    return min(
        plan_cost(COSTS, known, places, 0)
        for plan in itertools.product(*choices)
        if not plan_conflicts(places := dict(zip(names, plan, strict=True)), requests, given)
    )


def test_two_visits_want_one_place() -> None:
    plan = plan_visits([visit("a", 0, 0, 1), visit("b", 0, 0, 2)], offer(2), COSTS, gap=0)
    assert plan.places == {"a": 1, "b": 0}
    assert (plan.cost, plan.optimal, plan.gap, plan.solver) == (2, True, 0.0, "HiGHS")


@pytest.mark.hazard("H-309")
def test_an_urgent_visit_takes_the_place_of_a_weekly_one() -> None:
    weekly = visit("a", 0, 0, booked=0)
    plan = plan_visits([weekly, visit("b", 0, 0, kind="safety")], offer(1), COSTS, gap=0)
    assert plan.places == {"a": None, "b": 0}
    assert plan.unplaced() == ("a",)


def test_a_visit_without_a_candidate_is_unplaced_and_the_others_go_on() -> None:
    empty = VisitRequest(visit="x", person="x", kind="weekly", target=0, candidates=())
    plan = plan_visits([empty, visit("a", 0, 0)], offer(1), COSTS, gap=0)
    assert plan.places == {"x": None, "a": 0}
    assert plan_visits([empty], offer(1), COSTS).unplaced() == ("x",)


def test_what_is_booked_stays_unless_moving_pays() -> None:
    booked = visit("a", 0, 0, 8, booked=8)
    assert plan_visits([booked], offer(5), COSTS, now=0, gap=0).places["a"] == 0
    near = visit("a", 0, 0, 2, booked=2)  # ten for the day off, sixty for a move
    assert plan_visits([near], offer(5), COSTS, now=0, gap=0).places["a"] == 2
    pinned = visit("a", 0, 0, 8, booked=8, pinned=True)
    assert plan_visits([pinned], offer(5), COSTS, gap=0).places["a"] == 8


@pytest.mark.hazard("H-308")
def test_people_apart_do_not_meet() -> None:
    pair = [visit("a", 0, 0, 1), visit("b", 0, 0, 1)]
    plan = plan_visits(pair, offer(1, clin=5, apart=(("a", "b"),)), COSTS, gap=0)
    assert set(plan.places.values()) == {0, 1}
    both = offer(1, clin=5, restricted=frozenset("ab"), restricted_at_once=1)
    assert set(plan_visits(pair, both, COSTS, gap=0).places.values()) == {0, 1}


@pytest.mark.hazard("H-308")
def test_people_apart_do_not_share_a_night_though_they_come_half_a_day_apart() -> None:
    """Two shared beds in each of two nights; the two come in different halves."""
    nights = {"bed_shared": np.full(2, 2)}
    pair = [visit("a", 0, 0, 2, kind="image"), visit("b", 1, 1, kind="image")]
    apart = offer(2, apart=(("a", "b"),), nights=nights)
    for made in (plan_visits(pair, apart, COSTS, gap=0), greedy_plan(pair, apart, COSTS)):
        assert plan_conflicts(made.places, pair, apart) == ()
        if made.places["b"] is not None:
            assert made.places["a"] != 0
    assert plan_visits(pair, apart, COSTS, gap=0).places == {"a": 2, "b": 1}
    together = plan_visits(pair, offer(2, nights=nights), COSTS, gap=0)
    assert together.places == {"a": 0, "b": 1}
    assert "sleep in shared rooms" in plan_conflicts(together.places, pair, apart)[0]


def test_who_comes_apart_sleeps_apart() -> None:
    nights = {"bed_shared": np.full(1, 5), "bed_apart": np.full(1, 1)}
    given = offer(1, clin=9, restricted=frozenset("ab"), restricted_at_once=9, nights=nights)
    plan = plan_visits([visit(one, 0, 0, kind="image") for one in "abc"], given, COSTS, gap=0)
    assert len(plan.unplaced()) == 1
    assert plan.places["c"] == 0


def test_it_equals_trying_all_plans_of_small_worlds() -> None:
    rng = random.Random(11)
    for _ in range(60):
        requests, given = random_world(rng)
        plan = plan_visits(requests, given, COSTS, gap=0)
        assert plan_conflicts(plan.places, requests, given) == ()
        assert plan.cost == best_by_trying_all(requests, given)


def test_without_an_answer_of_the_solver_the_greedy_plan_stands_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Nothing:
        x = None

    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: Nothing)
    plan = plan_visits([visit("a", 0, 0, 1), visit("b", 0, 0)], offer(1), COSTS)
    assert plan.solver == "greedy"
    assert not plan.optimal
    assert plan_conflicts(plan.places, [visit("a", 0, 0, 1), visit("b", 0, 0)], offer(1)) == ()


@pytest.mark.hazard("H-308")
def test_a_plan_that_the_checker_refuses_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        x = np.array([1.0, 0, 1, 0])  # both at half-day 0
        status = 0
        mip_dual_bound = 0.0

    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: Wrong)
    assert plan_visits([visit("a", 0, 0), visit("b", 0, 0)], offer(1), COSTS).solver == "greedy"


@pytest.mark.hazard("H-309")
def test_out_of_time_the_better_of_two_plans_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that ran out of time had left 485 of 26,000 without a place."""

    class Early:
        x = np.array([0.0, 1.0])  # nowhere
        status = 1
        mip_dual_bound = 0.0

    monkeypatch.setattr("scipy.optimize.milp", lambda *_, **__: Early)
    plan = plan_visits([visit("a", 0, 0)], offer(1), COSTS)
    assert plan.places == {"a": 0}
    assert (plan.solver, plan.bound) == ("greedy", 0.0)


@pytest.mark.skipif(not (SHARED / "data" / "booking").exists(), reason="the data are not here")
@pytest.mark.timeout(120)
def test_a_shared_instance_at_its_proven_optimum() -> None:
    """p60_u88; benchmarks/bench_booking.py plans p300_u88 too."""
    requests, given, costs = read_instance(SHARED / "data" / "booking" / "p60_u88")
    plan = plan_visits(requests, given, costs, gap=0, time_s=100.0)
    assert (plan.cost, len(plan.unplaced()), plan.optimal) == (11_278, 6, True)
    assert plan_conflicts(plan.places, requests, given) == ()


def test_a_plan_that_may_be_one_dearer_than_the_best_is_not_called_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    solve = planner._solve
    for below, is_best in ((0.9, True), (1.0, False)):

        def looser(*given: Any, below: float = below) -> SimpleNamespace:
            done = solve(*given)
            bound = done.mip_dual_bound - below
            return SimpleNamespace(x=done.x, status=0, mip_dual_bound=bound)

        monkeypatch.setattr(planner, "_solve", looser)
        plan = plan_visits([visit("a", 0, 0, 1), visit("b", 0, 0, 2)], offer(2), COSTS, gap=0)
        assert (plan.cost, plan.optimal) == (2, is_best)
