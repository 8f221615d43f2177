"""The dose that reaches a target, its probability, and when there is none."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from written import fit_person, predicted_concentrations

from nanoward.tuning import (
    Advice,
    BadTargetError,
    Draws,
    Fit,
    History,
    Model,
    Parameter,
    Residual,
    Target,
    advise,
    dosing_error,
    exposure_per_dose,
    formulas_of,
)
from nanoward.tuning.dosing.target_attainment import chosen_dose

Made = Callable[..., History]
TARGET = Target(
    measure="average",
    value=1.5,
    low=1.0,
    high=2.25,
    unit="mg/L",
    interval=24.0,
    lowest=10.0,
    highest=500.0,
    step=2.0,
)
SEEN = [(0.0, 1, 10000.0, None), (1.5, 0, 0.0, 91.2904), (24.6, 0, 0.0, 20.6671)]


def _draws(eta: NDArray[np.float64], effective: float = 0.8) -> Draws:
    return Draws(eta=eta, effective=effective)


def _fitted(oral: Model, person_of: Made) -> tuple[History, Fit]:
    person = person_of(oral, SEEN)
    return person, fit_person(oral, person)


def _per_dose(
    model: Model, one: History, target: Target, eta: NDArray[np.float64]
) -> NDArray[np.float64]:
    found = exposure_per_dose(formulas_of(model), one, target, eta)
    assert found is not None
    return found


def _advised(model: Model, one: History, target: Target, draws: Draws) -> Advice:
    return advise(target, _per_dose(model, one, target, draws.eta), draws)


def test_a_known_person_by_hand(oral: Model, person_of: Made) -> None:
    """CL 4 L/h: an average of 1.5 mg/L over 24 h needs 1.5 x 4 x 24 = 144 mg."""
    person, _ = _fitted(oral, person_of)
    found = _advised(oral, person, TARGET, _draws(np.zeros((100, 3))))
    assert found.dose == 144.0
    assert found.expected == pytest.approx(1.5)
    assert found.probability == 1.0


def test_the_probability_is_counted_on_the_draws(oral: Model, person_of: Made) -> None:
    person, _ = _fitted(oral, person_of)
    eta = np.zeros((100, 3))
    eta[:20, 0] = 5.0  # for one in five the clearance is far larger
    found = _advised(oral, person, TARGET, _draws(eta))
    assert found.probability == 0.8
    assert found.dose == 144.0
    strict = _advised(oral, person, replace(TARGET, minimum_probability=0.81), _draws(eta))
    assert strict.dose is None
    assert strict.probability == 0.8
    assert "0.81" in strict.reason


@settings(max_examples=25)
@given(st.floats(0.05, 2.0), st.sampled_from(["depot", "bolus", "infusion"]), st.booleans())
def test_the_steady_trough_is_where_many_doses_end(
    person_of: Made, ka: float, kind: str, two: bool
) -> None:
    """Oracle: 60 doses one after another, by superposition."""
    sizes = {"CL": 4.0, "V1": 30.0, "Q": 6.0, "V2": 20.0} if two else {"CL": 4.0, "V": 70.0}
    if kind == "depot":
        sizes |= {"KA": ka, "LAG": 0.5, "F": 0.7}
    model = Model(
        name="any",
        quantity="",
        unit="mg/L",
        compartments=2 if two else 1,
        absorption="first-order" if kind == "depot" else "none",
        parameters=tuple(
            Parameter(name=name, typical=value, unit="", variance=0.1)
            for name, value in sizes.items()
        ),
        residual=Residual(additive=1.0),
    )
    duration = 2.0 if kind == "infusion" else 0.0
    target = replace(TARGET, measure="trough", interval=12.0, duration=duration)
    rows = [(12.0 * count, 1, 1.0, None, 0.5 if duration else 0.0) for count in range(60)]
    person, none = person_of(model, rows, "RATE"), np.zeros((1, len(sizes)))
    before_the_next = predicted_concentrations(model, person, none, np.array([720.0]))[0]
    found = _per_dose(model, person, target, none)
    np.testing.assert_allclose(found, before_the_next, rtol=1e-6)


def test_the_trough_holds_where_absorption_meets_elimination(
    person_of: Made, oral: Model
) -> None:
    person = person_of(oral, SEEN)
    target = replace(TARGET, measure="trough")
    equal = np.log(4 / 70)  # eta of KA that makes KA = CL / V
    near = np.array([[0.0, 0.0, equal + gap] for gap in (-1e-3, 0.0, 1e-3)])
    low, middle, high = _per_dose(oral, person, target, near)
    assert middle == pytest.approx((low + high) / 2, rel=1e-5)


@given(factor=st.sampled_from([0.25, 0.5, 2.0, 3.0]), eta=st.floats(-0.5, 0.5))
def test_a_multiple_of_the_target_needs_that_multiple_of_the_dose(
    oral: Model, person_of: Made, factor: float, eta: float
) -> None:
    person, _ = _fitted(oral, person_of)
    draws = _draws(np.full((10, 3), eta))
    scaled = replace(
        TARGET,
        value=TARGET.value * factor,
        low=TARGET.low * factor,
        high=TARGET.high * factor,
        lowest=TARGET.lowest * factor,
        highest=TARGET.highest * factor,
        step=TARGET.step * factor,
    )
    one = _advised(oral, person, TARGET, draws)
    other = _advised(oral, person, scaled, draws)
    assert one.dose is not None
    assert other.dose == pytest.approx(factor * one.dose)


def test_auc_is_the_average_times_the_interval(oral: Model, person_of: Made) -> None:
    person, eta = person_of(oral, SEEN), np.array([[0.3, 0.1, 0.0]])
    auc = _per_dose(oral, person, replace(TARGET, measure="auc"), eta)
    np.testing.assert_allclose(auc, 24.0 * _per_dose(oral, person, TARGET, eta))
    np.testing.assert_allclose(auc, 1 / (4.0 * np.exp(0.3)))


def test_no_dose_is_given_where_the_fit_must_not_be_used(oral: Model, person_of: Made) -> None:
    person, fit = _fitted(oral, person_of)
    cases = {
        "no usable observation": (person, replace(fit, observations=0)),
        "did not converge": (person, replace(fit, converged=False, reason="a kink")),
        "outside the population": (person, replace(fit, prior_tail=1e-5)),
        "scatter more": (person, replace(fit, residual_tail=1e-5)),
        "records cannot be used": (replace(person, exclusion_reason="dose of 0"), fit),
    }
    for reason, (who, doubtful) in cases.items():
        assert reason in dosing_error(who, doubtful)
    assert dosing_error(person, fit) == ""
    poor = _advised(oral, person, TARGET, _draws(np.zeros((10, 3)), effective=0.01))
    assert poor.dose is None
    assert "badly sampled" in poor.reason


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"measure": "peak"}, "measure"),
        ({"low": 2.0}, "rise"),
        ({"high": float("nan")}, "rise"),
        ({"interval": 0.0}, "interval"),
        ({"duration": 25.0}, "duration"),
        ({"step": 0.0}, "step"),
        ({"lowest": 600.0}, "lowest"),
        ({"step": 1e-6}, "more than"),
        ({"minimum_probability": 1.5}, "minimum_probability"),
    ],
)
def test_a_target_that_cannot_be_aimed_at_is_refused(
    change: dict[str, object], key: str
) -> None:
    with pytest.raises(BadTargetError, match=key):
        replace(TARGET, **change)


def test_of_doses_that_are_as_good_the_nearest_by_its_logarithm_is_taken() -> None:
    """Two doses of which each reaches the range in every draw: their medians are 1.0 and 2.1,
    and 1.5 lies nearer to 2.1 by the logarithm and nearer to 1.0 by the difference."""
    target = replace(TARGET, lowest=100.0, highest=210.0, step=110.0)
    exposure = np.array([[1.0] * 50, [2.1] * 50])
    assert chosen_dose(target, exposure).dose == 210.0
    assert chosen_dose(replace(target, value=1.4), exposure).dose == 100.0


def test_a_dose_that_is_less_good_by_no_more_than_a_hundredth_counts_as_equal() -> None:
    target = replace(TARGET, lowest=100.0, highest=200.0, step=100.0, minimum_probability=0.5)
    far = np.array([[1.05] * 200, [1.5] * 198 + [9.0] * 2])  # 100 % and 99 %
    assert chosen_dose(target, far).dose == 200.0
    farther = np.array([[1.05] * 200, [1.5] * 197 + [9.0] * 3])  # 98.5 %
    assert chosen_dose(target, farther).dose == 100.0
    limits = np.array([[1.0] * 9 + [9.0], [2.25] * 10])  # ends of the range belong to it
    assert chosen_dose(target, limits).probability == 1.0


def test_limits_told_of_a_dose_are_those_of_its_own_exposure() -> None:
    target = replace(TARGET, lowest=100.0, highest=200.0, step=100.0)
    exposure = np.array([np.linspace(1.0, 2.0, 101), np.linspace(5.0, 6.0, 101)])
    found = chosen_dose(target, exposure)
    assert (found.low, found.expected, found.high) == pytest.approx((1.05, 1.5, 1.95))


def test_whose_records_are_doubted_gets_no_dose(oral: Model, person_of: Made) -> None:
    person, fit = _fitted(oral, person_of)
    assert dosing_error(replace(person, doubt="a dose twice"), fit) == "a dose twice"
