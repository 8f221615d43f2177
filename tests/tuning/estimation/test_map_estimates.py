"""Estimates of many people: truth by NONMEM, other likelihoods, limits, no silent failure."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from families import FAMILIES
from nonmem_runs import RUNS
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.stats import norm, poisson

from nanoward.tuning import History, fit_histories, histories, read_dynamics
from nanoward.tuning.estimation.map_estimates import (
    individual_parameters,
    predictions_at,
    starts,
)

Array = NDArray[np.float64]
SHARED = Path(__file__).parents[3] / ".." / "shared" / "data" / "nonmem_map"


@pytest.mark.shared
@pytest.mark.parametrize("run", sorted(RUNS))
def test_four_hundred_people_of_six_models_agree_with_nonmem(run: str) -> None:
    """Measured: 2,400 of 2,400 etas within 1e-3 of NONMEM 7.4.4, all converged."""
    if not SHARED.exists():
        pytest.skip("the evaluation data nonmem_map do not stand beside the checkout")
    model = read_dynamics(RUNS[run])
    people, told = histories(pl.read_parquet(SHARED / f"run{run}_data.parquet"), model)
    assert not told
    table = pl.read_parquet(SHARED / f"run{run}_map.parquet")
    truth = {str(row["ID"]): row for row in table.to_dicts()}
    size = range(1, len(model.random) + 1)
    apart, lower, spread = [], [], []
    for one, fit in zip(people, fit_histories(model, people), strict=True):
        row = truth[one.name]
        assert fit.converged, (one.name, fit.reason)
        apart.append(np.abs(fit.eta - [row[f"ETA({k})"] for k in size]).max())
        lower.append(fit.objective - row["OBJ"])
        wanted = np.array([row[f"ETC({a},{b})"] for a in size for b in range(1, a + 1)])
        found = fit.covariance[np.tril_indices(len(size))]
        fine = np.abs(wanted) > 1e-9
        spread.extend(np.abs(found - wanted)[fine] / np.abs(wanted[fine]))
    agreed = (np.array(apart) < 1e-3) | (np.array(lower) < 0)
    assert agreed.mean() >= 0.999
    assert np.median(spread) < 1e-5
    assert np.abs(lower)[np.array(apart) < 1e-3].max() < 1e-4


def person(text: str, rows: list[dict[str, Any]]) -> History:
    table = pl.DataFrame([{"ID": "a", **row} for row in rows], infer_schema_length=None)
    return histories(table, read_dynamics(text))[0][0]


ONE = """
name = "one eta"
[parameters.X]
typical = 1.5
variance = 0.3
{more}
[outputs.y]
{output}
"""


def lowest(minus_two_log: Any) -> float:
    """The eta that a plain search over one variable finds."""
    found = minimize_scalar(
        lambda eta: minus_two_log(1.5 * np.exp(eta)) + eta**2 / 0.3, bounds=(-3, 3),
        method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    return float(found.x)


def rows(*values: float) -> list[dict[str, Any]]:
    return [{"TIME": float(k), "EVID": 0, "DV": value} for k, value in enumerate(values)]


def fitted(output: str, values: tuple[float, ...], more: str = "") -> Any:
    text = ONE.format(output=output, more=more)
    fit = fit_histories(read_dynamics(text), [person(text, rows(*values))])[0]
    assert fit.converged, fit.reason
    return fit


def test_counts() -> None:
    fit = fitted('value = "X * 2"\nlikelihood = "poisson"', (4.0, 1.0, 7.0))
    wanted = lowest(lambda x: -2 * poisson.logpmf([4, 1, 7], 2 * x).sum())
    np.testing.assert_allclose(fit.eta, [wanted], atol=1e-5)
    # -2 ln L = 2 (3 * 2x - 12 ln x), x = 1.5 exp(eta): half its second derivative is 6 x
    curve = 6 * 1.5 * np.exp(wanted) + 1 / 0.3
    np.testing.assert_allclose(fit.covariance, [[1 / curve]], rtol=1e-3)


def test_events_yes_or_no() -> None:
    fit = fitted('value = "expit(X - 2)"\nlikelihood = "bernoulli"', (1.0, 0.0, 1.0, 1.0))

    def slow(x: float) -> float:
        p = 1 / (1 + np.exp(2 - x))
        return float(-2 * (3 * np.log(p) + np.log(1 - p)))

    np.testing.assert_allclose(fit.eta, [lowest(slow)], atol=1e-5)


def test_grades() -> None:
    output = 'value = "X"\nlikelihood = "ordinal"\nlogits = ["X - 1", "X - 3", "X - 4"]'
    fit = fitted(output, (0.0, 2.0, 3.0))

    def slow(x: float) -> float:
        above = [1.0, *(1 / (1 + np.exp(k - x)) for k in (1, 3, 4)), 0.0]
        shares = [above[k] - above[k + 1] for k in (0, 2, 3)]
        return float(-2 * np.sum(np.log(shares)))

    np.testing.assert_allclose(fit.eta, [lowest(slow)], atol=1e-5)


def test_times_to_events() -> None:
    """A constant hazard X / 10: an event at time 1, none until time 2 (the third record)."""
    output = 'value = "X / 10"\ncumulative = "X / 10 * t"\nlikelihood = "event"'
    fit = fitted(output, (0.0, 1.0, 0.0))
    wanted = lowest(lambda x: -2 * (np.log(x / 10) - x / 10 * (0 + 1 + 2)))
    np.testing.assert_allclose(fit.eta, [wanted], atol=1e-5)


def test_choices_between_two() -> None:
    fit = fitted('value = "X - 1"\nlikelihood = "preference"', (1.0, 1.0, 0.0))
    wanted = lowest(lambda x: -2 * (2 * norm.logcdf(x - 1) + norm.logcdf(1 - x)))
    np.testing.assert_allclose(fit.eta, [wanted], atol=1e-5)


def test_any_likelihood_as_a_formula() -> None:
    fit = fitted('value = "2 * log(1 + (DV - X) ^ 2)"\nlikelihood = "formula"', (2.1, 2.4, 2.0))
    wanted = lowest(lambda x: 2 * sum(np.log1p((y - x) ** 2) for y in (2.1, 2.4, 2.0)))
    np.testing.assert_allclose(fit.eta, [wanted], atol=1e-5)


def test_below_the_limit_is_less_than_the_limit() -> None:
    """Beal's M3: one value of three lies below 2.0; variance 0.25."""
    fit = fitted('value = "X"\nadditive = 0.25\nlimit = 2.0', (2.5, 0.3, 3.0))

    def slow(x: float) -> float:
        seen = sum((y - x) ** 2 / 0.25 for y in (2.5, 3.0))
        return float(seen - 2 * norm.logcdf((2.0 - x) / 0.5))

    np.testing.assert_allclose(fit.eta, [lowest(slow)], atol=1e-5)


