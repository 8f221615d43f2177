"""Doses of every kind beside courses written out by hand."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from nanoward.tuning import fit_histories, histories, read_dynamics
from nanoward.tuning.estimation.map_estimates import predictions_at

Array = NDArray[np.float64]
K, V = 0.1, 10.0


def bolus_model(extra: str = "", *, solver: str = "auto") -> str:
    return f"""
name = "bolus"
solver = "{solver}"
[parameters.K]
typical = {K}
variance = 0.1
[parameters.LAG]
typical = 1.5
[parameters.D]
typical = 4.0
[parameters.R]
typical = 20.0
[parameters.F]
typical = 0.5
[compartments.body]
derivative = "-K * body"
{extra}
[outputs.level]
value = "body / {V}"
additive = 0.01
"""


LONG_MODEL = f"""
name = "long"
[parameters.K]
typical = {K}
variance = 0.1
[parameters.LAG]
typical = 1.5
variance = 0.1
[parameters.D]
typical = 20.0
variance = 0.1
[compartments.body]
derivative = "-K * body"
lag = "LAG"
duration = "D"
bioavailability = "0.5 + 0.1 * K"
[outputs.level]
value = "body / {V}"
additive = 0.01
"""


def levels(text: str, dose: dict[str, Any], times: list[float]) -> Array:
    """Predictions at `times` after one dose record at time 0, eta 0."""
    rows: list[dict[str, Any]] = [{"EVID": 1, "DV": None, "CMT": 1, "TIME": 0.0, **dose}]
    rows += [{"EVID": 0, "AMT": 0.0, "DV": 1.0, "TIME": time} for time in times]
    table = pl.DataFrame([{"ID": "a", **row} for row in rows], infer_schema_length=None)
    model = read_dynamics(text)
    found, told = histories(table, model)
    assert not [one for one in told if one.code != "TUN-142"]
    return predictions_at(model, found[0], np.zeros((1, 1))).value[0]


def decay(time: float) -> float:
    return float(np.exp(-K * time)) if time >= 0 else 0.0


def infused(time: float, duration: float, rate: float) -> float:
    """Level of an infusion into one compartment."""
    run = min(max(time, 0.0), duration)
    return rate / K / V * (1 - np.exp(-K * run)) * float(np.exp(-K * max(time - duration, 0)))


SOLVERS = pytest.mark.parametrize("solver", ["auto", "explicit"])


@SOLVERS
def test_an_additional_dose_comes_every_interval(solver: str) -> None:
    found = levels(
        bolus_model(solver=solver), {"AMT": 100.0, "II": 12.0, "ADDL": 2}, [1.0, 12.0, 30.0]
    )
    wanted = [sum(10 * decay(t - d) for d in (0, 12, 24)) for t in (1.0, 12.0, 30.0)]
    np.testing.assert_allclose(found, wanted, rtol=1e-7)


@SOLVERS
def test_a_lag_moves_the_dose(solver: str) -> None:
    found = levels(bolus_model('lag = "LAG"', solver=solver), {"AMT": 100.0}, [1.0, 2.0, 5.0])
    np.testing.assert_allclose(found, [0.0, 10 * decay(0.5), 10 * decay(3.5)], rtol=1e-7)


@SOLVERS
def test_a_rate_is_infused_and_bioavailability_changes_its_length(solver: str) -> None:
    text = bolus_model('bioavailability = "F"', solver=solver)
    found = levels(text, {"AMT": 100.0, "RATE": 25.0}, [1.0, 2.0, 6.0])
    np.testing.assert_allclose(found, [infused(t, 2.0, 25.0) for t in (1, 2, 6)], rtol=1e-7)


@SOLVERS
def test_the_model_may_give_duration_or_rate(solver: str) -> None:
    drawn = bolus_model('duration = "D"\nrate = "R"', solver=solver)
    by_duration = levels(drawn, {"AMT": 100.0, "RATE": -2.0}, [3.0, 9.0])
    np.testing.assert_allclose(by_duration, [infused(t, 4.0, 25.0) for t in (3, 9)], rtol=1e-7)
    by_rate = levels(drawn, {"AMT": 100.0, "RATE": -1.0}, [3.0, 9.0])
    np.testing.assert_allclose(by_rate, [infused(t, 5.0, 20.0) for t in (3, 9)], rtol=1e-7)


@SOLVERS
def test_steady_state_is_that_of_doses_without_end(solver: str) -> None:
    """A geometric sum: 10 / (1 - exp(-K II)) just behind the dose."""
    found = levels(bolus_model(solver=solver), {"AMT": 100.0, "II": 8.0, "SS": 1}, [0.0, 5.0])
    top = 10.0 / (1 - decay(8.0))
    np.testing.assert_allclose(found, [top, top * decay(5.0)], rtol=1e-6)


@SOLVERS
def test_a_lag_at_steady_state_shows_the_dose_before(solver: str) -> None:
    dose = {"AMT": 100.0, "II": 8.0, "SS": 1}
    found = levels(bolus_model('lag = "LAG"', solver=solver), dose, [1.0, 3.0])
    top = 10.0 / (1 - decay(8.0))
    np.testing.assert_allclose(found, [top * decay(7.5), top * decay(1.5)], rtol=1e-6)


@SOLVERS
def test_infusions_reach_a_steady_state_too(solver: str) -> None:
    dose = {"AMT": 100.0, "RATE": 50.0, "II": 8.0, "SS": 1}
    found = levels(bolus_model(solver=solver), dose, [1.0, 6.0])
    wanted = [sum(infused(t + 8.0 * k, 2.0, 50.0) for k in range(60)) for t in (1.0, 6.0)]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


@SOLVERS
def test_a_reset_washes_out_and_a_dose_with_it_stays(solver: str) -> None:
    rows = [
        {"EVID": 1, "TIME": 0.0, "AMT": 100.0, "II": 1.0, "ADDL": 9, "DV": None},
        {"EVID": 4, "TIME": 5.0, "AMT": 50.0, "DV": None},
        {"EVID": 0, "TIME": 7.0, "AMT": 0.0, "DV": 1.0},
        {"EVID": 3, "TIME": 8.0, "AMT": 0.0, "DV": None},
        {"EVID": 0, "TIME": 9.0, "AMT": 0.0, "DV": 1.0},
    ]
    model = read_dynamics(bolus_model(solver=solver))
    table = pl.DataFrame([{"ID": "a", **row} for row in rows], infer_schema_length=None)
    person = histories(table, model)[0][0]
    found = predictions_at(model, person, np.zeros((1, 1))).value[0]
    np.testing.assert_allclose(found, [5 * decay(2.0), 0.0], rtol=1e-7, atol=1e-12)


LONG = [(20.0, 8.0, 0.0), (20.0, 12.0, 0.0), (24.0, 8.0, 0.0), (20.0, 8.0, 3.0),
        (20.0, 8.0, 19.0), (24.0, 8.0, 8.0), (4.0, 8.0, 17.0), (3.0, 8.0, 8.0)]  # fmt: skip


@SOLVERS
@pytest.mark.parametrize(("lasts", "every", "lag"), LONG)
@pytest.mark.hazard("H-261")
def test_long_infusions_at_steady_state_are_the_sum_of_many(
    solver: str, lasts: float, every: float, lag: float
) -> None:
    """Infusions that overlap, and lags beyond the interval: each of 400 doses by hand."""
    at = [0.5, 5.0, 11.0, 15.0, 24.0, 40.0]
    dose = {"AMT": 5.0 * lasts, "RATE": 5.0, "II": every, "SS": 1, "ADDL": 1}
    body = bolus_model(f'lag = "{lag}"' if lag else "", solver=solver)
    found = levels(body, dose, at)
    wanted = [sum(infused(t - lag - every * k, lasts, 5.0) for k in range(-400, 2)) for t in at]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)


@SOLVERS
@pytest.mark.hazard("H-261")
def test_an_infusion_that_always_ran_ends_at_its_record(solver: str) -> None:
    found = levels(bolus_model(solver=solver), {"AMT": 0.0, "RATE": 5.0, "SS": 1}, [0.0, 3.0])
    np.testing.assert_allclose(found, [5.0, 5.0 * decay(3.0)], rtol=1e-6)


@pytest.mark.hazard("H-261")
@pytest.mark.parametrize(("rate", "lag"), [(0.0, 0.0), (0.0, 3.0), (5.0, 0.0), (5.0, 11.0)])
def test_a_steady_state_beside_another_is_added_to_it(rate: float, lag: float) -> None:
    """A dose with further ones, then SS 2 at 12 h: each dose of both trains by hand."""
    lasts = 100.0 / rate if rate else 0.0
    rows = [
        {"EVID": 1, "TIME": 0.0, "AMT": 60.0, "RATE": 20.0, "II": 10.0, "ADDL": 4, "DV": None},
        {"EVID": 1, "TIME": 12.0, "AMT": 100.0, "RATE": rate, "II": 8.0, "SS": 2, "ADDL": 1,
         "DV": None},
    ]  # fmt: skip
    at = [5.0, 11.0, 12.5, 20.0, 23.0, 37.0, 60.0]
    rows += [{"EVID": 0, "TIME": t, "AMT": 0.0, "DV": 1.0} for t in at]
    rows.sort(key=lambda row: (row["TIME"], row["EVID"] == 0))
    table = pl.DataFrame([{"ID": "a", **row} for row in rows], infer_schema_length=None)
    model = read_dynamics(bolus_model(f'lag = "{lag}"' if lag else ""))
    people, told = histories(table, model)
    assert not [one for one in told if one.code == "TUN-113"]
    found = predictions_at(model, people[0], np.zeros((1, 1))).value[0]

    def level(t: float) -> float:
        first = sum(infused(t - lag - 10 * k, 3.0, 20.0) for k in range(5))
        if t < 12:
            return first
        since = [t - lag - 12 - 8 * k for k in range(-400, 2)]
        both = [infused(one, lasts, rate) if rate else 10 * decay(one) for one in since]
        return first + sum(both)

    np.testing.assert_allclose(found, [level(t) for t in at], rtol=1e-6)


@pytest.mark.hazard("H-261")
def test_derivatives_of_a_long_infusion_are_those_of_differences() -> None:
    """CL, lag, bioavailability and duration move with the parameters."""
    model = read_dynamics(LONG_MODEL)
    rows = [
        {"EVID": 1, "TIME": 0.0, "AMT": 100.0, "RATE": -2.0, "II": 12.0, "SS": 1, "DV": None},
        *({"EVID": 0, "TIME": t, "AMT": 0.0, "DV": 1.0} for t in (0.5, 5.0, 15.0, 24.0)),
    ]
    table = pl.DataFrame([{"ID": "a", **row} for row in rows], infer_schema_length=None)
    person = histories(table, model)[0][0]

    def objective(eta: np.ndarray) -> float:
        return float(predictions_at(model, person, eta[None, :]).minus_two_log[0])

    fit = fit_histories(model, [person])[0]
    assert fit.converged
    steps = 1e-5 * np.eye(3)
    slopes = [objective(fit.eta + one) - objective(fit.eta - one) for one in steps]
    np.testing.assert_allclose(slopes, 0.0, atol=2e-8)
    here = objective(fit.eta)
    assert max(objective(fit.eta + 0.1 * one) - here for one in np.eye(3)) > 0.01


def test_no_steady_state_is_told_and_not_made_up() -> None:
    """What only adds up never repeats."""
    model = bolus_model().replace('"-K * body"', '"0 * K * body"')
    assert "0 * K" in model
    found = levels(model, {"AMT": 100.0, "RATE": 5.0, "II": 8.0, "SS": 1}, [1.0])
    assert not np.isfinite(found).any()
