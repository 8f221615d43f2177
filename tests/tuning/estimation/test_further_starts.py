"""From where people are searched for again, and that the lower end is kept."""

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from evaluate_valleys import evaluate, populations

from nanoward.tuning.estimation.further_starts import (
    SPREAD,
    _second_directions,
    keep_lower,
    spread_points,
)
from nanoward.tuning.kernel.layout import STATUS, MapResults


def results(values: list[float], how: float = 0.0, apart: float = float("inf")) -> MapResults:
    status = np.array([[how, one, 1.0, 0.0, apart] for one in values]).ravel()
    z = np.array(values)
    return MapResults(z.copy(), z.copy(), z.copy(), status, np.repeat(z, 2))


def test_the_lower_end_is_kept_for_each_person_by_themselves() -> None:
    first, other = results([5.0, 3.0, 4.0]), results([4.0, 3.5, 4.0 - 1e-9])
    assert keep_lower(first, other, 3) == 1
    assert first.z.tolist() == [4.0, 3.0, 4.0]
    np.testing.assert_allclose(
        first.status.reshape(3, STATUS)[:, 4], [1.0, 0.5, 1e-9], atol=1e-12
    )
    lost = results([1.0, 2.0], how=3.0)
    assert keep_lower(lost, results([9.0, 9.0]), 2) == 2  # an end is better than none
    assert np.isinf(lost.status.reshape(2, STATUS)[:, 4]).all()  # and no second one
    assert keep_lower(results([9.0]), results([1.0], how=3.0), 1) == 0


def test_a_minimum_on_a_kink_is_an_end() -> None:
    first = results([5.0])
    assert keep_lower(first, results([4.0], how=7.0, apart=0.25), 1) == 1
    assert first.status[0] == 7.0
    assert first.status[4] == 0.25


def test_the_second_direction_is_taken_where_it_is_about_as_unknown_as_the_first() -> None:
    halves = np.array([np.diag([1.0, 1.0, 9.0]), np.diag([1.0, 9.0, 9.0])])
    steps = _second_directions(halves, np.array([False, False]))
    assert np.isnan(steps[1]).all()
    assert abs(steps[0, 2]) < 1e-12
    np.testing.assert_allclose(np.linalg.norm(steps[0]), 3.5)
    # at right angles to where the inverse iteration from (1, 1.1, 1.2) ends
    np.testing.assert_allclose(steps[0, :2] @ [1.0, 1.1], 0.0, atol=1e-12)
    forced = _second_directions(halves, np.array([True, True]))
    np.testing.assert_allclose(np.linalg.norm(forced[1]), 3.5 / 3.0)


def test_spread_points_are_fixed_and_lie_on_both_sides_of_every_axis() -> None:
    points = np.array(spread_points(4))
    assert points.shape == (SPREAD, 4)
    assert (points.min(axis=0) < -0.5).all()
    assert (points.max(axis=0) > 0.5).all()
    np.testing.assert_array_equal(points, spread_points(4))


@pytest.mark.timeout(900)
@pytest.mark.hazard("H-275")
@pytest.mark.parametrize("name", ["zero-order absorption", "run 504", "run 003"])
def test_estimates_lie_in_the_lowest_valley(name: str) -> None:
    """Beside searches from 12 starts over the simulated space; the whole, 64 starts of 25,000
    people, is benchmarks/evaluate_valleys.py. Before there were starts of each one's own, 32 of
    1,000 people of the zero-order family lay higher, and 79 ended nowhere."""
    found = evaluate(populations()[name], 120, 12, 7)
    assert found.higher <= 1
    assert found.told == 0


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_nearly_all_estimates_of_all_families_lie_in_the_lowest_valley() -> None:
    found = [evaluate(one, 1000, 64, 102) for one in populations().values()]
    higher, people = sum(one.higher for one in found), sum(one.people for one in found)
    assert higher <= 0.0005 * people
