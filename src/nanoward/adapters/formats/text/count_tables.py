"""Counts of streams: a row per stream and day or week, and of how many people or samples."""

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Problem
from nanoward.adapters.formats.text.csv_table import CsvFormat, Draft, Limits, read_csv
from nanoward.base.tables import COUNTS
from nanoward.ports.formats import ParsedTable

NO_EXPOSURE = Problem(
    code="FMT-130",
    severity="warning",
    next_step="Add a column exposure or population; a rise of people or tests looks like one",
)
SOME_EXPOSURE = Problem(
    code="FMT-131", severity="error", next_step="Give the exposure; the row is not used"
)
_FORM = CsvFormat(
    shape=COUNTS,
    synonyms={
        "series": "stream",
        "site": "stream",
        "plant": "stream",
        "ward": "stream",
        "date": "day",
        "week": "day",
        "week_start": "day",
        "cases": "count",
        "n": "count",
        "events": "count",
        "population": "exposure",
        "tested": "exposure",
        "samples": "exposure",
        "denominator": "exposure",
    },
    limits={"count": Limits(low=0), "exposure": Limits(low=0)},
    strict=frozenset({"exposure"}),
)


def read_counts(path: str, content: bytes) -> ParsedTable:
    """data/counts/*.csv: one row per stream and day or week."""
    return read_csv(_FORM, path, content, _refine)


def _refine(draft: Draft) -> None:
    frame = draft.frame
    if "exposure" not in frame.columns or frame["exposure"].is_null().all():
        first = pl.Series([True] + [False] * (frame.height - 1), dtype=pl.Boolean)
        draft.together(
            first, NO_EXPOSURE, "states no population: counts are judged as they are"
        )
        return
    draft.refuse(frame["exposure"].is_null(), SOME_EXPOSURE, "a count without its population")
    draft.refuse(
        frame["exposure"] == 0, problems.BAD_VALUE, "of nobody: no rate can be told",
        column="exposure",
    )  # fmt: skip
