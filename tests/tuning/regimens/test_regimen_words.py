"""The first line tells dose, unit, way in, interval, infusion time, basis and aim."""

from nanoward.tuning import MODELS, read_dynamics
from nanoward.tuning.models.formula_library import TEXTS
from nanoward.tuning.regimens.regimen_words import answer_unit, exposure_unit, regimen_line
from nanoward.tuning.regimens.single_dose import SingleDoseTarget

MODEL = read_dynamics(TEXTS["vancomycin-2cpt"])


def test_a_regimen_is_told_in_one_line() -> None:
    assert MODELS
    wanted = SingleDoseTarget(
        measure="trough", value=15.0, basis="steady", interval=12.0, duration=1.0
    )
    assert regimen_line(MODEL, wanted, 750.0) == (
        "750 mg over 1 h, into centre (CMT 1), every 12 h; to steady state; for trough 15 mg/L "
        "of level"
    )
    assert "a dose in mg over 1 h" in regimen_line(MODEL, wanted, None)
    now = SingleDoseTarget(measure="level", value=20.0, basis="now", at=48.0, end=49.0)
    line = regimen_line(MODEL, now, 500.0)
    assert "once, at 48 h; from now, with what is in the body" in line
    assert "at 49 h" in line


def test_units_are_those_of_the_model() -> None:
    area = SingleDoseTarget(measure="auc", value=400.0, end=24.0)
    assert exposure_unit(MODEL, area) == "mg h/L"
    rate = SingleDoseTarget(
        measure="average", value=15.0, basis="steady", interval=1.0, duration=1.0
    )
    assert answer_unit(MODEL, rate) == "mg/h"
    assert "without a pause" in regimen_line(MODEL, rate, 40.0)
    below = SingleDoseTarget(measure="below", value=5.0, end=48.0, dose=0.0, basis="now")
    assert answer_unit(MODEL, below) == "h"
    assert regimen_line(MODEL, below, 30.0).startswith("no further dose; from now")
