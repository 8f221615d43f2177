import polars as pl

from nanoward.base.tables import SAMPLES
from nanoward.maths.frames import frame_of, schema_of


def test_rows_are_sorted_by_key_and_what_is_missing_is_null() -> None:
    table = frame_of(SAMPLES, [{"sample": "b", "more": 1}, {"sample": "a"}])
    assert table["sample"].to_list() == ["a", "b"]
    assert table["taken"].to_list() == [None, None]
    assert table.columns == [column.name for column in SAMPLES.columns]


def test_an_empty_table_has_the_types_of_its_shape() -> None:
    table = frame_of(SAMPLES, ())
    assert table.height == 0
    assert table.schema["taken"] == pl.Date == schema_of(SAMPLES)["taken"]
