"""Units of formulas: what may be added, compared and raised."""

import pytest

from nanoward.tuning import BadModelError, read_dynamics
from nanoward.tuning.models.dimensions import dimension_of

TEXT = """
name = "units"
[parameters.CL]
typical = 4.0
unit = "L/h"
variance = 0.2
[parameters.V]
typical = 70.0
unit = "L"
[covariates.WT]
unit = "kg"
[covariates.FREE]
[outputs.level]
value = "{}"
unit = "mg/L"
additive = 1.0
"""


@pytest.mark.parametrize(
    "formula",
    [
        "100[mg] / V", "100 / V * 1[mg]", "exp(-CL / V * t) * 5[mg/L]", "max(1[mg] / V, 0)",
        "FREE", "(WT / 70[kg]) ^ 0.75 * 1[mg/L]", "if(WT > 50, 1[mg/L], 2)", "sqrt(4[mg2/L2])",
        "5 + 2", "FREE * CL + V", "abs(-1[mg/L])", "(1[mg/L] ^ 2) ^ 0.5",
    ],
)  # fmt: skip
def test_formulas_whose_units_go_together(formula: str) -> None:
    assert read_dynamics(TEXT.format(formula)).outputs[0].value == formula


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("CL + V", "'CL' and 'V' measure different things"),
        ("V", "measure different things"),
        ("exp(V)", "'V' in exp has a unit"),
        ("2 ^ V", "an exponent"),
        ("CL ^ FREE", "the base of a power that varies"),
        ("1[g] / V", "1000 times the unit"),
        ("if(WT > V, 1, 2)", "'WT' and 'V'"),
        ("1[furlong]", "not understood"),
    ],
)
def test_formulas_whose_units_do_not(formula: str, told: str) -> None:
    with pytest.raises(BadModelError, match="unit") as fault:
        read_dynamics(TEXT.format(formula))
    assert told in fault.value.message


def test_a_unit_is_a_dimension_and_a_factor() -> None:
    found = dimension_of("mg/L")
    assert found is not None
    assert found.factor == pytest.approx(1.0)  # a gram per cubic metre
    assert dimension_of("") is None
