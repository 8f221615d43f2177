"""Which parameters people differ in, as a control stream writes them."""

import numpy as np
import pytest

from nanoward.tuning import Dynamics
from nanoward.tuning.nonmem.translation import nonmem_model

REST = "$ERROR\nY = F*(1 + EPS(1))\n$THETA 4 70 0.75\n$OMEGA 0.2 0.3\n$SIGMA 0.05\n"


def with_clearance(code: str) -> Dynamics:
    return nonmem_model(
        f"$PROB a\n$SUBS ADVAN1 TRANS2\n$PK\n{code}\nV = THETA(2)*EXP(ETA(2))\nS1 = V\n{REST}"
    )


@pytest.mark.parametrize(
    ("code", "typical", "covariates"),
    [
        ("CL = THETA(1)*EXP(ETA(1))", 4.0, ""),
        ("CL = EXP(ETA(1))*THETA(1)", 4.0, ""),
        ("MU_1 = LOG(THETA(1))\nCL = EXP(MU_1 + ETA(1))", 4.0, ""),
        ("CL = EXP(THETA(1) + ETA(1))", np.exp(4.0), ""),
        ("CL = THETA(1)*(WT/70)**THETA(3)*EXP(ETA(1))", 4.0, "(WT / 70) ^ THETA3"),
        ("TV = THETA(1)\nIF (SEX.EQ.1) TV = TV*0.7\nCL = TV*EXP(ETA(1))", 4.0,
         "if(SEX == 1, 0.7, 1)"),
        ("CL = THETA(1)/WT*EXP(ETA(1))", 4.0, "1 / WT"),
    ],
)  # fmt: skip
def test_a_product_of_theta_and_exp_eta_is_a_lognormal_parameter(
    code: str, typical: float, covariates: str
) -> None:
    found = with_clearance(code)
    one = next(one for one in found.parameters if one.name == "CL")
    assert one.typical == pytest.approx(typical)
    assert (one.variance, one.distribution) == (0.2, "lognormal")
    assert one.covariates == covariates
    assert found.random == ("CL", "V")


@pytest.mark.parametrize(
    "code",
    [
        "CL = THETA(1) + ETA(1)",
        "CL = THETA(1)*(1 + ETA(1))",
        "CL = THETA(1)*EXP(ETA(1)) + THETA(3)",
        "CL = THETA(1)*EXP(ETA(1)*2)",
        "CL = THETA(1)*EXP(ETA(1))*THETA(2)**0.1",
    ],
)
def test_any_other_use_of_an_eta_stays_what_it_says(code: str) -> None:
    found = with_clearance(code)
    names = [one.name for one in found.parameters]
    if "ETA1" in names:
        one = found.parameters[names.index("ETA1")]
        assert (one.typical, one.variance, one.distribution) == (0.0, 0.2, "normal")
    assert found.omega()[0, 0] == 0.2
    assert len(found.random) == 2


def test_an_eta_of_variance_0_is_nothing_and_thetas_that_are_fixed_are_numbers() -> None:
    text = (
        "$PROB a\n$SUBS ADVAN1 TRANS2\n$PK\nCL = THETA(1)*EXP(ETA(1))\nV = THETA(2) + ETA(2)\n"
        "$ERROR\nY = F + EPS(1)\n$THETA 4 (70 FIX)\n$OMEGA 0.2 (0 FIX)\n$SIGMA 1\n"
    )
    found = nonmem_model(text)
    assert found.random == ("CL",)
    assert dict(found.definitions)["V"] == "70 + ETA2"
    assert dict(found.definitions)["ETA2"] == "0"
