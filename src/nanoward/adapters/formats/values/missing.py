"""Missing: how the field's programs write that there is no value.

Sources: SAS 9.4 language reference (`.`, `._`, `.A` to `.Z`), R (`NA`, `NaN`), NONMEM (`.`),
spreadsheets (`#N/A`, `n/a`), databases (`NULL`).
"""

import polars as pl

MARKS = (
    *("NA", "N/A", "NAN", "NULL", "NONE", "NIL", "#N/A", "#NULL!", "MISSING"),
    *(".", "._", *(f".{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")),
    *("-", "--", "\u2013", "\u2014", "?"),
)
_WORDS = frozenset(MARKS)


def is_missing(text: str | None) -> bool:
    """Whether a cell says that there is no value."""
    return text is None or not text.strip() or text.strip().upper() in _WORDS


def without_marks(cells: pl.Series) -> pl.Series:
    """Text cells of a column of values, null where a mark says that there is none."""
    upper = cells.str.strip_chars().str.to_uppercase()
    return cells.set((upper.is_in(MARKS) | (upper == "")).fill_null(value=True), None)
