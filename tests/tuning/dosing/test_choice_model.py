"""Preferences from choices: by hand, recovered, with honest doubt."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from nanoward.tuning import preference_weights
from nanoward.tuning.dosing.choice_model import most_informative_pair

BEFORE = (np.array([1.0, -1.0]), np.diag([1.0, 4.0]))


def test_no_choices_leave_what_was_known_before() -> None:
    none = np.zeros((0, 2))
    found = preference_weights(none, none, before=BEFORE)
    np.testing.assert_allclose(found.mean, BEFORE[0])
    np.testing.assert_allclose(found.covariance, BEFORE[1])
    assert found.preferred(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0.5


def test_the_mode_is_that_of_a_plain_search() -> None:
    chance = np.random.default_rng(4)
    chosen, other = chance.standard_normal((2, 15, 2))
    found = preference_weights(chosen, other, before=BEFORE)

    def slow(w: np.ndarray) -> float:
        off = w - BEFORE[0]
        tail = norm.logcdf((chosen - other) @ w).sum()
        return float(-tail + 0.5 * off @ np.linalg.inv(BEFORE[1]) @ off)

    wanted = minimize(slow, BEFORE[0], method="Nelder-Mead", options={"xatol": 1e-9}).x
    np.testing.assert_allclose(found.mean, wanted, atol=1e-5)
    assert found.converged


def test_true_weights_are_recovered_and_covered() -> None:
    """60 people of 40 choices each: 90 % intervals cover 84 to 96 %."""
    chance, within = np.random.default_rng(5), []
    for _ in range(60):
        w = BEFORE[0] + np.sqrt(np.diag(BEFORE[1])) * chance.standard_normal(2)
        a, b = chance.standard_normal((2, 40, 2))
        first = (a - b) @ w + chance.standard_normal(40) > 0
        chosen, other = np.where(first[:, None], a, b), np.where(first[:, None], b, a)
        found = preference_weights(chosen, other, before=BEFORE)
        within.append(np.abs(found.mean - w) < 1.645 * np.sqrt(np.diag(found.covariance)))
    assert 0.84 <= np.mean(within) <= 0.96


def test_the_next_question_is_about_allowed_settings_that_differ() -> None:
    found = preference_weights(np.zeros((0, 2)), np.zeros((0, 2)), before=BEFORE)
    features = np.array([[0.0, 0.0], [0.1, 0.1], [2.0, 2.0], [9.0, 9.0]])
    assert set(most_informative_pair(found, features, [True, True, True, False])) == {0, 2}
    assert most_informative_pair(found, features, [False] * 4) == (0, 0)
    assert found.preferred(np.array([2.0, 0.0]), np.zeros(2)) == pytest.approx(
        float(norm.cdf(2 / np.sqrt(5)))
    )
