from itertools import permutations

import numpy as np
import pytest

from nanoward.maths.statistics.network_regression import (
    jackknife,
    logistic_fit,
    semi_partial_test,
)


def symmetric(rng: np.random.Generator, size: int) -> np.ndarray:
    half = np.triu(rng.normal(0, 1, (size, size)), 1)
    return half + half.T


def test_the_statistic_is_the_t_of_ordinary_regression() -> None:
    rng = np.random.default_rng(1)
    x, z, noise = (symmetric(rng, 12) for _ in range(3))
    y = 0.5 * x - z + noise
    found = semi_partial_test(y, x, [z], np.zeros(12, int), 9, rng)
    i, j = np.triu_indices(12, 1)
    design = np.column_stack([np.ones(len(i)), z[i, j], x[i, j]])
    beta, left, _, _ = np.linalg.lstsq(design, y[i, j], rcond=None)
    error = np.sqrt(left[0] / (len(i) - 3) * np.linalg.inv(design.T @ design)[2, 2])
    assert found.statistic == pytest.approx(beta[2] / error)


def test_the_p_value_is_that_of_all_permutations() -> None:
    """Slow oracle: five people, all 120 orders; without other networks r orders as t does."""
    rng = np.random.default_rng(3)
    x, y = symmetric(rng, 5), symmetric(rng, 5)
    i, j = np.triu_indices(5, 1)

    def r(order: tuple[int, ...]) -> float:
        turned = x[np.ix_(order, order)]
        return float(np.corrcoef(y[i, j], turned[i, j])[0, 1])

    seen = r((0, 1, 2, 3, 4))
    exact = np.mean([r(order) >= seen - 1e-12 for order in permutations(range(5))])
    found = semi_partial_test(y, x, (), np.zeros(5, int), 4000, rng)
    assert found.p_value == pytest.approx(exact, abs=0.03)


def test_few_links_and_few_contacts_still_keep_the_level() -> None:
    """Three links and three contacts: most permutations tie with what is seen."""
    low = []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        x, y = np.zeros((2, 10, 10))
        for one in (x, y):
            i, j = np.triu_indices(10, 1)
            chosen = rng.choice(len(i), 3, replace=False)
            one[i[chosen], j[chosen]] = one[j[chosen], i[chosen]] = 1.0
        low.append(semi_partial_test(y, x, (), np.zeros(10, int), 39, rng).p_value <= 0.05)
    assert 0.025 <= np.mean(low) <= 0.08


def test_what_another_network_explains_is_not_held_for_the_tested_one() -> None:
    low = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        z = symmetric(rng, 16)
        x, y = z + symmetric(rng, 16), z + symmetric(rng, 16)
        low.append(semi_partial_test(y, x, [z], np.zeros(16, int), 39, rng).p_value <= 0.05)
    assert 0.01 <= np.mean(low) <= 0.10


def test_log_odds_of_a_table_by_hand() -> None:
    x = np.repeat([0.0, 1.0], [100, 100])
    linked = np.concatenate([np.arange(100) < 20, np.arange(100) < 60])
    beta = logistic_fit(linked, x[:, None])
    assert beta[0] == pytest.approx(np.log(20 / 80), abs=0.01)
    assert beta[1] == pytest.approx(np.log(60 / 40) - np.log(20 / 80), abs=0.01)


def test_perfect_separation_stays_finite() -> None:
    x = np.repeat([0.0, 1.0], [50, 50])
    beta = logistic_fit(x > 0, x[:, None])
    assert 4 < beta[1] < 30


def test_the_jackknife_error_of_a_mean_of_people() -> None:
    values = np.random.default_rng(1).normal(0, 2, 400)
    total = values.sum()
    left_out = ((total - values) / 399)[:, None]
    assert jackknife(left_out)[0] == pytest.approx(2 / np.sqrt(400), rel=0.1)
