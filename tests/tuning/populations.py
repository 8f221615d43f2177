"""Simulated populations with known truth, by closed forms written here, not by the engine."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nanoward.tuning import Dynamics, History, histories

Array = NDArray[np.float64]

BOLUS = """
name = "bolus"
[parameters.CL]
typical = {cl}
unit = "L/h"
variance = {omega}
[parameters.V]
typical = {v}
unit = "L"
variance = {omega}
[compartments.body]
unit = "mg"
derivative = "-CL / V * body"
[outputs.level]
value = "body / V"
unit = "mg/L"
proportional = {sigma}
"""
TIMES = np.array([0.5, 2.0, 6.0, 12.0, 24.0])


def bolus_text(
    cl: float = 3.0, v: float = 40.0, omega: float = 0.09, sigma: float = 0.01
) -> str:
    return BOLUS.format(cl=cl, v=v, omega=omega, sigma=sigma)


def bolus_rows(
    count: int, seed: int, *, correlation: float = 0.0, sigma: float = 0.01
) -> list[dict[str, Any]]:
    """People with CL 3 and V 40, variances 0.09, one dose of 500 mg and five levels."""
    chance = np.random.default_rng(seed)
    spread = np.array([[0.09, 0.09 * correlation], [0.09 * correlation, 0.09]])
    rows: list[dict[str, Any]] = []
    for place in range(count):
        cl, v = np.array([3.0, 40.0]) * np.exp(chance.multivariate_normal([0, 0], spread))
        level = 500 / v * np.exp(-cl / v * TIMES)
        seen = level * (1 + np.sqrt(sigma) * chance.standard_normal(len(TIMES)))
        rows.append({"ID": f"{place:03}", "TIME": 0.0, "EVID": 1, "AMT": 500.0, "DV": None})
        rows += [
            {"ID": f"{place:03}", "TIME": float(t), "EVID": 0, "AMT": 0.0, "DV": float(y)}
            for t, y in zip(TIMES, seen, strict=True)
        ]
    return rows


def people_of(model: Dynamics, rows: list[dict[str, Any]]) -> list[History]:
    found, told = histories(pl.DataFrame(rows, infer_schema_length=None), model)
    assert not [one for one in told if one.severity == "error"]
    return found
