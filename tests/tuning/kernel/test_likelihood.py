"""Courses and fits of many kinds of models beside a slow, plain second implementation."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from families import FAMILIES, Family, Rows, slow_prediction
from numpy.typing import NDArray
from scipy.optimize import minimize

from nanoward.tuning import Dynamics, History, fit_histories, histories, read_dynamics
from nanoward.tuning.estimation.map_estimates import predictions_at

Array = NDArray[np.float64]
TIMES = (1.5, 2.9, 4.0, 7.5, 23.0, 30.0, 55.0, 71.0)


def rows_of(one: Family, name: str) -> Rows:
    """One dose, then four more from an additional-doses record; eight observations."""
    into = 2 if name == "zero-order absorption" else 1
    rate = -2.0 if name == "zero-order absorption" else 0.0
    dose = {"EVID": 1, "CMT": into, "RATE": rate, "DV": None, "ADDL": 0, "II": 0.0}
    rows: Rows = [
        {**dose, "TIME": 0.0, "AMT": 5000.0},
        {**dose, "TIME": 24.5, "AMT": 4000.0, "ADDL": 3, "II": 12.0},
    ]
    blank = {"EVID": 0, "CMT": 2, "AMT": 0.0, "RATE": 0.0, "ADDL": 0, "II": 0.0, "DV": 1.0}
    rows += [{**blank, "TIME": time} for time in TIMES]
    return [
        {"ID": "one", **row, **(one.covariates or {})}
        for row in sorted(rows, key=lambda row: row["TIME"])
    ]


def person_of(model: Dynamics, rows: Rows) -> History:
    table = pl.DataFrame(rows, infer_schema_length=None)
    found, told = histories(table, model)
    assert not told
    return found[0]


@pytest.fixture(scope="module", params=sorted(FAMILIES))
def case(request: pytest.FixtureRequest) -> tuple[str, Family, Dynamics]:
    one = FAMILIES[request.param]
    return request.param, one, read_dynamics(one.text)


def test_courses_are_those_of_a_slow_integration(case: tuple[str, Family, Dynamics]) -> None:
    name, one, model = case
    rows = rows_of(one, name)
    chance = np.random.default_rng(5)
    eta = 0.4 * chance.standard_normal(len(model.random))
    found = predictions_at(model, person_of(model, rows), eta[None, :])
    value, variance = slow_prediction(one, dict(zip(model.random, eta, strict=True)), rows)
    np.testing.assert_allclose(found.value[0], value, rtol=2e-6)
    np.testing.assert_allclose(found.variance[0], variance, rtol=5e-6)


def test_fits_end_where_a_search_without_derivatives_finds_nothing_lower(
    case: tuple[str, Family, Dynamics],
) -> None:
    """Simulated observations; the slow objective is written out here from its definition."""
    name, one, model = case
    rows, chance = rows_of(one, name), np.random.default_rng(11)
    truth = np.sqrt(one.variance) * chance.standard_normal(len(model.random)) * 0.7
    value, variance = slow_prediction(one, dict(zip(model.random, truth, strict=True)), rows)
    seen = value + np.sqrt(variance) * chance.standard_normal(len(value))
    seen = np.exp(seen) if one.log else np.maximum(seen, 0.05 * value)
    observed = iter(seen)
    for row in rows:
        if row["EVID"] == 0:
            row["DV"] = float(next(observed))
    fit = fit_histories(model, [person_of(model, rows)])[0]
    assert fit.converged, fit.reason
    y = np.log(seen) if one.log else seen

    def objective(eta: Array) -> float:
        f, g = slow_prediction(one, dict(zip(model.random, eta, strict=True)), rows)
        return float(np.sum((y - f) ** 2 / g + np.log(g)) + np.sum(eta**2) / one.variance)

    at_fit = objective(fit.eta)
    around = minimize(objective, fit.eta, method="Nelder-Mead", options={"maxfev": 60})
    assert at_fit <= around.fun + 2e-4
    assert at_fit <= objective(truth) + 1e-9
    slopes = [
        (objective(fit.eta + step) - objective(fit.eta - step)) / 2e-4
        for step in 1e-4 * np.eye(len(fit.eta))
    ]
    np.testing.assert_allclose(slopes, 0.0, atol=5e-3)


def two_outputs() -> str:
    return """
name = "parent and metabolite"
[parameters.CL]
typical = 4.0
variance = 0.2
[compartments.parent]
derivative = "-CL / 70 * parent"
[compartments.child]
derivative = "CL / 70 * parent - 0.1 * child"
[outputs.parent_level]
value = "parent / 70"
additive = 0.01
compartment = 1
[outputs.child_level]
value = "child / 10"
additive = 0.02
compartment = 2
"""


def test_observations_go_to_their_outputs_by_compartment() -> None:
    model = read_dynamics(two_outputs())
    rows: list[dict[str, Any]] = [
        {"ID": "a", "TIME": 0.0, "EVID": 1, "AMT": 700.0, "CMT": 1, "DV": None},
        {"ID": "a", "TIME": 2.0, "EVID": 0, "AMT": 0.0, "CMT": 2, "DV": 1.0},
        {"ID": "a", "TIME": 2.0, "EVID": 0, "AMT": 0.0, "CMT": 1, "DV": 9.0},
    ]
    found = predictions_at(model, person_of(model, rows), np.zeros((1, 1)))
    k = 4.0 / 70.0
    child = 700 * k / (0.1 - k) * (np.exp(-2 * k) - np.exp(-0.2)) / 10
    np.testing.assert_allclose(found.value[0], [child, 10 * np.exp(-2 * k)], rtol=1e-9)
    np.testing.assert_allclose(found.variance[0], [0.02, 0.01])


def test_an_integrated_model_and_its_exact_solution_agree() -> None:
    exact = read_dynamics(FAMILIES["two compartments"].text)
    by_steps = {
        solver: read_dynamics(f'solver = "{solver}"\n{FAMILIES["two compartments"].text}')
        for solver in ("explicit", "stiff")
    }
    rows = rows_of(FAMILIES["two compartments"], "")
    eta = np.array([[0.3, -0.2, 0.1, 0.4, -0.5]])
    wanted = predictions_at(exact, person_of(exact, rows), eta).value
    for model in by_steps.values():
        found = predictions_at(model, person_of(model, rows), eta).value
        np.testing.assert_allclose(found, wanted, rtol=1e-5)
