"""The compiled kernel beside the closed-form engine that it took the place of."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from closed_form_oracle import concentrations, person_of, slow_fit, slow_log_posterior
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nanoward.tuning import (
    Correlation,
    CovariateEffect,
    History,
    Model,
    Parameter,
    Residual,
    fit_histories,
    formulas_of,
    log_posterior,
    people,
)
from nanoward.tuning.estimation.map_estimates import predictions_at

SIZES = {
    (1, "none"): {"CL": 4.0, "V": 40.0},
    (1, "first-order"): {"CL": 4.0, "V": 40.0, "KA": 1.0, "F": 0.7, "LAG": 0.4},
    (2, "none"): {"CL": 4.0, "V1": 20.0, "Q": 6.0, "V2": 30.0},
    (2, "first-order"): {"CL": 4.0, "V1": 20.0, "Q": 6.0, "V2": 30.0, "KA": 0.8},
}
STRUCTURES = sorted(SIZES)
EFFECTS = (
    CovariateEffect(
        parameter="CL", covariate="WT", form="power", coefficient=0.75, reference=70.0
    ),
    CovariateEffect(parameter="CL", covariate="SEX", form="factor", coefficient=0.8),
)


def model_of(structure: tuple[int, str], residual: Residual) -> Model:
    sizes = SIZES[structure]
    fixed = ("F", "LAG", "Q")
    return Model(
        name="any", quantity="", unit="mg/L", compartments=structure[0],
        absorption=structure[1],  # type: ignore[arg-type]
        parameters=tuple(
            Parameter(name=name, typical=value, unit="", variance=0.0 if name in fixed else 0.1)
            for name, value in sizes.items()
        ),
        residual=residual, covariates=EFFECTS,
        correlations=(Correlation(a="CL", b=[*sizes][1], covariance=0.03),),
    )  # fmt: skip


def person(model: Model, drawn: Any, eta: np.ndarray, chance: np.random.Generator) -> History:
    """Doses of several kinds, with additional ones, and noisy levels after them."""
    every, more, duration, times = drawn
    into = 1 if model.absorption == "first-order" and not duration else 2
    rows: list[dict[str, Any]] = [
        {"TIME": 0.0, "EVID": 1, "AMT": 500.0, "DV": None, "ADDL": more, "II": every,
         "RATE": 500.0 / duration if duration else 0.0, "CMT": into},
        {"TIME": every * (more + 1), "EVID": 1, "AMT": 300.0, "DV": None, "CMT": into},
    ]  # fmt: skip
    rows += [{"TIME": t, "EVID": 0, "AMT": 0.0, "DV": 1.0} for t in times]
    base = {"ID": "a", "WT": 84.0, "SEX": 1.0, "ADDL": 0, "II": 0.0, "RATE": 0.0, "CMT": None}
    table = pl.DataFrame([{**base, **one} for one in rows], infer_schema_length=None)
    (blank,), _ = people(table, model)
    known = person_of(model, blank)
    true = concentrations(model, blank, eta[None], known.times, known.records)[0]
    seen = np.maximum(true * (1 + 0.1 * chance.standard_normal(len(true))), 1e-3)
    levels = dict(zip(known.times.tolist(), seen.tolist(), strict=True))
    told = table.with_columns(
        DV=pl.when(pl.col("EVID") == 0).then(
            pl.col("TIME").replace_strict(levels, default=None)
        )
    )
    return people(told, model)[0][0]


drawings = st.tuples(
    st.sampled_from([6.0, 12.0]), st.integers(0, 3), st.sampled_from([0.0, 2.0]),
    st.lists(st.sampled_from([1.0, 3.5, 8.0, 13.0, 20.0, 31.0, 50.0]), min_size=2, max_size=6,
             unique=True),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(structure=st.sampled_from(STRUCTURES), drawn=drawings, seed=st.integers(0, 10**6))
@example(structure=(1, "first-order"), drawn=(6.0, 3, 0.0, [1.0, 8.0, 20.0]), seed=1)
def test_courses_and_densities_are_those_of_the_sum_over_all_doses(
    structure: tuple[int, str], drawn: Any, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    model = model_of(structure, Residual(additive=0.01, proportional=0.02))
    size = len(model.random)
    one = person(model, drawn, 0.2 * chance.standard_normal(size), chance)
    eta = 0.4 * chance.standard_normal((5, size))
    known, formulas = person_of(model, one), formulas_of(model)
    slow = concentrations(model, one, eta, known.times, known.records)
    np.testing.assert_allclose(
        predictions_at(formulas, one, eta).value, slow, rtol=1e-9, atol=1e-12
    )
    apart = log_posterior(formulas, one, eta) - slow_log_posterior(model, one, eta)
    np.testing.assert_allclose(apart, apart[0], atol=1e-8)  # a constant of the prior at most


@pytest.mark.hazard("H-445")
@pytest.mark.parametrize("structure", STRUCTURES)
def test_estimates_are_those_of_the_closed_form_engine(structure: tuple[int, str]) -> None:
    """To 1e-6 standard errors but for what the search of the oracle itself has left."""
    model = model_of(structure, Residual(additive=0.01, proportional=0.02))
    chance = np.random.default_rng(structure[0])
    drawn = (12.0, 2, 0.0, [1.0, 3.5, 8.0, 13.0, 31.0, 50.0])
    some = [
        person(model, drawn, 0.3 * chance.standard_normal(len(model.random)), chance)
        for _ in range(6)
    ]
    for one, fit in zip(some, fit_histories(formulas_of(model), some), strict=True):
        slow = slow_fit(model, one)
        error = np.sqrt(np.diag(slow.covariance))
        assert fit.converged
        assert (np.abs(fit.eta - slow.eta - slow.step) / error).max() < 3e-6
        np.testing.assert_allclose(fit.covariance, slow.covariance, rtol=1e-5, atol=1e-9)
        assert fit.objective == pytest.approx(slow.objective, abs=1e-5)
        np.testing.assert_allclose(fit.predicted, slow.predicted, rtol=1e-5)
