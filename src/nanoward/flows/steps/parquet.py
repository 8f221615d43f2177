"""Tables to Parquet bytes and back: the same table always gives the same bytes."""

import io

import polars as pl


def parquet_of(table: pl.DataFrame) -> bytes:
    """Parquet, zstd, one row group; depends on the table and the version of polars alone."""
    buffer = io.BytesIO()
    table.write_parquet(buffer, compression="zstd", row_group_size=max(table.height, 1))
    return buffer.getvalue()


def table_of(content: bytes) -> pl.DataFrame:
    """The table that `parquet_of` wrote."""
    return pl.read_parquet(io.BytesIO(content))
