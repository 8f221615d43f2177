"""Simulated people: the right spread, the same numbers for the same seed."""

import numpy as np
from exposures import MODEL, person

from nanoward.tuning import simulated


def test_the_spread_is_that_of_the_population_and_the_error() -> None:
    rows = [row for row in simulated(MODEL, person(), 3000, 5) if row["time"] == 2.0]
    true = np.array([row["predicted"] for row in rows])
    seen = np.array([row["value"] for row in rows])
    chance = np.random.default_rng(1)
    cl, v = np.array([[5.0], [50.0]]) * np.exp(
        np.sqrt(0.1) * chance.standard_normal((2, 90_000))
    )
    wanted = np.log(200 / v * np.exp(-cl / v * 2))
    np.testing.assert_allclose(np.log(true).std(), wanted.std(), rtol=0.06)
    np.testing.assert_allclose((seen / true - 1).std(), np.sqrt(0.02), rtol=0.06)


def test_the_same_seed_gives_the_same_people() -> None:
    assert simulated(MODEL, person(), 3, 5) == simulated(MODEL, person(), 3, 5)
    assert simulated(MODEL, person(), 3, 5) != simulated(MODEL, person(), 3, 6)
