"""What places and moves cost, by hand."""

import numpy as np
from tests.programme.visits.booking_worlds import offer, visit

from nanoward.programme.visits.plan_problem import (
    PlanCosts,
    VisitRequest,
    missing_cost,
    place_cost,
    plan_cost,
)

COSTS = PlanCosts()


def test_days_other_half_and_kind() -> None:
    assert place_cost(COSTS, visit("a", 4), 4, 0) == 0
    assert place_cost(COSTS, visit("a", 4), 5, 0) == 2
    assert place_cost(COSTS, visit("a", 4), 7, 0) == 12
    assert place_cost(COSTS, visit("a", 4, kind="dose"), 0, 0) == 40


def test_a_move_is_dear_when_it_is_near() -> None:
    assert [COSTS.of_move(days) for days in (0, 2, 3, 14, 15, 400)] == [60, 60, 30, 30, 12, 12]
    booked = visit("a", 4, booked=4)
    assert place_cost(COSTS, booked, 5, 0) == 62
    assert missing_cost(COSTS, booked, 0) == 1_060


def test_a_plan_costs_what_its_places_cost() -> None:
    known = {"a": visit("a", 4), "b": visit("b", 4, kind="safety")}
    assert plan_cost(COSTS, known, {"a": 5}, 0) == 20_002


def test_where_few_moves_are_wanted_no_comfort_of_days_is_worth_one() -> None:
    """Moved by price it is 20 days nearer; with few moves it stays where it is booked."""
    far = VisitRequest(
        visit="a", person="a", kind="dose", target=0, candidates=(0, 40), booked=40
    )
    few = PlanCosts().fewest_moves()
    for costs, cheaper in ((PlanCosts(), 0), (few, 40)):
        best = min(far.candidates, key=lambda at: place_cost(costs, far, at, 0))
        assert best == cheaper
    assert few.of_missing("safety") > few.of_missing("weekly") > few.of_move(1)
    assert few.unplaced["dose"] == 50 * PlanCosts().unplaced["dose"]


def test_beds_are_of_nights_and_whoever_comes_apart_needs_one_apart() -> None:
    nights = {"bed_shared": np.array([2, 3]), "bed_apart": np.array([1, 0])}
    given = offer(2, clin=7, beds=4, restricted=frozenset("a"), nights=nights)
    assert [given.most("clin", at) for at in range(4)] == [7, 7, 7, 7]
    assert [given.most("bed_shared", at) for at in range(4)] == [2, 2, 3, 3]
    assert [given.most("bed", at) for at in range(4)] == [4, 4, 4, 4]
    assert given.needs_of(visit("a", 0, kind="dose")) == {"clin": 2, "bed_apart": 1}
    assert given.needs_of(visit("b", 0, kind="dose")) == {"clin": 2, "bed": 1}
    assert given.needs_of(visit("a", 0)) == {"clin": 1}
    plain = offer(2, restricted=frozenset("a"))
    assert plain.needs_of(visit("a", 0, kind="dose")) == {"clin": 2, "bed": 1}
    assert plain.most("bed_apart", 0) == 0
