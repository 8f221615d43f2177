"""Draws that are carried together: the same numbers as the tapes give, one after another."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from nanoward.tuning import MODELS, History, formulas_of, people
from nanoward.tuning.estimation.compartment_courses import can_be_carried, individual_values
from nanoward.tuning.estimation.map_estimates import predictions_at

WRITTEN = replace(
    MODELS["warfarin-1cpt"],
    parameters=tuple(
        replace(one, variance=0.0) if one.name == "LAG" else one
        for one in MODELS["warfarin-1cpt"].parameters
    ),
)
ROWS = [
    {"TIME": 0.0, "EVID": 1, "AMT": 100.0, "DV": None, "ADDL": 3, "II": 12.0, "CENS": 0},
    {"TIME": 5.0, "EVID": 0, "AMT": 0.0, "DV": 8.0, "ADDL": 0, "II": 0.0, "CENS": 0},
    {"TIME": 30.0, "EVID": 0, "AMT": 0.0, "DV": 2.0, "ADDL": 0, "II": 0.0, "CENS": 1},
]
ETA = np.array([[0.1, -0.2, 0.3], [0.0, 0.0, 0.0], [-0.5, 0.4, 1.0]])


def person(**more: object) -> History:
    rows = [{"ID": "a", "WT": 60.0, **one, **more} for one in ROWS]
    return people(pl.DataFrame(rows, infer_schema_length=None), WRITTEN)[0][0]


def test_what_is_carried_is_what_the_tapes_give() -> None:
    model, one = formulas_of(WRITTEN), person()
    tapes = replace(model)  # the same formulas, which know nothing of compartments
    assert can_be_carried(model, one)
    assert not can_be_carried(tapes, one)
    for history in (one, one.asked(np.linspace(0, 48, 13), 0)):
        quick, slow = (predictions_at(each, history, ETA) for each in (model, tapes))
        np.testing.assert_allclose(quick.value, slow.value, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(quick.variance, slow.variance, rtol=1e-10)
    quick, slow = (predictions_at(each, one, ETA).minus_two_log for each in (model, tapes))
    np.testing.assert_allclose(quick, slow, rtol=1e-10)


def test_what_does_not_fit_is_left_to_the_tapes() -> None:
    model, one = formulas_of(WRITTEN), person()
    lagged = formulas_of(MODELS["warfarin-1cpt"])
    first = one.events[0]
    other = (replace(first, covariates=(50.0, 50.0)), *one.events[1:])
    reset = (*one.events, replace(one.events[-1], time=40.0, evid=3, output=-1))
    steady = (replace(first, steady=1), *one.events[1:])
    assert not can_be_carried(lagged, one)
    assert not can_be_carried(model, replace(one, occasions=2))
    for events in (other, reset, steady, ()):
        assert not can_be_carried(model, replace(one, events=events))


def test_parameters_of_draws_by_hand() -> None:
    found = individual_values(WRITTEN, person(), ETA)
    clearance = 0.1342 * (60 / 70) ** 0.75 * np.exp(ETA[:, 0])
    np.testing.assert_allclose(found["CL"], clearance)
    assert found["LAG"].tolist() == [0.8637] * 3


@pytest.mark.hazard("H-446")
def test_a_level_before_any_dose_is_impossible_and_no_number() -> None:
    one = person()
    early = replace(one, events=(replace(one.events[1], time=-1.0), *one.events))
    residual = replace(WRITTEN.residual, additive=0.0)
    model = formulas_of(replace(WRITTEN, residual=residual))
    found = predictions_at(model, early, ETA).minus_two_log
    assert np.isinf(found).all()