def test_logarithms_may_stand_in_the_table() -> None:
    natural = fitted('value = "X"\nlog = 0.1', (2.5, 3.0))
    logged = fitted('value = "X"\nlog = 0.1\nlogged = true', (np.log(2.5), np.log(3.0)))
    np.testing.assert_allclose(natural.eta, logged.eta, atol=1e-8)
    np.testing.assert_allclose(natural.objective, logged.objective, atol=1e-6)


def test_nobody_observed_is_the_population_itself() -> None:
    text = FAMILIES["additive error"].text
    one = person(text, [{"TIME": 0.0, "EVID": 1, "AMT": 5.0, "CMT": 1, "DV": None}])
    fit = fit_histories(read_dynamics(text), [one])[0]
    assert (fit.observations, fit.converged) == (0, True)
    np.testing.assert_allclose(fit.covariance, 0.2 * np.eye(3))


def test_what_has_no_finite_value_is_told() -> None:
    """An observation before any dose under a proportional error: no likelihood at all."""
    text = FAMILIES["two compartments"].text
    given = [
        {"TIME": 0.0, "EVID": 0, "AMT": 0.0, "CMT": 2, "DV": 3.0},
        {"TIME": 1.0, "EVID": 1, "AMT": 5.0, "CMT": 1, "DV": None},
    ]
    fit = fit_histories(read_dynamics(text), [person(text, given)])[0]
    assert not fit.converged
    assert "no finite value" in fit.reason


def test_a_fit_does_not_depend_on_who_else_is_fitted() -> None:
    text = FAMILIES["additive error"].text
    model = read_dynamics(text)
    people = [
        person(
            text,
            [
                {"TIME": 0.0, "EVID": 1, "AMT": 5000.0, "CMT": 1, "DV": None},
                {"TIME": 3.0, "EVID": 0, "AMT": 0.0, "CMT": 2, "DV": value},
            ],
        )
        for value in (30.0, 50.0, 70.0)
    ]
    together = fit_histories(model, people)
    for one, fit in zip(people, together, strict=True):
        alone = fit_histories(model, [one])[0]
        np.testing.assert_array_equal(alone.eta, fit.eta)
        assert alone.objective == fit.objective
        np.testing.assert_allclose(
            predictions_at(model, one, fit.eta[None, :]).value[0], fit.predicted, rtol=1e-9
        )
        wanted = {"V": 70 * np.exp(fit.eta[1]), "CL": 4 * np.exp(fit.eta[0])}
        found = individual_parameters(model, one, fit.eta)
        assert {name: found[name] for name in wanted} == pytest.approx(wanted)
    assert starts(3).shape == (7, 3)
