"""The checker sees every kind of conflict, and all of them."""

import numpy as np
from tests.programme.visits.booking_worlds import offer, visit

from nanoward.programme.visits.plan_check import plan_conflicts


def test_everything_that_is_wrong_is_told_at_once() -> None:
    requests = [
        visit("a-1", 0, 0), visit("a-2", 0, 0), visit("b", 0, 0), visit("c", 5, 4),
        visit("d", 1, 1, booked=1, pinned=True), visit("e", 0, 0, kind="dose"),
    ]  # fmt: skip
    places = {"a-1": 0, "a-2": 0, "b": 0, "c": 9, "d": None, "e": 0}
    given = offer(2, beds=0, restricted=frozenset("ab"), apart=(("a", "b"),))
    told = plan_conflicts(places, requests, given)
    for part in (
        "c may not be at half-day 9", "d is pinned at 1", "clin at 0: 5 needed, 1 there",
        "bed at 0: 1 needed, 0 there", "a is twice", "3 restricted people", "a and b meet",
    ):  # fmt: skip
        assert any(part in one for one in told), part


def test_a_sound_plan_has_none() -> None:
    assert plan_conflicts({"a": 0, "b": None}, [visit("a", 0), visit("b", 0)], offer(1)) == ()


def test_whoever_comes_apart_sleeps_apart_where_there_are_such_beds() -> None:
    nights = {"bed_shared": np.zeros(1, int), "bed_apart": np.ones(1, int)}
    given = offer(1, restricted=frozenset("a"), nights=nights)
    for who, told in (("a", 0), ("b", 1)):
        found = plan_conflicts({who: 0}, [visit(who, 0, kind="image")], given)
        assert len(found) == told
    none = offer(1, restricted=frozenset("a"), nights={"bed_shared": np.zeros(1, int)})
    assert len(plan_conflicts({"a": 0}, [visit("a", 0, kind="image")], none)) == 1
