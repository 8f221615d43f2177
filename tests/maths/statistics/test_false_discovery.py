import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nanoward.maths.statistics.false_discovery import (
    SPENT,
    HypothesisBatch,
    batch_benjamini_hochberg,
    benjamini_hochberg,
    benjamini_yekutieli,
    conformal_p_values,
    local_rates,
    online_levels,
    weighted_benjamini_hochberg,
)

P = arrays(
    float, st.integers(1, 12), elements=st.sampled_from(np.linspace(0.01, 1, 34).tolist())
)


def slow_level(p: np.ndarray, which: int) -> float:
    """The smallest level at which the step-up procedure as published calls test `which`."""
    levels = sorted({min(1.0, x * len(p) / k) for x in p for k in range(1, len(p) + 1)})
    for level in levels:
        ranked = sorted(p)
        called = [k for k in range(len(p)) if ranked[k] <= level * (k + 1) / len(p) + 1e-12]
        if called and p[which] <= ranked[max(called)]:
            return float(level)
    return 1.0


@given(P)
def test_q_values_are_the_levels_of_the_procedure_as_published(p: np.ndarray) -> None:
    slow = [slow_level(p, which) for which in range(len(p))]
    np.testing.assert_allclose(benjamini_hochberg(p), slow, atol=1e-9)


@given(P)
def test_q_never_falls_as_p_rises_and_never_lies_below_it(p: np.ndarray) -> None:
    q = benjamini_hochberg(p)
    order = np.argsort(p, kind="stable")
    assert (np.diff(q[order]) >= 0).all()
    assert (q >= p).all()
    assert (benjamini_yekutieli(p) >= q).all()


def test_what_was_not_tested_is_neither_called_nor_counted() -> None:
    q = benjamini_hochberg(np.array([0.01, np.nan, 0.04]))
    np.testing.assert_allclose(q, [0.02, np.nan, 0.04])
    assert np.isnan(benjamini_hochberg(np.array([np.nan]))).all()


def test_p_values_by_hand_with_ties_and_a_score_from_the_null_itself() -> None:
    null = np.array([1.0, 2.0, 2.0, 3.0])
    p = conformal_p_values(
        np.array([4.0, 2.0, 2.0, np.nan]), null, np.array([False, False, True, False])
    )
    np.testing.assert_allclose(p, [1 / 5, 4 / 5, 3 / 4, np.nan])


def test_under_exchangeable_scores_p_values_hold_their_level_on_both_sides() -> None:
    rng = np.random.default_rng(11)
    scores = rng.normal(size=(4000, 40))
    p = np.array([conformal_p_values(s[:1], s[1:], np.array([False]))[0] for s in scores])
    assert 0.040 < (p <= 0.05).mean() < 0.060
    assert 0.47 < (p <= 0.5).mean() < 0.53


@given(P)
def test_equal_weights_change_nothing(p: np.ndarray) -> None:
    found = weighted_benjamini_hochberg(p, np.full(len(p), 3.0))
    np.testing.assert_allclose(found, benjamini_hochberg(p))


def test_weight_moves_level_from_one_test_to_another() -> None:
    p = np.array([0.03, 0.03])
    np.testing.assert_allclose(
        weighted_benjamini_hochberg(p, np.array([3.0, 1.0])), [0.04, 0.06]
    )


def test_local_rates_by_hand() -> None:
    """Three of four tests at 0.01: density 75 up to there, then 0.25 / 0.49 up to 0.5."""
    rates = local_rates(np.array([0.01, 0.01, 0.01, 0.5, np.nan]))
    np.testing.assert_allclose(rates[:4], [1 / 75, 1 / 75, 1 / 75, 1.0])
    assert np.isnan(rates[4])


@given(P)
def test_local_rates_rise_with_p(p: np.ndarray) -> None:
    order = np.argsort(p)
    assert (np.diff(local_rates(p)[order]) >= -1e-12).all()


def test_levels_of_a_stream_look_only_back_and_rise_after_a_call() -> None:
    quiet = online_levels(np.ones(50), 0.05)
    assert (np.diff(quiet) < 0).all()
    assert quiet.sum() <= 0.025
    p = np.ones(50)
    p[10] = 0.0
    after = online_levels(p, 0.05)
    np.testing.assert_array_equal(after[:11], quiet[:11])
    assert (after[11:] > quiet[11:]).all()


