"""Searches: restarts find the lower of two ends; a kink is no end."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.tuning import fit_histories, histories, read_dynamics
from nanoward.tuning.search import ENDED, NO_START, SADDLE

TWO_ENDS = """
name = "two ends"
[parameters.X]
typical = 0.0
variance = 1.0
distribution = "normal"
[outputs.y]
value = "((X - 2.2) ^ 2 - 1) ^ 2 + 0.3 * X"
additive = 0.01
"""


def objective(x: NDArray[np.float64]) -> NDArray[np.float64]:
    f = ((x - 2.2) ** 2 - 1) ** 2 + 0.3 * x
    return (0.6 - f) ** 2 / 0.01 + np.log(0.01) + x**2


def test_of_several_ends_the_lowest_is_taken() -> None:
    table = pl.DataFrame({"ID": ["a"], "TIME": [0.0], "EVID": [0], "DV": [0.6]})
    model = read_dynamics(TWO_ENDS)
    fit = fit_histories(model, histories(table, model)[0])[0]
    grid = np.linspace(-4, 6, 200_001)
    best = float(grid[np.argmin(objective(grid))])
    assert fit.converged
    np.testing.assert_allclose(fit.eta, [best], atol=2e-4)
    assert len({ENDED, SADDLE, NO_START}) == 3
