"""Everything that tuning says about one person, as plain rows that can be kept and sent."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from math import isfinite
from typing import Any

import polars as pl

from nanoward.base.tables import (
    BANDS,
    COVARIANCES,
    FITS,
    FRONTIER,
    OBSERVED,
    OUTLOOK,
    RECOMMENDATIONS,
    TableShape,
)
from nanoward.tuning.plan_section import Question

Row = dict[str, Any]
VERSION = "10"  # changes whenever an answer may change
_TYPES: Mapping[str, Any] = {
    "text": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "date": pl.Date,
    "list": pl.List(pl.String),
}


@dataclass(frozen=True, kw_only=True)
class SubjectResult:
    """Rows of base/tables.py about one person.

    recommendation  None where no target was asked for
    doubts          why this person's fit must not be used; "" when it may
    ambiguity       why the most likely values are not the only ones to believe in
    """

    participant: str
    fits: tuple[Row, ...] = ()
    covariances: tuple[Row, ...] = ()
    bands: tuple[Row, ...] = ()
    observed: tuple[Row, ...] = ()
    frontier: tuple[Row, ...] = ()
    outlook: tuple[Row, ...] = ()
    recommendation: Row | None = None
    doubts: str = ""
    ambiguity: str = ""

    def __post_init__(self) -> None:
        """A number that is none is a null in every row: it can be neither kept nor sent."""
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, tuple):
                object.__setattr__(self, one.name, tuple(_finite(row) for row in value))
            elif isinstance(value, dict):
                object.__setattr__(self, one.name, _finite(value))

    @classmethod
    def of_kept(cls, values: Mapping[str, Any]) -> "SubjectResult":
        """A result that was kept: its numbers were looked at when it was made."""
        found = object.__new__(cls)
        for name in RESULT_FIELDS:
            value = values[name]
            object.__setattr__(found, name, tuple(value) if isinstance(value, list) else value)
        return found


RESULT_FIELDS = tuple(one.name for one in fields(SubjectResult))


def _finite(row: Row) -> Row:
    broken = [key for key, at in row.items() if isinstance(at, float) and not isfinite(at)]
    return {**row, **dict.fromkeys(broken)} if broken else row


def question_table(question: Question) -> dict[str, Any]:
    """All that is asked, as plain values; the model as it was written."""
    return {**asdict(question), "model": question.model.table}


def question_sha256(question: Question) -> str:
    """Name of all that a person's answer depends on, beside the person and the seed."""
    text = json.dumps([VERSION, question_table(question)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def table(shape: TableShape, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as a table of this shape; NaN becomes null, for it means "not known"."""
    schema = {column.name: _TYPES[column.kind] for column in shape.columns}
    found = pl.DataFrame(list(rows), schema=schema, orient="row")
    return found.with_columns(pl.col(pl.Float64).fill_nan(None))


def tables(answers: Sequence[SubjectResult]) -> dict[str, pl.DataFrame]:
    """All tables of people, from fits to recommendations, sorted by their keys."""
    rows = {
        FITS: [row for one in answers for row in one.fits],
        COVARIANCES: [row for one in answers for row in one.covariances],
        BANDS: [row for one in answers for row in one.bands],
        OBSERVED: [row for one in answers for row in one.observed],
        FRONTIER: [row for one in answers for row in one.frontier],
        OUTLOOK: [row for one in answers for row in one.outlook],
        RECOMMENDATIONS: [one.recommendation for one in answers if one.recommendation],
    }
    return {shape.name: table(shape, some).sort(shape.key) for shape, some in rows.items()}


def coverage(observed: pl.DataFrame) -> tuple[int, int]:
    """How many observations were held back and predicted, and how many lay in their band."""
    tested = observed.filter(pl.col("held_back") & pl.col("low").is_not_null())
    within = tested.filter(pl.col("value").is_between("low", "high"))
    return tested.height, within.height
