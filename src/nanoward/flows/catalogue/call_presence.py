"""Marker tables of a consortium: which strain is in which sample, at a false-call rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.errors import InputError, NotInDataError
from nanoward.catalogue.identity.strain_presence import (
    COMPANY,
    MarkerCounts,
    SplitHalfCalls,
    halved_calls,
    matched_calls,
    presence_p_values,
    presence_scores,
)

FOUND, TOTAL, DEPTH = "n_markers_detected", "n_markers_total", "mean_marker_depth"
Named = tuple[str, bytes]


class NoMarkerTableError(InputError):
    """A file is no table of markers, samples or people."""

    code = "CAT-013"
    next_step = "See `nanoward catalogue presence --help` for the columns that are read."


class NoControlError(NotInDataError):
    """Nobody in the table is without the product: no false-call rate can be told."""

    code = "CAT-014"
    next_step = "Add samples of people who never had the product, or from before their dose."


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceTables:
    """CSV files: markers (a row per sample and strain), samples, people, known spike-ins.

    theirs  (column, value) of markers by which another method called a strain
    """

    markers: Named
    samples: Named
    people: Named
    spikes: Named | None = None
    theirs: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceReport:
    """A row per sample and strain, a row per dose of spike-ins, and figures."""

    rows: pl.DataFrame
    spikes: pl.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)


def call_presence(asked: PresenceTables, level: float) -> PresenceReport:
    """Presence at a nominal false-call rate; each person's null leaves that person out.

    Controls are samples of people who never had the product, and of the others up to the day
    of the first dose.
    """
    table = _joined(asked)
    never = table["received_product"].to_numpy() == 0
    control = never | (table["day_relative_to_first_dose"].to_numpy() <= 0)
    if not control.any():
        raise NoControlError("every sample was taken after a dose", file=asked.samples[0])
    who = table["person"].to_list()
    counts = _counts(table, "sample")
    scores = presence_scores(counts)
    p_values = presence_p_values(scores, who, control)
    called = p_values <= level
    rows = table.select("sample", "person", "strain").with_columns(
        never_dosed=pl.Series(never),
        control=pl.Series(control),
        score=pl.Series(scores),
        p_value=pl.Series(p_values),
        present=pl.Series(called),
    )
    facts = _facts(called, never, control)
    if asked.theirs is not None:
        column, value = asked.theirs
        _need(table, (column,), asked.markers[0])
        theirs = (table[column].cast(pl.String) == value).to_numpy()
        matched = matched_calls(counts, who, control, theirs)
        rows = rows.with_columns(present_matched=pl.Series(matched.called))
        facts |= {
            "their calls after a dose": int(theirs[~control].sum()),
            "their false-call rate in never-dosed people": _share(theirs[never]),
            "calls after a dose at their sensitivity": int(matched.called[~control].sum()),
            "false-call rate in never-dosed people at their sensitivity": _share(
                matched.called[never]
            ),
            "false-call rate before a dose at their sensitivity": _share(
                matched.called[control & ~never]
            ),
        }
        if len({one for one, has in zip(who, never, strict=True) if has}) > 1:
            for name, asked_level in (("their sensitivity", None), ("a level of 1 %", 0.01)):
                halves = halved_calls(counts, who, (never, control), theirs, asked_level)
                facts |= _halved(halves, name)
    limit = float(np.quantile(scores[control], 1 - level))
    return PresenceReport(rows=rows, spikes=_spikes(asked.spikes, limit), facts=facts)


def _facts(called: np.ndarray, never: np.ndarray, control: np.ndarray) -> dict[str, Any]:
    return {
        "strain-samples": len(called),
        "of never-dosed people": int(never.sum()),
        "present after a dose": int(called[~control].sum()),
        "false-call rate in never-dosed people": _share(called[never]),
        "false-call rate before a dose": _share(called[control & ~never]),
    }


def _halved(halves: Sequence[SplitHalfCalls], name: str) -> dict[str, Any]:
    """What a weight and threshold of one half of the people do in the other half."""
    false = [one.false for one in halves]
    calls = sum(one.called for one in halves) / max(1, sum(one.theirs for one in halves))
    built_in = [one.weight == COMPANY for one in halves]
    return {
        f"{name} from half: ways to halve the people": len(halves),
        f"{name} from half: false calls in the other half": float(np.mean(false)),
        f"{name} from half: largest share of false calls": max(false),
        f"{name} from half: calls after a dose, of theirs": calls,
        f"{name} from half: share that chose the built-in weight": float(np.mean(built_in)),
    }


def _share(called: np.ndarray) -> float | None:
    return float(called.mean()) if len(called) else None


def _joined(asked: PresenceTables) -> pl.DataFrame:
    markers = _read(asked.markers, ("sample", "strain", FOUND, TOTAL, DEPTH))
    samples = _read(asked.samples, ("sample", "person", "day_relative_to_first_dose"))
    people = _read(asked.people, ("person", "received_product"))
    joined = markers.join(
        samples.select("sample", "person", "day_relative_to_first_dose"), on="sample"
    ).join(people.select("person", "received_product"), on="person")
    if joined.height < markers.height:
        raise NoMarkerTableError(
            f"{markers.height - joined.height} rows of markers are of samples or people that "
            "stand in no table",
            file=asked.markers[0],
        )
    return joined.with_columns(pl.col("person", "sample", "strain").cast(pl.String))


def _spikes(spikes: Named | None, limit: float) -> pl.DataFrame:
    """Strains found at each percentage that was spiked in."""
    if spikes is None:
        return pl.DataFrame()
    table = _read(spikes, ("library", "true_spike_percent", FOUND, TOTAL, DEPTH))
    seen = presence_scores(_counts(table, "library")) > limit
    return (
        table.with_columns(seen=pl.Series(seen))
        .group_by("true_spike_percent")
        .agg(found=pl.col("seen").sum(), strains=pl.len())
        .sort("true_spike_percent")
    )


def _counts(table: pl.DataFrame, sample: str) -> MarkerCounts:
    return MarkerCounts(
        samples=table[sample].cast(pl.String).to_list(),
        found=table[FOUND].to_numpy().astype(float),
        total=table[TOTAL].to_numpy().astype(float),
        depth=table[DEPTH].to_numpy().astype(float),
    )


def _read(named: Named, columns: tuple[str, ...]) -> pl.DataFrame:
    path, content = named
    try:
        table = pl.read_csv(BytesIO(content), infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise NoMarkerTableError(f"it is no CSV table ({fault})", file=path) from fault
    _need(table, columns, path)
    numbers = [one for one in columns if one.startswith(("n_", "mean_", "day_", "received"))]
    wrong = [
        one for one in numbers if not table[one].dtype.is_numeric() or table[one].null_count()
    ]
    if wrong:
        raise NoMarkerTableError(f"{wrong[0]} holds what is no number", file=path)
    return table


def _need(table: pl.DataFrame, columns: tuple[str, ...], path: str) -> None:
    lacking = [one for one in columns if one not in table.columns]
    if lacking:
        raise NoMarkerTableError(f"the column {lacking[0]!r} is not there", file=path)
