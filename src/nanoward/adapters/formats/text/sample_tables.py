"""Samples, contacts and moves: who was sampled when, who met whom, who moved their setting."""

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.text.csv_table import CsvFormat, Draft, Limits, read_csv
from nanoward.adapters.formats.text.own_columns import NO_NAMES, Names
from nanoward.base.tables import ADJUSTMENTS, CONTACTS, MARKERS, SAMPLES
from nanoward.ports.formats import ParsedTable

_SAMPLES = CsvFormat(
    shape=SAMPLES,
    synonyms={
        "sample_id": "sample",
        "specimen": "sample",
        "person": "participant",
        "participant_id": "participant",
        "usubjid": "participant",
        "collection_date": "taken",
        "collected": "taken",
        "date": "taken",
    },
)
_CONTACTS = CsvFormat(
    shape=CONTACTS,
    synonyms={
        "person_a": "a",
        "person_b": "b",
        "relation": "kind",
        "start": "first",
        "end": "last",
    },
    limits={"hours": Limits(low=0)},
)

_ADJUSTMENTS = CsvFormat(
    shape=ADJUSTMENTS,
    synonyms={
        "id": "participant",
        "person": "participant",
        "usubjid": "participant",
        "setting": "value",
        "from": "before",
        "date": "day",
    },
    limits={"value": Limits(low=0), "before": Limits(low=0)},
)

_MARKERS = CsvFormat(
    shape=MARKERS,
    limits={
        "n_markers_detected": Limits(low=0),
        "n_markers_total": Limits(low=1),
        "mean_marker_depth": Limits(low=0),
    },
    strict=frozenset({"n_markers_detected", "n_markers_total", "mean_marker_depth"}),
)


def read_markers(path: str, content: bytes, names: Names = NO_NAMES) -> ParsedTable:
    """data/markers.csv: one row per sample and strain of a product."""
    return read_csv(_MARKERS, path, content, _refine_markers, names=names)


def _refine_markers(draft: Draft) -> None:
    frame = draft.frame
    draft.refuse(
        frame["n_markers_detected"] > frame["n_markers_total"],
        problems.CONTRADICTION,
        "more markers of {} were seen than it has",
        column="strain",
    )


def read_samples(path: str, content: bytes, names: Names = NO_NAMES) -> ParsedTable:
    """data/samples.csv: one row per specimen."""
    return read_csv(_SAMPLES, path, content, names=names)


def read_contacts(path: str, content: bytes, names: Names = NO_NAMES) -> ParsedTable:
    """data/contacts.csv: one row per pair of people and kind of contact."""
    return read_csv(_CONTACTS, path, content, _refine_contacts, names=names)


def read_adjustments(path: str, content: bytes, names: Names = NO_NAMES) -> ParsedTable:
    """data/adjustments.csv: one row per setting that somebody moved alone, or preferred."""
    return read_csv(_ADJUSTMENTS, path, content, names=names)


def _refine_contacts(draft: Draft) -> None:
    frame = draft.frame
    draft.refuse(
        frame["a"] == frame["b"], problems.CONTRADICTION, "{} meets themselves", column="a"
    )
    if {"first", "last"} <= set(frame.columns):
        backwards: pl.Series = frame["last"] < frame["first"]
        draft.refuse(
            backwards,
            problems.CONTRADICTION,
            "the contact ends before it begins",
            column="last",
        )
