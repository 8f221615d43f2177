"""States carried on: inflow that starts and ends, initial amounts, stiffness met on the way."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from nanoward.tuning import histories, read_dynamics
from nanoward.tuning.estimation.map_estimates import predictions_at
from nanoward.tuning.kernel.integration import FINE, NO_VALUE

MODEL = """
name = "turnover"
solver = "{solver}"
[parameters.KIN]
typical = 12.0
variance = 0.1
[parameters.KOUT]
typical = 0.4
[compartments.response]
initial = "KIN / KOUT * 0.5"
derivative = "KIN - KOUT * response"
[outputs.level]
value = "response"
additive = 1.0
"""


@pytest.mark.parametrize("solver", ["auto", "explicit", "stiff"])
def test_a_turnover_goes_from_its_start_to_its_balance(solver: str) -> None:
    """R = 30 - 15 exp(-0.4 t)."""
    times = [0.0, 1.0, 5.0, 40.0]
    rows = {"ID": ["a"] * 4, "TIME": times, "EVID": [0] * 4, "DV": [1.0] * 4}
    model = read_dynamics(MODEL.format(solver=solver))
    one = histories(pl.DataFrame(rows), model)[0][0]
    found: NDArray[np.float64] = predictions_at(model, one, np.zeros((1, 1))).value[0]
    np.testing.assert_allclose(found, 30 - 15 * np.exp(-0.4 * np.array(times)), rtol=1e-6)
    assert FINE != NO_VALUE


def test_a_model_that_is_stiff_is_followed_without_being_told() -> None:
    text = MODEL.format(solver="auto").replace(
        "KIN - KOUT * response", "1e5 * (KIN - response ^ 3)"
    )
    rows = {"ID": ["a"], "TIME": [0.0], "EVID": [2], "DV": [None]}
    model = read_dynamics(text.replace("KIN / KOUT * 0.5", "1"))
    one = histories(pl.DataFrame(rows, schema_overrides={"DV": pl.Float64}), model)[0][0]
    found = predictions_at(model, one.asked(np.array([50.0]), 0), np.zeros((1, 1))).value
    np.testing.assert_allclose(found, [[12 ** (1 / 3)]], rtol=1e-6)
