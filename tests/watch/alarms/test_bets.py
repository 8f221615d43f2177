"""Bets: e-values whose mean under the null is at most one."""

import numpy as np
import pytest
from scipy import stats

from nanoward.watch.alarms.bets import conformal_evidence, fitted_evidence, scores, tie_draws
from nanoward.watch.alarms.rules import CONFORMAL_POWERS, FITTED_RISES


def test_the_highest_of_ten_by_hand() -> None:
    past = np.arange(9.0)[None, :]
    told = conformal_evidence(np.array([[20.0]]), past, 5)[0]
    for power, value in zip(CONFORMAL_POWERS, told, strict=True):
        assert value == pytest.approx(10 * 0.1**power, rel=1e-12)


def test_over_all_ranks_the_conformal_bets_have_mean_one() -> None:
    past = np.arange(12.0)[None, :]
    bets = [conformal_evidence(np.array([[at - 0.5]]), past, 5)[0] for at in range(13)]
    np.testing.assert_allclose(np.mean(bets, axis=0), 1.0, rtol=1e-12)


def test_too_little_past_or_no_count_is_no_evidence() -> None:
    past = np.full((2, 12), np.nan)
    past[0] = 1.0
    assert (conformal_evidence(np.array([[np.nan], [3.0]]), past, 5) == 1.0).all()


@pytest.mark.parametrize("a", [1e-3, 0.3, 2.0])
def test_the_fitted_bets_have_mean_at_most_one_under_their_null(a: float) -> None:
    y = np.arange(4000.0)
    weight = stats.nbinom(1 / a, 1 / (1 + a * 3.0)).pmf(y)
    bets = fitted_evidence(y, np.full_like(y, 3.0), np.full_like(y, a), 1e300)
    means = weight @ bets
    assert (means <= 1 + 1e-6).all()
    assert means[0] == pytest.approx(1.0, abs=1e-3)
    assert len(means) == len(FITTED_RISES)


def test_one_period_never_counts_more_than_the_cap() -> None:
    one = np.array([1e9])
    assert fitted_evidence(one, np.array([3.0]), np.array([0.1]), 50.0).max() <= 50.0 + 1e-9


def test_scores_keep_the_order_of_counts_of_one_mean() -> None:
    counts = np.array([[0.0, 1, 2, 5, 40]])
    told = scores(counts, np.full((1, 5), 0.5), np.full((1, 5), 3.0), np.array([0.5]))
    assert (np.diff(told[0]) > 0).all()


def test_draws_are_the_same_whenever_asked_and_spread_evenly() -> None:
    names = np.arange(20_000, dtype=np.uint64)
    first = tie_draws(names, 5, 7)
    np.testing.assert_array_equal(first, tie_draws(names, 5, 7))
    assert stats.kstest(first, "uniform").pvalue > 1e-3
    assert abs(np.corrcoef(first, tie_draws(names, 6, 7))[0, 1]) < 0.05
