"""The tail of weights: shapes found again, the largest weights smoothed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from nanoward.maths.statistics.pareto import TRUSTED, smoothed, tail_shape


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.4, 0.9])
def test_a_shape_is_found_again(shape: float) -> None:
    """Mean of 200 fits to 300 values; the prior pulls by 10 of 310 towards 0.5."""
    chance = np.random.default_rng(3)
    found = [
        tail_shape(np.sort(stats.genpareto(shape, scale=2.0).rvs(300, random_state=chance)))
        for _ in range(200)
    ]
    expected = (300 * shape + 5.0) / 310
    assert np.mean([one[0] for one in found]) == pytest.approx(expected, abs=0.03)
    assert np.mean([one[1] for one in found]) == pytest.approx(2.0, rel=0.05)


@given(st.lists(st.floats(-30, 5), min_size=1, max_size=200))
def test_weights_add_to_one_and_keep_their_order(logs: list[float]) -> None:
    weights, _ = smoothed(np.array(logs))
    assert weights.sum() == pytest.approx(1.0)
    order = np.argsort(logs, kind="stable")
    assert (np.diff(weights[order]) >= -1e-12).all()


def test_equal_weights_have_no_tail() -> None:
    weights, shape = smoothed(np.zeros(1000))
    assert shape == -np.inf
    np.testing.assert_allclose(weights, 1e-3)


def test_too_few_weights_tell_nothing_about_their_tail() -> None:
    logs = np.full(1000, -np.inf)
    logs[:3] = 0.0
    weights, shape = smoothed(logs)
    assert shape == np.inf
    np.testing.assert_allclose(weights[:3], 1 / 3)
    none, shape = smoothed(np.full(10, -np.inf))
    assert shape == np.inf
    assert not none.any()


def test_one_weight_that_is_everything_is_not_trusted() -> None:
    logs = np.random.default_rng(1).normal(size=1000)
    logs[17] += 40.0
    assert smoothed(logs)[1] > TRUSTED


def test_smoothing_steadies_a_mean_under_a_heavy_tail() -> None:
    """Weights of shape 0.6 have no variance: the error of their mean shrinks when smoothed."""
    chance, errors = np.random.default_rng(8), []
    law = stats.genpareto(0.6)
    for _ in range(200):
        raw = law.rvs(1000, random_state=chance)
        x = raw > law.ppf(0.99)  # of a true share by weight that is known
        weights, _ = smoothed(np.log(raw))
        errors.append((raw @ x / raw.sum(), weights @ x))
    plain, smooth = np.std(np.array(errors), axis=0)
    assert smooth < plain
