import polars as pl

from nanoward.adapters.formats.values.identifiers import whole_numbers_as_text


def test_numbers_as_identifiers_have_no_decimal_point() -> None:
    assert whole_numbers_as_text(pl.Series([7.0])).to_list() == ["7"]
