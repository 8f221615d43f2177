"""Rows of one person, by hand and by chance that is known."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from exposures import MODEL, goal, person
from written import fit_person, predicted_concentrations, seen_at

from nanoward.tuning import (
    Advice,
    Fit,
    History,
    Model,
    Parameter,
    Question,
    Residual,
    fit_histories,
    formulas_of,
    posterior_draws,
)
from nanoward.tuning.estimation.posterior_sampling import Draws
from nanoward.tuning.subject_rows import (
    FittedSubject,
    Holdout,
    advice_row,
    band_rows,
    covariance_rows,
    fit_rows,
    held_back,
    observed_rows,
)

Made = Callable[..., History]
IV = Model(
    name="iv",
    quantity="",
    unit="mg/L",
    compartments=1,
    absorption="none",
    parameters=(
        Parameter(name="CL", typical=1.0, unit="L/h"),
        Parameter(name="V", typical=10.0, unit="L", variance=0.1),
    ),
    residual=Residual(additive=0.25),
)


def known_fit(eta: np.ndarray, covariance: np.ndarray, **more: object) -> Fit:
    given = {
        "parameters": {"CL": 1.5, "V": 9.0}, "objective": 3.0, "predicted": np.zeros(0),
        "observations": 1, "converged": True, "steps": 1,
    }  # fmt: skip
    return Fit(eta=eta, covariance=covariance, **(given | more))  # type: ignore[arg-type]


def test_covariances_are_the_lower_triangle_by_name() -> None:
    fit = known_fit(np.zeros(2), np.array([[0.04, 0.015], [0.015, 0.09]]))
    rows = covariance_rows(MODEL, person(), fit)
    assert [(row["a"], row["b"], row["covariance"]) for row in rows] == [
        ("CL", "CL", 0.04), ("V", "CL", 0.015), ("V", "V", 0.09)
    ]  # fmt: skip


def test_parameters_have_their_eta_its_error_and_their_unit() -> None:
    fit = known_fit(np.array([0.2]), np.array([[0.09]]))
    first, second = fit_rows(formulas_of(IV), "a", fit)
    assert (first["parameter"], first["unit"], first["eta"], first["eta_se"]) == (
        "CL", "L/h", 0.0, 0.0
    )  # fmt: skip
    assert (second["value"], second["eta"], second["eta_se"]) == (9.0, 0.2, pytest.approx(0.3))
    nobody = fit_rows(formulas_of(IV), "a", replace(fit, observations=0))
    assert nobody[0]["objective"] is None


def test_without_doubt_about_the_person_the_band_is_the_error_alone(person_of: Made) -> None:
    """By hand: 10 mg/L +- 1.645 x 0.5 just after the dose, and never below 0."""
    model, one = formulas_of(IV), person_of(IV, [(0.0, 1, 100.0, None), (90.0, 0, 0.0, None)])
    rows = band_rows(model, one, np.zeros((40_000, 1)), 7)
    first, last = rows[0], rows[-1]
    assert (first["median"], first["typical"]) == (pytest.approx(10.0), pytest.approx(10.0))
    assert first["low"] == pytest.approx(10.0 - 1.645 * 0.5, abs=0.02)
    assert first["high"] == pytest.approx(10.0 + 1.645 * 0.5, abs=0.02)
    assert last["low"] == 0.0 < last["high"]
    assert band_rows(model, one, np.zeros((0, 1)), 7) == ()
    assert band_rows(model, replace(one, events=()), np.zeros((9, 1)), 7) == ()


def test_a_course_is_drawn_until_the_last_dose_that_is_told(person_of: Made) -> None:
    one = person_of(IV, [(0.0, 1, 100.0, None, 3, 24.0)], "ADDL", "II")
    rows = band_rows(formulas_of(IV), one, np.zeros((50, 1)), 7)
    assert (rows[0]["time"], rows[-1]["time"]) == (0.0, 72.0)


def test_new_observations_lie_in_the_band_as_often_as_it_says(
    oral: Model, person_of: Made
) -> None:
    """120 simulated people, 3 new observations each: of those held back of a person's six,
    90 % should lie in the band of the fit without them; binomial sd 1.6 %, three of these."""
    chance, blank = np.random.default_rng(7), person_of(oral, [(0.0, 1, 10000.0, None)])
    question = Question(model=formulas_of(oral), draws=400)
    times, within = np.array([1.0, 2.0, 4.0, 12.0, 24.0, 48.0]), []
    for _ in range(120):
        eta = chance.standard_normal((1, 3)) * np.sqrt(0.2)
        true = predicted_concentrations(oral, blank, eta, times)[0]
        seen = true * np.maximum(1 + np.sqrt(0.05) * chance.standard_normal(6), 0.02)
        one, known = seen_at(blank, times, seen), seen_at(blank, times[:3], seen[:3])
        fits = fit_person(oral, one), fit_person(oral, known)
        late = np.array([False] * 3 + [True] * 3)
        nothing = Draws(eta=np.zeros((9, 3)), effective=1.0)
        rows = observed_rows(
            question, int(chance.integers(1e6)), one,
            FittedSubject(fit=fits[0], draws=nothing),
            Holdout(held_back=late, training=one.only(~late), fit=fits[1]),
        )  # fmt: skip
        assert [row["held_back"] for row in rows] == late.tolist()
        within += [row["low"] <= row["value"] <= row["high"] for row in rows[3:]]
    assert 0.85 <= np.mean(within) <= 0.95


def test_who_is_excluded_is_shown_with_what_was_seen_and_nothing_predicted() -> None:
    one = replace(person(), exclusion_reason="a dose of 0", others=(("weight", 2.0, 70.0),))
    (fit,) = fit_histories(MODEL, [person()])
    draws = posterior_draws(MODEL, person(), fit, 50, np.random.default_rng(1))
    late = held_back(2, 0.3)
    rows = observed_rows(
        Question(model=MODEL), 7, one, FittedSubject(fit=fit, draws=draws),
        Holdout(held_back=late, training=one, fit=fit),
    )  # fmt: skip
    assert [row["predicted"] for row in rows] == [None, None, None]
    assert [(row["quantity"], row["value"]) for row in rows[2:]] == [("weight", 70.0)]


def test_advice_bears_the_setting_of_the_goal_or_the_target() -> None:
    advice = Advice(dose=75.0, reason="why", expected=1.0)
    row = advice_row(Question(model=MODEL, goal=goal()), person(), advice, "in words")
    assert (row["setting"], row["unit"], row["value"]) == ("dose", "mg", 75.0)
    assert (row["target"], row["words"]) == (None, "in words")
