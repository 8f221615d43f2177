"""Overbooking is off unless the programme's own record earns it, and stays within 5 %."""

import itertools
import math

import numpy as np
import pytest

from nanoward.programme.visits.expected_shows import (
    MissedVisits,
    bookable,
    missing_rate,
    overfull_probability,
    probabilities,
    rates_of,
)


def test_the_distribution_is_exact() -> None:
    """Against the sum over all 2^6 outcomes."""
    rates = [0.1, 0.2, 0.5, 0.05, 0.9, 0.3]
    total = sum(
        math.prod((1 - r) if come else r for r, come in zip(rates, who, strict=True))
        for who in itertools.product((0, 1), repeat=6)
        if sum(who) > 3
    )
    assert overfull_probability(rates, 3) == pytest.approx(total, abs=1e-15)


def test_rates_are_shrunk_to_those_of_all() -> None:
    everybody = MissedVisits(due=1000, missed=10)
    assert missing_rate(MissedVisits(due=0, missed=0), everybody) == pytest.approx(
        0.0105, abs=1e-4
    )
    # twenty visits of everybody, of which 0.21 were missed, and two of their own
    twice = missing_rate(MissedVisits(due=2, missed=2), everybody)
    assert twice == pytest.approx((20 * 10.5 / 1001 + 2) / 22)


def test_it_is_off_for_few_visits_and_for_doses() -> None:
    rates = [0.3] * 40
    assert bookable(rates, 24, MissedVisits(due=100, missed=30)) == 24
    assert bookable(rates, 24, MissedVisits(due=900, missed=270), kind="dose") == 24
    assert bookable(rates, 24, MissedVisits(due=900, missed=270)) > 24


@pytest.mark.hazard("H-310")
@pytest.mark.parametrize("truth", [0.005, 0.01, 0.05, 0.1, 0.2, 0.3])
def test_half_days_are_overfull_in_at_most_5_percent(truth: float) -> None:
    """V6: rates learnt from 26 visits of 200 people, over true rates of 0.5 to 30 %."""
    rng = np.random.default_rng(int(1000 * truth))
    history = {
        f"P{n}": MissedVisits(due=26, missed=int(rng.binomial(26, truth))) for n in range(200)
    }
    rates, everybody = rates_of(history)
    overfull = 0
    for _ in range(400):
        people = [f"P{n}" for n in rng.permutation(200)[:60]]
        count = bookable(list(probabilities(rates, people)), 24, everybody)
        overfull += int(rng.binomial(count, 1 - truth)) > 24
    assert overfull / 400 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)


def test_somebody_new_has_the_rate_of_all() -> None:
    assert probabilities({"a": 0.2}, ["a", "b"]).tolist() == [0.2, 0.2]
    assert probabilities({}, ["a"]).tolist() == [0.0]
