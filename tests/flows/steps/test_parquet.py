import polars as pl
from hypothesis import given
from polars.testing import assert_frame_equal
from polars.testing.parametric import dataframes

from nanoward.flows.steps.parquet import parquet_of, table_of

TYPES = [pl.Int64, pl.Float64, pl.String, pl.Boolean, pl.Date, pl.List(pl.String)]


@given(dataframes(allowed_dtypes=TYPES, max_size=6))
def test_a_table_comes_back_as_it_was_and_always_as_the_same_bytes(table: pl.DataFrame) -> None:
    content = parquet_of(table)
    assert_frame_equal(table_of(content), table)
    assert parquet_of(table_of(content)) == content
