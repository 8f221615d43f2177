import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.units import (
    ANALYTES,
    Unit,
    UnknownUnit,
    conversion,
    same_dimension,
    unit_of,
)

LABORATORY = ("g/L", "mg/dL", "mmol/L", "umol/L", "ug/mL", "mol/m3", "pg/uL")


@pytest.mark.parametrize(
    ("source", "target", "analyte", "factor"),
    [
        ("mg/dL", "mmol/L", "glucose", 1 / 18.016),
        ("mg/dL", "umol/L", "creatinine", 88.40),
        ("mg/dL", "umol/L", "bilirubin", 17.104),
        ("mg/dL", "mmol/L", "cholesterol", 0.025862),
        ("mmol/L", "g/L", "haemoglobin", 16.114),
        ("mEq/L", "mmol/L", "calcium", 0.5),
        ("mEq/L", "mmol/L", "sodium", 1.0),
        ("IU/L", "U/L", "lipase", 1.0),
        ("nkat/L", "U/L", "lipase", 0.06),
        ("10^3/uL", "10*9/L", None, 1.0),
        ("/uL", "10*9/L", None, 1e-3),
        ("1/mm3", "10*9/L", None, 1e-3),
        ("10*6/mL{cells}", "10*9/L", None, 1.0),
        ("mm[Hg]", "kPa", None, 0.133322387415),
        ("µmol/L", "mmol/L", None, 1e-3),
        ("%", "1", None, 0.01),
        ("d", "h", None, 24.0),
    ],
)
def test_units_of_the_ward_convert_by_hand_computed_factors(
    source: str, target: str, analyte: str | None, factor: float
) -> None:
    found = conversion(source, target, ANALYTES[analyte] if analyte else None)
    assert isinstance(found, float)
    assert found == pytest.approx(factor, rel=2e-4)


@pytest.mark.parametrize(
    "text",
    ["", " ", "G/L", "Mg/dL", "Mmol/L", "10^9/M", "mg per dL", "furlong", "g//L", "/", "g/"],
)
@pytest.mark.hazard("H-07")
def test_a_unit_that_is_not_understood_is_an_answer_and_never_a_guess(text: str) -> None:
    found = unit_of(text)
    assert isinstance(found, UnknownUnit)
    assert found.reason
    assert isinstance(conversion(text, "g/L"), UnknownUnit)
    assert isinstance(conversion("g/L", text), UnknownUnit)


def test_mass_and_amount_do_not_convert_without_knowing_the_substance() -> None:
    assert isinstance(conversion("mg/dL", "mmol/L"), UnknownUnit)
    assert isinstance(conversion("%", "10*9/L"), UnknownUnit)
    assert isinstance(conversion("[iU]/L", "U/L"), UnknownUnit)
    assert isinstance(conversion("g/L", "mol/L", ANALYTES["lipase"]), UnknownUnit)


def test_same_dimension_needs_no_substance() -> None:
    assert same_dimension("g/dL", "g/L")
    assert not same_dimension("mmol/L", "g/L")
    assert not same_dimension("G/L", "g/L")


@given(st.sampled_from(LABORATORY), st.sampled_from(LABORATORY))
def test_a_round_trip_gives_the_number_back(source: str, target: str) -> None:
    for name in ("glucose", "haemoglobin", "urate"):
        there = conversion(source, target, ANALYTES[name])
        back = conversion(target, source, ANALYTES[name])
        assert isinstance(there, float)
        assert isinstance(back, float)
        assert there * back == pytest.approx(1.0, rel=1e-12)


@given(st.text(max_size=12))
def test_any_text_is_a_unit_or_unknown_and_nothing_crashes(text: str) -> None:
    assert isinstance(unit_of(text), Unit | UnknownUnit)


def test_degrees_celsius_are_themselves_and_become_nothing_else() -> None:
    assert conversion("Cel", "Cel") == 1.0
    assert isinstance(conversion("Cel", "[degF]"), UnknownUnit)
    assert isinstance(conversion("Cel", "mmol/L"), UnknownUnit)
