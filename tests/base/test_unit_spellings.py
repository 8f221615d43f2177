import pytest

from nanoward.base.unit_spellings import ucum_of
from nanoward.base.units import UnknownUnit, conversion, unit_of


@pytest.mark.parametrize(
    "text",
    [
        *("x10E3/uL", "K/uL", "GIGA/L", "THOU/uL", "X10(3)/MCL", "x 10^9/L", "10e9/L"),
        *("10³/µL", "GI/L", "10^9/L", "K/mm3", "x10^3/mm^3", "Thousand/uL", "k/cumm"),
    ],
)
@pytest.mark.hazard("H-117")
def test_thousands_of_cells_per_microlitre_in_every_spelling(text: str) -> None:
    assert conversion(text, "10*9/L") == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "ucum"),
    [
        ("cells/uL", "/uL"),
        ("gm/dL", "g/dL"),
        ("g%", "g/dL"),
        ("MEQ/L", "meq/L"),
        ("mcmol/L", "umol/L"),
        ("MG/DL", "mg/dL"),
        ("TI/L", "10*12/L"),
        ("Mg/dL", "Mg/dL"),
        ("G/L", "G/L"),
        ("furlong", "furlong"),
    ],
)
def test_a_spelling_with_one_meaning_is_written_as_ucum_does(text: str, ucum: str) -> None:
    assert ucum_of(text) == ucum
    if ucum == text:  # nobody knows what else it could mean
        assert isinstance(unit_of(text), UnknownUnit)
