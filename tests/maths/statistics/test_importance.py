"""Weighted points beside densities whose moments are known by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from nanoward.maths.statistics.importance import LEAST, WeightedSample, weighted_points
from nanoward.maths.statistics.mixtures import Mixture
from nanoward.maths.statistics.pareto import TRUSTED

Array = NDArray[np.float64]


def around(centre: list[float], deviation: float) -> Mixture:
    size = len(centre)
    return Mixture(
        shares=np.ones(1),
        centres=np.array([centre]),
        factors=deviation * np.eye(size)[None],
        freedom=np.array([5.0]),
    )


def mean_and_sd(made: WeightedSample) -> tuple[Array, Array]:
    mean = made.weights @ made.points
    return mean, np.sqrt(made.weights @ (made.points - mean) ** 2)


def banana(z: Array) -> Array:
    """x standard normal, y normal of sd 0.3 about 0.5 (x^2 - 1): y has mean 0, sd 0.768."""
    bent = 0.5 * (z[:, 0] ** 2 - 1.0)
    found: Array = -0.5 * z[:, 0] ** 2 - 0.5 * ((z[:, 1] - bent) / 0.3) ** 2
    return found


def test_a_bent_ridge_has_its_own_moments() -> None:
    """The start is the normal approximation at the ridge's top, far too short and straight."""
    start = Mixture(
        shares=np.ones(1),
        centres=np.array([[0.0, -0.5]]),
        factors=np.diag([0.8, 0.3])[None],
        freedom=np.array([5.0]),
    )
    made = weighted_points(
        banana, (np.zeros(2), 3 * np.eye(2)), start, 8000, np.random.default_rng(1)
    )
    mean, sd = mean_and_sd(made)
    np.testing.assert_allclose(mean, 0.0, atol=0.05)
    np.testing.assert_allclose(sd, [1.0, np.sqrt(0.5 + 0.09)], rtol=0.06)
    assert made.tail < TRUSTED
    assert made.counted > 1500


def test_of_two_tops_each_has_its_share_also_where_only_one_was_known() -> None:
    """0.25 N(-2, 0.2^2) and 0.75 N(2, 0.2^2) in each of three dimensions at once."""

    def density(z: Array) -> Array:
        left = np.log(0.25) - 0.5 * ((z + 2.0) ** 2).sum(axis=1) / 0.04
        right = np.log(0.75) - 0.5 * ((z - 2.0) ** 2).sum(axis=1) / 0.04
        found: Array = np.logaddexp(left, right)
        return found

    made = weighted_points(
        density, (np.zeros(3), 2 * np.eye(3)), around([-2.0] * 3, 0.2), 8000,
        np.random.default_rng(2),
    )  # fmt: skip
    right = made.weights[made.points[:, 0] > 0].sum()
    assert right == pytest.approx(0.75, abs=0.03)
    own = made.resampled(4000, np.random.default_rng(3))
    assert (own[:, 0] > 0).mean() == pytest.approx(right, abs=0.001)
    assert own[own[:, 0] > 0].std(axis=0) == pytest.approx(0.2, rel=0.08)


def test_nothing_is_adapted_where_the_start_is_good() -> None:
    calls: list[int] = []

    def density(z: Array) -> Array:
        calls.append(len(z))
        found: Array = -0.5 * (z**2).sum(axis=1)
        return found

    made = weighted_points(
        density, (np.zeros(2), np.eye(2)), around([0.0, 0.0], 1.0), 2000,
        np.random.default_rng(4),
    )  # fmt: skip
    assert calls == [500, 1500]
    assert made.counted > 1600
    np.testing.assert_allclose(mean_and_sd(made)[1], 1.0, rtol=0.05)


def test_a_wide_part_covers_a_tail_that_the_start_does_not_reach() -> None:
    """A start ten times too narrow: without the wide part its sd would come out too small."""
    made = weighted_points(
        lambda z: -0.5 * (z**2).sum(axis=1), (np.zeros(2), np.eye(2)),
        around([0.0, 0.0], 0.1), 4000, np.random.default_rng(5),
    )  # fmt: skip
    np.testing.assert_allclose(mean_and_sd(made)[1], 1.0, rtol=0.05)


def test_what_cannot_be_found_is_told() -> None:
    """A needle far from everything proposed: whatever comes out, the tail is not trusted."""
    made = weighted_points(
        lambda z: -0.5 * ((z - 6.0) ** 2).sum(axis=1) / 1e-8, (np.zeros(6), np.eye(6)),
        around([-3.0] * 6, 0.1), 400, np.random.default_rng(6), enough=50.0,
    )  # fmt: skip
    assert made.tail > TRUSTED
    assert len(made.points) > LEAST


def test_an_impossible_density_has_no_weights() -> None:
    made = weighted_points(
        lambda z: np.full(len(z), -np.inf), (np.zeros(1), np.eye(1)), around([0.0], 1.0), 400,
        np.random.default_rng(7),
    )  # fmt: skip
    assert made.counted == 0.0
    assert not made.weights.any()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**31), st.floats(-3, 3), st.floats(0.2, 2.0))
def test_the_same_chance_gives_the_same_points_and_a_shift_only_shifts(
    seed: int, shift: float, scale: float
) -> None:
    """Law: of a density moved and stretched, with start and wide part moved and stretched
    alike, points are moved and stretched and weights are the same."""

    def made(a: float, b: float) -> WeightedSample:
        return weighted_points(
            lambda z: banana((z - a) / b),
            (np.full(2, a), 3 * b * np.eye(2)),
            around([a, a - 0.5 * b], 0.5 * b),
            600,
            np.random.default_rng(seed),
        )

    plain, again, moved = made(0.0, 1.0), made(0.0, 1.0), made(shift, scale)
    np.testing.assert_array_equal(plain.points, again.points)
    np.testing.assert_array_equal(plain.weights, again.weights)
    first = 400  # those of the first turn: later ones hang on choices at the edge
    np.testing.assert_allclose(
        (moved.points[:first] - shift) / scale, plain.points[:first], atol=1e-9
    )
    for one in (plain, moved):
        assert one.weights.sum() == pytest.approx(1.0)
        assert one.counted > 100
