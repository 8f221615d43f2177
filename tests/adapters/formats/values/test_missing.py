import polars as pl
import pytest

from nanoward.adapters.formats.values.missing import is_missing, without_marks


@pytest.mark.parametrize("mark", [".", ".A", ".z", "NA", "n/a", "NULL", "", "  ", "-", "._"])
def test_marks_of_missing_values_are_none(mark: str) -> None:
    assert is_missing(mark)
    assert without_marks(pl.Series([mark, "0"])).to_list() == [None, "0"]


@pytest.mark.parametrize("value", ["0", "-9", ".5", "A", "no"])
def test_values_are_not_missing(value: str) -> None:
    assert not is_missing(value)
