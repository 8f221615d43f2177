"""A goal or target that the model cannot bear is refused with its key; sound ones are not."""

from typing import Any

import pytest
from exposures import MODEL, goal

from nanoward.tuning import BadTargetError, Target, read_dynamics
from nanoward.tuning.dosing.plan_checks import check_goal, check_target
from nanoward.tuning.models.formula_library import TEXTS

VANCOMYCIN = read_dynamics(TEXTS["vancomycin-2cpt"])


def target(**given: Any) -> Target:
    told: dict[str, Any] = {
        "measure": "auc", "value": 400.0, "low": 300.0, "high": 500.0, "unit": "mg h/L",
        "interval": 24.0, "lowest": 100.0, "highest": 4000.0, "step": 50.0,
    }  # fmt: skip
    return Target(**(told | given))


@pytest.mark.hazard("H-222")
@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({"into": 7}, "goal.into is 7"),
        ({"side_effect": "joy"}, "goal.side_effect is 'joy'"),
        ({"side_effect": "grade", "grade": 3}, "grades up to 2"),
        ({"benefit": "nausea"}, "only a measured value"),
    ],
)
def test_a_goal_that_the_model_cannot_bear_is_refused(keys: dict[str, Any], what: str) -> None:
    with pytest.raises(BadTargetError, match=what):
        check_goal(MODEL, goal(**keys))
    check_goal(MODEL, goal())


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ({"unit": "mg/L"}, "measures something else"),
        ({"unit": "ug.h/L"}, "0.001 times"),
        ({"unit": "a lot"}, "not understood"),
        ({"dose_unit": "g"}, "1000 times"),
        ({"dose_unit": "mL"}, "measures something else"),
        ({"dose_unit": "mg per week"}, "the interval is 24 h"),
    ],
)
def test_units_of_a_target_are_dimensions(keys: dict[str, Any], what: str) -> None:
    with pytest.raises(BadTargetError, match=what):
        check_target(VANCOMYCIN, target(**keys))
    check_target(VANCOMYCIN, target())
    check_target(VANCOMYCIN, target(unit="mg*h/L", dose_unit="mg per day"))
    check_target(VANCOMYCIN, target(measure="trough", unit="mg/L"))
