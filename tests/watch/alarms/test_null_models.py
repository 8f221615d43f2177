"""Null models: level, season, exposure and overdispersion are recovered."""

import numpy as np
import pytest

from nanoward.watch.alarms.null_models import design, expected, fit_null_models
from nanoward.watch.alarms.rules import WatchRules

RULES = WatchRules()
TIMES = np.arange(208.0)


def test_a_level_by_hand() -> None:
    counts = np.array([[2.0, 4, 3, np.nan, 3]])
    models = fit_null_models(counts, np.ones_like(counts), TIMES[:5], RULES)
    mean, _ = expected(models, np.ones(1), 5.0, RULES.year)
    assert mean[0] == pytest.approx(3.0, rel=0.06)
    assert models.observed[0] == 4


def test_season_and_exposure_are_taken_out() -> None:
    rng = np.random.default_rng(1)
    people = np.where(TIMES < 100, 50.0, 200.0)[None, :] * np.ones((30, 1))
    rate = 0.2 * np.exp(0.6 * np.sin(2 * np.pi * TIMES / RULES.year))
    models = fit_null_models(rng.poisson(people * rate) * 1.0, people, TIMES, RULES)
    assert models.coefficients[:, 2].mean() == pytest.approx(0.6, abs=0.05)
    assert abs(models.coefficients[:, 3].mean()) < 0.05
    assert models.overdispersion.mean() < 0.02


def test_overdispersion_is_found_and_stated_wider() -> None:
    rng = np.random.default_rng(2)
    counts = rng.negative_binomial(1, 0.25, (200, 208)).astype(float)
    models = fit_null_models(counts, np.ones_like(counts), TIMES, RULES)
    assert models.overdispersion.mean() == pytest.approx(1.0, abs=0.12)
    assert (models.dispersion >= models.overdispersion).all()


def test_a_stream_that_never_counted_is_expected_to_count_a_little() -> None:
    models = fit_null_models(np.zeros((1, 50)), np.ones((1, 50)), TIMES[:50], RULES)
    mean, _ = expected(models, np.ones(1), 50.0, RULES.year)
    assert 0.005 < mean[0] < 0.02


def test_less_than_a_year_has_a_level_alone() -> None:
    counts = np.random.default_rng(3).poisson(3, (5, 40)).astype(float)
    models = fit_null_models(counts, np.ones_like(counts), TIMES[:40], RULES)
    np.testing.assert_allclose(models.coefficients[:, 1:], 0.0, atol=1e-6)


def test_the_design_turns_once_a_year() -> None:
    rows = design(np.array([0.0, RULES.year]), 0.0, RULES.year)
    np.testing.assert_allclose(rows[0, 2:], rows[1, 2:], atol=1e-9)
    assert rows[1, 1] == pytest.approx(1.0)
