"""A half-day's order: everybody once, staff never twice at once, near the bound."""

import numpy as np
import pytest

from nanoward.programme.visits.half_day_order import (
    PAYMENT,
    HalfDayOrder,
    Step,
    half_day_order,
    shortest_possible,
)

STAFF = {"nurse": 3, "physician": 2, "psychologist": 2, PAYMENT: 1}


def people(count: int, rng: np.random.Generator) -> list[Step]:
    """Bloods for all, a physician and a psychologist for most, and payment last."""
    steps = []
    for number in range(count):
        who = f"P{number}"
        steps.append(Step(person=who, staff="nurse", quarters=1))
        if rng.random() < 0.8:
            steps.append(Step(person=who, staff="physician", quarters=int(rng.integers(1, 3))))
        if rng.random() < 0.5:
            steps.append(Step(person=who, staff="psychologist", quarters=2))
    return steps


def clashes(order: HalfDayOrder) -> int:
    """People in two steps at once, and staff in more than there are."""
    wrong = 0
    for quarter in range(order.quarters):
        at = [
            one.step for one in order.slots
            if one.begins <= quarter < one.begins + one.step.quarters
        ]  # fmt: skip
        wrong += len(at) - len({one.person for one in at})
        wrong += sum(max(0, sum(s.staff == k for s in at) - n) for k, n in STAFF.items())
    return wrong


def test_one_person_takes_as_long_as_their_steps() -> None:
    steps = [
        Step(person="a", staff="nurse", quarters=2),
        Step(person="a", staff=PAYMENT, quarters=1),
    ]
    order = half_day_order(steps, STAFF, np.random.default_rng(0))
    assert (order.quarters, order.is_best) == (3, True)
    assert order.slots[-1].step.staff == PAYMENT
    assert half_day_order([], STAFF, np.random.default_rng(0)).quarters == 0


@pytest.mark.parametrize("seed", range(6))
def test_everybody_is_seen_once_and_nobody_twice_at_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    steps = people(24, rng)
    order = half_day_order(steps, STAFF, rng, runs=20)
    assert sorted(str(one.step) for one in order.slots) == sorted(map(str, steps))
    assert clashes(order) == 0
    assert order.quarters <= shortest_possible(steps, STAFF) + 1
