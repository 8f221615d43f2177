"""The margin of counting: by Wilson's formula, and held in simulation."""

import numpy as np

from nanoward.tuning.dosing.monte_carlo import mean_bound, share_bound


def test_nothing_seen_in_many_draws_is_not_nothing() -> None:
    np.testing.assert_allclose(share_bound(np.zeros(1), 200.0), 2.7055 / 202.7055, rtol=1e-4)
    assert share_bound(np.ones(1), 10.0)[0] == 1.0
    np.testing.assert_allclose(share_bound(np.array([0.3]), np.inf), 0.3)


def test_the_bound_covers_the_truth_in_nineteen_of_twenty() -> None:
    chance = np.random.default_rng(3)
    seen = chance.binomial(400, 0.05, size=20_000) / 400
    assert 0.945 < np.mean(share_bound(seen, 400.0) >= 0.05) < 0.98


def test_probabilities_that_hardly_differ_need_hardly_a_margin() -> None:
    sure = np.full((1, 400, 1), 0.04) + np.linspace(-1e-4, 1e-4, 400)[None, :, None]
    thrown = (np.arange(400) < 16).astype(float)[None, :, None]
    assert mean_bound(sure, 400.0)[0, 0] < 0.0401
    assert mean_bound(thrown, 400.0)[0, 0] > 0.055