def test_a_stream_keeps_its_false_discovery_rate() -> None:
    rng = np.random.default_rng(5)
    shares = []
    for _ in range(60):
        true = rng.random(400) < 0.1
        p = np.where(true, rng.beta(0.02, 1, 400), rng.random(400))
        called = p <= online_levels(p, 0.05)
        shares.append((called & ~true).sum() / max(called.sum(), 1))
    assert np.mean(shares) <= 0.06


def test_the_first_batch_spends_its_share_of_the_level_and_no_more() -> None:
    found = batch_benjamini_hochberg(np.array([0.001, 0.5, np.nan]), (), 0.05)
    assert found.count == 2
    assert found.level == pytest.approx(0.05 / SPENT)  # share 1 / sum j^-1.6, all 2 tests
    assert (found.called, found.most_called) == (1, 2)


def test_the_level_of_a_batch_by_hand() -> None:
    """30 tests, 4 calls, at most 5 with one more; then 10 tests."""
    first = HypothesisBatch(count=30, level=0.02, called=4, most_called=5)
    found = batch_benjamini_hochberg(np.ones(10), (first,), 0.05)
    left = 0.05 * (1 + 2**-1.6) / SPENT - 0.02 * 5 / 5
    assert found.level == pytest.approx(left * (10 + 4) / 10)
    assert (found.called, found.most_called) == (0, 1)
    assert batch_benjamini_hochberg(np.full(3, np.nan), (first,), 0.05).level == 0.0


@given(st.lists(P, min_size=1, max_size=6))
def test_the_bound_on_the_share_of_false_calls_holds_after_every_batch(some) -> None:
    batches: list[HypothesisBatch] = []
    for p in some:
        batches.append(batch_benjamini_hochberg(p, batches, 0.05))
        total = sum(one.called for one in batches)
        bound = sum(
            one.level * one.most_called / max(one.most_called + total - one.called, 1)
            for one in batches
        )
        assert bound <= 0.05 + 1e-12


def test_the_most_called_is_that_of_any_single_p_value_put_to_nothing() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        p = rng.random(12) ** 3
        found = batch_benjamini_hochberg(p, (), 0.5)
        slow = []
        for k in range(12):
            changed = p.copy()
            changed[k] = 0.0
            slow.append(int((benjamini_hochberg(changed) <= found.level).sum()))
        assert found.most_called == max(slow)


def test_batches_keep_their_rate_over_many_rounds_and_still_find_what_is_there() -> None:
    rng = np.random.default_rng(8)
    shares, found = [], []
    for _ in range(150):
        batches: list[HypothesisBatch] = []
        false = called = hits = links = 0
        for _ in range(20):
            true = rng.random(60) < 0.1
            p = np.where(true, rng.beta(0.02, 1, 60), rng.random(60))
            batches.append(batch_benjamini_hochberg(p, batches, 0.05))
            calls = benjamini_hochberg(p) <= batches[-1].level
            false, called = false + (calls & ~true).sum(), called + calls.sum()
            hits, links = hits + (calls & true).sum(), links + true.sum()
        shares.append(false / max(called, 1))
        found.append(hits / links)
    assert np.mean(shares) <= 0.05
    assert np.mean(found) >= 0.7


def pooled_one_by_one(p: np.ndarray) -> np.ndarray:
    """`local_rates`, each neighbour pooled when it comes."""
    rates = np.full(len(p), np.nan)
    told = np.flatnonzero(~np.isnan(p))
    places, counts = np.unique(p[told], return_counts=True)
    blocks: list[list[float]] = []
    before = 0.0
    for place, count in zip(places.tolist(), counts.tolist(), strict=True):
        blocks.append([count, max(place - before, 1e-300), 1])
        before = place
        while len(blocks) > 1 and blocks[-1][0] * blocks[-2][1] > blocks[-2][0] * blocks[-1][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    each = [min(1.0, width * len(told) / count) for count, width, _ in blocks]
    of_place = np.repeat(each, [int(many) for _, _, many in blocks])
    rates[told] = of_place[np.searchsorted(places, p[told])]
    return rates


@pytest.mark.parametrize("seed", range(12))
def test_runs_pooled_at_once_are_those_pooled_one_by_one(seed: int) -> None:
    chance = np.random.default_rng(seed)
    p = chance.random(int(chance.choice([1, 2, 5, 50, 3000]))) ** chance.choice([1, 2, 4])
    p = np.where(
        chance.random(len(p)) < 0.1, np.nan, np.round(p, int(chance.choice([1, 3, 15])))
    )
    np.testing.assert_allclose(local_rates(p), pooled_one_by_one(p), rtol=1e-9)
