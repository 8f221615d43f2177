"""Doses to an area, to a level, and how long a level lasts."""

import numpy as np
import pytest
from populations import bolus_text, people_of

from nanoward.tuning import read_dynamics
from nanoward.tuning.dosing.target_attainment import BadTargetError
from nanoward.tuning.regimens.single_dose import SingleDoseTarget, dose_for, time_below

BOLUS = read_dynamics(bolus_text())  # CL 3 L/h, V 40 L
SATURABLE = read_dynamics(
    bolus_text().replace(
        '"-CL / V * body"', '"-30[mg/h] * body / (V * 2[mg/L] + body) - 0 * CL"'
    )
)
PERSON = people_of(BOLUS, [{"ID": "a", "TIME": 0.0, "EVID": 1, "AMT": 5.0, "DV": None}])[0]
ETA = np.array([[0.0, 0.0], [0.3, -0.2], [-0.4, 0.1]])


def test_an_area_and_a_level_of_a_linear_model_are_those_of_the_formula() -> None:
    cl, v = 3 * np.exp(ETA[:, 0]), 40 * np.exp(ETA[:, 1])
    k = cl / v
    found = dose_for(BOLUS, PERSON, SingleDoseTarget(measure="auc", value=400, end=24.0), ETA)
    np.testing.assert_allclose(found, 400 * cl / -np.expm1(-k * 24), rtol=1e-9)
    found = dose_for(BOLUS, PERSON, SingleDoseTarget(measure="level", value=5, end=10.0), ETA)
    np.testing.assert_allclose(found, 5 * v * np.exp(k * 10), rtol=1e-9)


def test_further_doses_add_up_and_infusions_take_their_time() -> None:
    wanted = SingleDoseTarget(
        measure="level", value=5, end=30.0, interval=12.0, more=2, duration=2.0
    )
    found = dose_for(BOLUS, PERSON, wanted, ETA[:1])
    k, v = 3 / 40, 40.0
    rate = -np.expm1(-2 * k) / (2 * k)  # share of an infusion of 2 h that is left at its end
    left = sum(rate * np.exp(-k * (30 - 12 * j - 2)) for j in range(3))
    np.testing.assert_allclose(found, 5 * v / left, rtol=1e-6)


def test_a_model_that_is_not_linear_is_solved_for_one_person_and_read_off_for_many() -> None:
    wanted = SingleDoseTarget(measure="level", value=3.0, end=6.0)
    one = dose_for(SATURABLE, PERSON, wanted, ETA[:1])
    many = dose_for(SATURABLE, PERSON, wanted, ETA)
    np.testing.assert_allclose(many[0], one[0], rtol=0.02)
    # x' = -30 x / (80 + x): 80 ln(x0 / x) + x0 - x = 30 t (Beal 1983, J Pharmacokinet Biopharm)
    x = 3.0 * 40
    np.testing.assert_allclose(80 * np.log(one[0] / x) + one[0] - x, 30 * 6, rtol=1e-4)


def test_how_long_a_level_lasts_and_what_never_falls() -> None:
    wanted = SingleDoseTarget(measure="below", value=5.0, end=100.0, dose=400.0)
    k, v = 3 * np.exp(ETA[:, 0]) / (40 * np.exp(ETA[:, 1])), 40 * np.exp(ETA[:, 1])
    found = time_below(BOLUS, PERSON, wanted, ETA)
    np.testing.assert_allclose(found, np.log(400 / v / 5) / k, rtol=1e-3)
    short = SingleDoseTarget(measure="below", value=5.0, end=1.0, dose=400.0)
    assert np.isinf(time_below(BOLUS, PERSON, short, ETA)).all()
    low = SingleDoseTarget(measure="below", value=500.0, end=10.0, dose=400.0)
    assert (time_below(BOLUS, PERSON, low, ETA) == 0).all()


def test_a_level_that_no_dose_reaches_has_no_dose() -> None:
    capped = read_dynamics(bolus_text().replace('"body / V"', '"body / (body + V * 1[mg/L])"')
                           .replace('unit = "mg/L"\n', ""))  # fmt: skip
    wanted = SingleDoseTarget(measure="level", value=2.0, end=5.0)
    assert np.isinf(dose_for(capped, PERSON, wanted, ETA[:1])).all()
    assert np.isinf(dose_for(capped, PERSON, wanted, ETA)).all()


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({"value": 0.0}, "value > 0"),
        ({"end": -1.0}, "end behind"),
        ({"more": 3}, "interval > 0"),
        ({"dose": 0.0}, "dose > 0"),
        ({"output": "nothing"}, "there are level"),
        ({"into": 7}, "compartment 7"),
    ],
)
def test_questions_without_sense_are_refused(keys: dict[str, object], what: str) -> None:
    told = {"measure": "auc", "value": 1.0, "end": 10.0, **keys}
    with pytest.raises(BadTargetError, match=what):
        dose_for(BOLUS, PERSON, SingleDoseTarget(**told), ETA)  # type: ignore[arg-type]
