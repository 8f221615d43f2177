"""Numbers: decimal points and commas, thousands, exponents, bounds; what is doubtful is told.

A cell that may be two numbers ("1.200" among values that are not written with three
decimals, "1,200" alone) is none: nothing is guessed, and the reader tells it with both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

PLAIN = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
THOUSANDS_POINT = r"^[+-]?[1-9][0-9]{0,2}\.[0-9]{3}$"
_THREE_DECIMALS = r"^[+-]?(0|[0-9]{4,})\.[0-9]{3}$"
_POINTS = re.compile(r"^[+-]?[1-9]\d{0,2}(\.\d{3}){2,}(,\d+)?$|^[+-]?[1-9]\d{0,2}\.\d{3},\d+$")
_COMMAS = re.compile(r"^[+-]?[1-9]\d{0,2}(,\d{3}){2,}(\.\d+)?$|^[+-]?[1-9]\d{0,2},\d{3}\.\d+$")
_EITHER = re.compile(r"^[+-]?[1-9]\d{0,2},\d{3}$")
_DECIMAL_COMMA = re.compile(r"^[+-]?\d+,\d+([eE][+-]?\d+)?$")
_SPACES = re.compile(r"^[+-]?[1-9]\d{0,2}([ '\u00a0\u202f\u2009]\d{3})+([.,]\d+)?$")
_BOUND = re.compile(
    r"^(?P<mark><=|>=|=<|=>|<|>|\u2264|\u2265|less than|more than|greater than|below|above)"
    r"\s*(?P<rest>.+)$",
    re.IGNORECASE,
)
_MARKS: Mapping[str, str] = {
    "=<": "<=",
    "=>": ">=",
    "\u2264": "<=",
    "\u2265": ">=",
    "less than": "<",
    "below": "<",
    "more than": ">",
    "greater than": ">",
    "above": ">",
}
SENTINELS = (-9.0, -99.0, -999.0, -9999.0, 999.0, 9999.0, 99999.0)
_AS_USUAL = 3  # values with three decimals that make three decimals this column's habit


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A column as numbers.

    values    Float64, null where there is no single finite number
    unread    cells that are told and are no number
    rewritten  cell as written to the number that it was read as
    either    cell as written to the two numbers that it may mean (its value is null)
    """

    values: pl.Series
    unread: pl.Series
    rewritten: Mapping[str, float]
    either: Mapping[str, tuple[float, float]]


def read_numbers(
    cells: pl.Series, groups: pl.Series | None = None, most: pl.Series | None = None
) -> Numbers:
    """Text cells (null where missing) as numbers.

    groups  what each cell measures (a test): its habit of writing decides by itself
    most    the largest number that a cell may be, as far as that is known: what is more than
            it with a mark for thousands has decimals

    A comma between digits is a decimal comma where the column holds one that cannot part
    thousands; "1.200" and "1,200" are doubted unless the habit decides.
    """
    sound = cells.set(~cells.str.contains(PLAIN), None)
    values = sound.cast(pl.Float64, strict=False)
    values = values.set(~values.is_finite(), None)
    doubtful = _thousands_or_decimals(cells, groups)
    if most is not None:
        doubtful &= ((values * 1000 <= most) | most.is_null()).fill_null(value=True)
    values = values.set(doubtful, None)
    if values.null_count() == cells.null_count():
        none = pl.repeat(value=False, n=len(cells), dtype=pl.Boolean, eager=True)
        return Numbers(values=values, unread=none, rewritten={}, either={})
    open_ = cells.is_not_null() & values.is_null()
    others = cells.filter(open_ & ~doubtful).unique().to_list()
    comma = any(_DECIMAL_COMMA.match(one) and not _EITHER.match(one) for one in others)
    read = {one: number_of(one, decimal_comma=comma) for one in others}
    rewritten = {one: number for one, number in read.items() if number is not None}
    either = {
        one: (float(one), float(one) * 1000) for one in cells.filter(doubtful).unique()
    } | {
        one: (float(one.replace(",", ".")), float(one.replace(",", "")))
        for one in others
        if one not in rewritten and _EITHER.match(one)
    }
    told = cells.replace_strict(rewritten, default=None, return_dtype=pl.Float64)
    values = values.zip_with(values.is_not_null() | doubtful, told)
    return Numbers(
        values=values.alias(cells.name),
        unread=cells.is_not_null() & values.is_null(),
        rewritten=rewritten,
        either=either,
    )


def number_of(text: str, *, decimal_comma: bool = False) -> float | None:
    """One number in another habit of writing; None where it is none, or may be two."""
    plain = text.strip().replace("\u2212", "-")
    if _SPACES.match(plain):
        plain = re.sub(r"[ '\u00a0\u202f\u2009]", "", plain).replace(",", ".")
    elif _POINTS.match(plain):
        plain = plain.replace(".", "").replace(",", ".")
    elif _COMMAS.match(plain):
        plain = plain.replace(",", "")
    elif _DECIMAL_COMMA.match(plain) and (decimal_comma or not _EITHER.match(plain)):
        plain = plain.replace(",", ".")
    plain = re.sub(r"(?i)\s*[x*\u00d7]\s*10\s*[\^*]{0,2}\s*([+-]?\d+)$", r"e\1", plain)
    if not re.match(PLAIN, plain):
        return None
    number = float(plain)
    return number if number not in (float("inf"), float("-inf")) else None


def bound_of(text: str) -> tuple[str, float] | None:
    """ "<5", ">= 3,2", "less than 4" as ("<", 5.0) ...; None for anything else."""
    found = _BOUND.match(text.strip())
    number = number_of(found["rest"]) if found else None
    if found is None or number is None:
        return None
    mark = found["mark"].lower()
    return _MARKS.get(mark, mark), number


def _thousands_or_decimals(cells: pl.Series, groups: pl.Series | None) -> pl.Series:
    """Cells such as "1.200" where neither the test nor the column writes three decimals."""
    like = cells.str.contains(THOUSANDS_POINT).fill_null(value=False)
    if not like.any():
        return like
    three = cells.str.contains(_THREE_DECIMALS).fill_null(value=False)
    table = pl.DataFrame({"like": like, "three": three}).with_columns(
        group=pl.lit("") if groups is None else groups
    )
    habit = pl.col("three").any() | (pl.col("like").sum() >= _AS_USUAL)
    usual: pl.Series = table.select(habit.over("group").alias("usual"))["usual"]
    return like & ~usual
