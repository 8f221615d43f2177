"""What a covariate may be: as the model says, by its formulas, its unit and its name."""

import pytest

from nanoward.tuning import read_dynamics
from nanoward.tuning.data.covariate_bounds import (
    covariate_bounds,
    impossible_parameters,
    usual_bounds,
)

MODEL = read_dynamics(
    'name = "c"\n[parameters.CL]\ntypical = 3.0\nvariance = 0.1\n'
    'covariates = "(WT / 70[kg]) ^ 0.75 * 0.8 ^ INH * (1 - 0.01 * (SCORE - 40))"\n'
    "[parameters.V]\ntypical = 40.0\n"
    '[covariates.WT]\nunit = "kg"\n[covariates.INH]\n[covariates.SCORE]\n'
    '[covariates.ALB]\nunit = "g/L"\n[covariates.HT]\nlow = 3\nhigh = 7\n'
    '[compartments.body]\nderivative = "-CL / V * body"\n'
    '[outputs.level]\nvalue = "body / V"\nproportional = 0.01\n'
)


@pytest.mark.hazard("H-226")
@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("WT", (0.5, 70.0, 250.0), (0.0, -70.0, 700.0, 999.0, float("nan"), float("inf"))),
        ("INH", (0.0, 1.0), (9.0, -1.0, 2.0)),
        ("ALB", (0.0, 40.0), (-4.0,)),
        ("HT", (3.0, 7.0), (172.0, 2.0)),
        ("SCORE", (-5.0, 400.0), (float("nan"),)),
    ],
)
def test_values_outside_are_none(
    name: str, good: tuple[float, ...], bad: tuple[float, ...]
) -> None:
    bounds = covariate_bounds(MODEL)[name]
    assert not [one for one in good if bounds.error(name, one)]
    assert all(bounds.error(name, one) for one in bad)


def test_a_known_name_bounds_also_where_nothing_else_is_known() -> None:
    assert usual_bounds("AGE").error("AGE", 999.0)
    assert usual_bounds("age", is_switch=True).error("age", 40.0) == ""
    assert usual_bounds("SEX", is_switch=True).error("SEX", 2.0)


def test_parameters_that_cannot_be_are_found_whatever_the_covariate() -> None:
    sound, negative = (70.0, 0.0, 40.0, 40.0, 5.0), (70.0, 0.0, 400.0, 40.0, 5.0)
    found = impossible_parameters(MODEL, [sound, negative])
    assert set(found) == {negative}
    assert "CL would be -7.8" in found[negative]
