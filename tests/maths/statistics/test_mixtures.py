"""Mixtures of t densities: by hand, against scipy, by their draws; fitted to points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from nanoward.maths.statistics.mixtures import Mixture, fitted, log_sum, moments

Array = NDArray[np.float64]


def mixture(freedom: tuple[float, float] = (5.0, np.inf)) -> Mixture:
    return Mixture(
        shares=np.array([0.3, 0.7]),
        centres=np.array([[0.0, 0.0], [4.0, -1.0]]),
        factors=np.array([[[1.0, 0.0], [0.5, 2.0]], [[0.5, 0.0], [0.0, 0.5]]]),
        freedom=np.array(freedom),
    )


def test_the_density_of_a_standard_normal_by_hand() -> None:
    one = Mixture(
        shares=np.ones(1),
        centres=np.zeros((1, 2)),
        factors=np.eye(2)[None],
        freedom=np.array([np.inf]),
    )
    found = one.logs(np.array([[0.0, 0.0], [3.0, 4.0]]))
    np.testing.assert_allclose(found, [-np.log(2 * np.pi), -np.log(2 * np.pi) - 12.5])


def test_the_density_is_that_of_a_second_implementation() -> None:
    points = np.random.default_rng(1).normal(0.0, 4.0, (50, 2))
    made = mixture()
    scales = [one @ one.T for one in made.factors]
    theirs = 0.3 * stats.multivariate_t(made.centres[0], scales[0], df=5).pdf(points)
    theirs += 0.7 * stats.multivariate_normal(made.centres[1], scales[1]).pdf(points)
    np.testing.assert_allclose(np.exp(made.logs(points)), theirs, rtol=1e-10)


def test_draws_have_the_moments_of_the_mixture() -> None:
    """Of 200,000 draws: 60,000 of the first component; a t with 12 freedoms spreads 1.2 x."""
    made = mixture((12.0, np.inf))
    points = made.drawn(200_000, np.random.default_rng(2))
    mean, covariance = moments(points)
    np.testing.assert_allclose(mean, [2.8, -0.7], atol=0.02)
    first = 1.2 * np.array([[1.0, 0.5], [0.5, 4.25]])
    apart = np.array([4.0, -1.0])
    wanted = 0.3 * first + 0.7 * 0.25 * np.eye(2) + 0.21 * np.outer(apart, apart)
    np.testing.assert_allclose(covariance, wanted, atol=0.05)


@given(st.integers(1, 500), st.floats(0.01, 0.99), st.integers(0, 2**31))
def test_each_component_is_drawn_as_often_as_its_share_says(
    count: int, share: float, seed: int
) -> None:
    far = Mixture(
        shares=np.array([share, 1 - share]),
        centres=np.array([[-1e6], [1e6]]),
        factors=np.ones((2, 1, 1)),
        freedom=np.array([np.inf, np.inf]),
    )
    own = (far.drawn(count, np.random.default_rng(seed)) < 0).sum()
    assert abs(own - share * count) <= 1 + 1e-9


@given(st.lists(st.floats(-700, 700), min_size=1, max_size=6))
def test_the_sum_of_exponentials_does_not_overflow(logs: list[float]) -> None:
    found = log_sum(np.array([logs]))[0]
    highest = max(logs)
    assert found == pytest.approx(highest + np.log(sum(np.exp(x - highest) for x in logs)))


def test_nothing_is_possible_where_no_component_is() -> None:
    assert log_sum(np.full((1, 3), -np.inf))[0] == -np.inf


def test_two_heaps_of_points_are_found_again() -> None:
    chance = np.random.default_rng(4)
    truth = mixture((np.inf, np.inf))
    points = truth.drawn(4000, chance)
    start = Mixture(
        shares=np.array([0.5, 0.5]),
        centres=np.array([[-1.0, 1.0], [3.0, 0.0]]),
        factors=np.array([2 * np.eye(2), 2 * np.eye(2)]),
        freedom=truth.freedom,
    )
    found = fitted(start, points, 4000.0, turns=30)
    np.testing.assert_allclose(found.shares, truth.shares, atol=0.02)
    np.testing.assert_allclose(found.centres, truth.centres, atol=0.15)
    for one, other in zip(found.factors, truth.factors, strict=True):
        np.testing.assert_allclose(one @ one.T, other @ other.T, atol=0.3)


def test_each_turn_of_the_fit_raises_the_likelihood() -> None:
    points = mixture().drawn(1000, np.random.default_rng(5))
    now, before = mixture((5.0, 5.0)), -np.inf
    for _ in range(5):
        now = fitted(now, points, 1e9, turns=1)
        after = float(now.logs(points).mean())
        assert after > before - 1e-9
        before = after


def test_few_points_hardly_move_a_scale_and_a_useless_component_goes() -> None:
    points = np.full((100, 2), 4.0) + 1e-3 * np.random.default_rng(6).normal(size=(100, 2))
    start = mixture((5.0, 5.0)).with_one(np.array([900.0, 900.0]), np.eye(2), 0.2, 5.0)
    assert start.shares == pytest.approx([0.24, 0.56, 0.2])
    few, many = fitted(start, points, 3.0, turns=1), fitted(start, points, 3000.0, turns=1)
    assert len(few.shares) == len(many.shares) == 2
    assert np.abs(few.factors[1, 0, 0] - 0.5) < 0.15
    assert many.factors[1, 0, 0] < 0.1
