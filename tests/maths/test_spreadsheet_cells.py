import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.spreadsheet_cells import safe_table


@pytest.mark.hazard("H-196")
@given(st.lists(st.text(max_size=12), max_size=8))
def test_no_text_begins_a_formula_and_numbers_stay(cells: list[str]) -> None:
    told = safe_table(pl.DataFrame({"a": cells}, {"a": pl.String}))["a"].to_list()
    for before, after in zip(cells, told, strict=True):
        assert after in (before, f"'{before}")
        try:
            float(before)
        except ValueError:
            assert not after.startswith(("=", "+", "@", "\t", "\r"))
        else:
            assert after.lstrip("'") == before


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_as_text_is_as_it_was(value: float) -> None:
    told = safe_table(pl.DataFrame({"a": [repr(value)]}))["a"].to_list()
    assert told == [repr(value)]
