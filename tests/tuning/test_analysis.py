"""Answers about people, whichever kind of model is asked."""

from dataclasses import replace

import numpy as np
import pytest
from exposures import MODEL, goal, person, table_of
from families import FAMILIES

from nanoward.tuning import (
    MODELS,
    History,
    Question,
    analyse_subjects,
    fit_histories,
    formulas_of,
    load_subjects,
    log_posterior,
    posterior_draws,
    read_dynamics,
    simulated,
    tables,
)

QUESTION = Question(model=MODEL, goal=goal(), draws=200)


def test_both_kinds_of_model_are_asked_in_one_way() -> None:
    found, told = load_subjects(table_of(), MODEL)
    assert isinstance(found[0], History)
    assert not told
    closed, _ = load_subjects(table_of(), formulas_of(MODELS["warfarin-1cpt"]))
    assert isinstance(closed[0], History)


def test_an_answer_holds_fit_band_covariance_and_setting() -> None:
    one = analyse_subjects(QUESTION, 7, [person()])[0]
    assert one.doubts == ""
    assert [row["parameter"] for row in one.fits] == ["CL", "V"]
    assert [(row["a"], row["b"]) for row in one.covariances] == [
        ("CL", "CL"), ("V", "CL"), ("V", "V")
    ]  # fmt: skip
    assert {row["quantity"] for row in one.bands} == {"level", "benefit"}
    assert one.recommendation is not None
    assert one.recommendation["value"] is not None
    found = tables([one])
    assert found["covariances"].height == 3
    assert found["observed"]["predicted"].null_count() == 0
    assert analyse_subjects(QUESTION, 7, [person()]) == [one]


def test_a_person_unfit_gets_reasons_only() -> None:
    unfit = replace(person(), exclusion_reason="times are out of order")
    one = analyse_subjects(QUESTION, 7, [unfit])[0]
    assert "out of order" in one.doubts
    assert one.fits == ()
    assert one.recommendation is not None
    assert one.recommendation["value"] is None


def test_draws_have_the_posterior_s_own_moments() -> None:
    """Importance draws beside sums over a fine grid of two etas."""
    one = person()
    fit = fit_histories(MODEL, [one])[0]
    draws = posterior_draws(MODEL, one, fit, 4000, np.random.default_rng(3))
    axes = [
        fit.eta[k] + np.linspace(-5, 5, 121) * np.sqrt(fit.covariance[k, k]) for k in (0, 1)
    ]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 2)
    logs = log_posterior(MODEL, one, grid)
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    mean = weight @ grid
    sd = np.sqrt(weight @ (grid - mean) ** 2)
    np.testing.assert_allclose(draws.eta.mean(axis=0), mean, atol=0.1 * sd.min())
    np.testing.assert_allclose(draws.eta.std(axis=0), sd, rtol=0.1)


@pytest.mark.parametrize("family", ["additive error"])
def test_ranks_of_the_truth_among_draws_are_uniform(family: str) -> None:
    """Calibration by simulation (Talts et al. 2018): 120 people, chi-squared over 8 bins."""
    model = read_dynamics(FAMILIES[family].text)
    chance = np.random.default_rng(8)
    blank = person_with_doses(model)
    factor = np.linalg.cholesky(model.omega())
    ranks = []
    for k in range(120):
        eta = factor @ chance.standard_normal(len(factor))
        one = observed(model, blank, eta, chance, str(k))
        fit = fit_histories(model, [one])[0]
        assert fit.converged
        draws = posterior_draws(model, one, fit, 199, np.random.default_rng(k))
        ranks.append((draws.eta < eta).mean(axis=0))
    counts = np.array(
        [np.histogram(column, bins=8, range=(0, 1))[0] for column in zip(*ranks, strict=True)]
    )
    statistic = ((counts - 15) ** 2 / 15).sum(axis=1)
    assert (statistic < 24.3).all()  # chi-squared, 7 freedoms: p = 0.001


def person_with_doses(model: object) -> History:
    from tests.tuning.kernel.test_likelihood import person_of, rows_of

    return person_of(model, rows_of(FAMILIES["additive error"], ""))  # type: ignore[arg-type]


def observed(
    model: object, blank: History, eta: np.ndarray, chance: np.random.Generator, name: str
) -> History:
    from nanoward.tuning.estimation.map_estimates import predictions_at

    course = predictions_at(model, blank, eta[None, :])  # type: ignore[arg-type]
    noise = np.sqrt(course.variance[0]) * chance.standard_normal(course.value.shape[1])
    seen = iter(np.maximum(course.value[0] + noise, 0.02 * course.value[0]))
    events = tuple(
        replace(event, value=float(next(seen))) if event.output >= 0 else event
        for event in blank.events
    )
    return replace(blank, events=events, name=name)


def test_simulated_people_can_be_fitted_again() -> None:
    assert simulated(MODEL, person(), 1, 2)[0]["quantity"] == "level"
