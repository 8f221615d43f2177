"""Too little variance and too good a fit: honest data, and data that people made up."""

import math

import numpy as np
import pytest

from nanoward.audit.pointers import dispersion as of


def test_standard_normal_for_honest_normal_samples() -> None:
    chance = np.random.default_rng(1)
    z = []
    for _ in range(400):
        rows = chance.normal(0, 1, (30, 20))
        z.append(of.spreads_too_alike(rows.std(1, ddof=1), np.full(30, 20.0)))
    assert abs(np.mean(z)) < 0.25
    assert 0.8 < np.std(z) < 1.2


def test_spreads_and_people_that_are_too_alike_are_high_and_real_people_are_low() -> None:
    chance = np.random.default_rng(2)
    counts = np.full(30, 20.0)
    assert of.spreads_too_alike(chance.normal(5, 0.05, 30), counts) > 5
    assert of.spreads_too_alike(np.exp(chance.normal(1, 0.5, 30)), counts) < -5
    sds = np.full(30, 5.0)
    assert of.people_too_alike(chance.normal(50, 0.1, 30), sds, counts) > 4
    assert of.people_too_alike(chance.normal(50, 8, 30), sds, counts) < -4
    means = chance.uniform(10, 90, 30)
    assert of.no_link_of_mean_and_spread(means, means / 5) < -4
    assert math.isnan(of.spreads_too_alike(np.ones(2), np.ones(2)))
    assert math.isnan(of.no_link_of_mean_and_spread(np.ones(30), sds))


def test_baseline_p_values_agree_with_the_f_test_and_too_many_near_one_are_seen() -> None:
    from scipy.stats import f_oneway

    chance = np.random.default_rng(3)
    for _ in range(20):
        groups = [chance.normal(10, 2, n) for n in (30, 40, 25)]
        told = of.baseline_p_value(
            np.array([g.mean() for g in groups]), np.array([g.std(ddof=1) for g in groups]),
            np.array([30.0, 40.0, 25.0]),
        )  # fmt: skip
        assert told == pytest.approx(f_oneway(*groups).pvalue, abs=0.01)
    assert of.groups_too_alike(np.full(12, 0.98)) > 4
    assert abs(of.groups_too_alike(np.array([0.2, 0.8, 0.5]))) < 1
    assert math.isnan(of.groups_too_alike(np.array([math.nan])))


def test_the_pool_is_a_mean_of_ranks_and_what_cannot_be_had_is_the_middle() -> None:
    scores = np.array([[1.0, 10.0], [2.0, math.nan], [3.0, 30.0]])
    told = of.pooled_ranks(scores)
    assert told[0] < told[1] < told[2]
    assert of.effect_too_large(np.array([1.0]), np.array([3.0]), np.array([2.0])) == 1.0


@pytest.mark.shared
def test_a_copied_panel_is_steadier_than_any_honest_one() -> None:
    waves = np.random.default_rng(1).normal(0, 1, (300, 1)) + np.zeros((300, 3))
    waves[:, 1:] += np.random.default_rng(2).normal(0, 0.05, (300, 2))
    r, same = of.too_steady(waves)
    assert r > 0.99
    assert same == 0.0
    assert math.isnan(of.too_steady(np.full((5, 2), math.nan))[0])
