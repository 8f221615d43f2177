"""Columns of texts read by their distinct values: days, words and marks repeat in every table.

A table of a year has some hundred days and a dozen words in a hundred thousand rows, so each
text is looked at once, and every row is given the answer of its text.
"""

from collections.abc import Callable

import polars as pl

_FEW = 200  # texts, up to which looking for distinct ones costs more than it saves


def by_distinct(
    column: pl.Expr, told: Callable[[pl.Expr], pl.Expr], kind: type[pl.DataType]
) -> pl.Expr:
    """What `told` makes of a column cast to text, row by row; null where `told` says so.

    told  of a column of texts; it looks at nothing but each row's own text
    kind  of the answer
    """

    def answers(texts: pl.Series) -> pl.Series:
        few = texts.unique() if texts.len() > _FEW else texts
        frame = few.alias("text").to_frame()
        answer = frame.select(told(pl.col("text")).cast(kind)).to_series()
        return answer if few is texts else texts.replace_strict(few, answer, return_dtype=kind)

    return column.cast(pl.String).map_batches(answers, return_dtype=kind, is_elementwise=True)
