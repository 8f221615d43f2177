"""Bets: e-values whose mean under the null is at most one."""

import numpy as np
import pytest
from scipy import stats

from nanoward.watch.alarms.bets import conformal_evidence, fitted_evidence, scores, tie_draws
from nanoward.watch.alarms.rules import CONFORMAL_EXPONENTS, FITTED_RISES

NONE = np.zeros((1, 0))


def test_the_highest_of_ten_by_hand() -> None:
    past = np.arange(9.0)[None, :]
    told = conformal_evidence(np.array([20.0]), NONE, past, 5)[0]
    for exponent, value in zip(CONFORMAL_EXPONENTS, told, strict=True):
        assert value == pytest.approx(10 / sum(j**-exponent for j in range(1, 11)), rel=1e-12)


@pytest.mark.parametrize("latest", [[], [20.0], [20.0, 20.5], [3.5, 20.0]])
def test_over_all_gaps_of_the_urn_the_bets_on_ranks_have_mean_one(latest: list[float]) -> None:
    past, others = np.arange(12.0), np.array(latest)
    drawn = np.sort(np.concatenate([past, others]))
    gaps = np.concatenate([[-1.0], (drawn[1:] + drawn[:-1]) / 2, [99.0]])
    bets = [
        conformal_evidence(np.array([one]), others[None, :], past[None, :], 5)[0]
        for one in gaps  # a new draw lies in each gap of all that was drawn with one chance
    ]
    np.testing.assert_allclose(np.mean(bets, axis=0), 1.0, rtol=1e-12)


@pytest.mark.hazard("H-320")
def test_two_records_in_a_row_are_not_two_surprises() -> None:
    """Left out of the base they would be: both are the highest of ten in 1 pair of 55."""
    drawn = np.random.default_rng(3).random((40_000, 11))
    past, before, now = drawn[:, :9], drawn[:, 9], drawn[:, 10]
    none = np.zeros((len(drawn), 0))
    first = conformal_evidence(before, none, past, 5)[:, -1]
    blind = conformal_evidence(now, none, past, 5)[:, -1]
    told = conformal_evidence(now, before[:, None], past, 5)[:, -1]
    assert np.mean(first * told) == pytest.approx(1.0, abs=0.06)
    assert np.mean(first * blind) > 1.3


def test_too_little_past_or_no_count_is_no_evidence() -> None:
    past = np.full((2, 12), np.nan)
    past[0] = 1.0
    none = np.zeros((2, 0))
    assert (conformal_evidence(np.array([np.nan, 3.0]), none, past, 5) == 1.0).all()
    few = np.arange(4.0)[None, :]
    assert (conformal_evidence(np.array([9.0]), NONE, few, 5) == 1.0).all()
    assert (conformal_evidence(np.array([9.0]), NONE, few, 4) > 1.0).all()


@pytest.mark.parametrize("a", [1e-3, 0.3, 2.0])
def test_the_fitted_bets_have_mean_at_most_one_under_their_null(a: float) -> None:
    y = np.arange(4000.0)
    weight = stats.nbinom(1 / a, 1 / (1 + a * 3.0)).pmf(y)
    bets = fitted_evidence(y, np.full_like(y, 3.0), np.full_like(y, a), 1e300)
    means = weight @ bets
    assert (means <= 1 + 1e-6).all()
    assert means[0] == pytest.approx(1.0, abs=2e-3)
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
