"""Marker tables of a consortium: which strain is in which sample, at a false-call rate."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl
from scipy.special import betaincinv

from nanoward.base.errors import InputError, NotInDataError
from nanoward.base.findings import Finding
from nanoward.catalogue.identity.strain_presence import (
    COMPANY,
    MarkerCounts,
    SplitHalfCalls,
    halved_calls,
    halves_of,
    matched_calls,
    p_values_against,
    presence_p_values,
    presence_scores,
    usual_company,
)
from nanoward.ports.progress import Progress, Step

FOUND, TOTAL, DEPTH = "n_markers_detected", "n_markers_total", "mean_marker_depth"
LIBRARY = pl.format("{} {}", pl.col("sample"), pl.col("library")).alias("library")
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
    findings: tuple[Finding, ...] = ()


def call_presence(
    asked: PresenceTables, level: float, progress: Progress | None = None
) -> PresenceReport:
    """Presence at a nominal false-call rate; each person's null leaves that person out.

    Controls are samples of people who never had the product, and of the others up to the day
    of the first dose. Rows that are told twice, or of a sample or person in no table, are told.
    """
    table, findings = _joined(asked)
    never = table["received_product"].to_numpy() == 0
    control = never | (table["day_relative_to_first_dose"].to_numpy() <= 0)
    if not control.any():
        raise NoControlError("every sample was taken after a dose", file=asked.samples[0])
    who = table["person"].to_list()
    counts = _counts(table.with_columns(LIBRARY), "library")
    usual = usual_company(counts, control)
    scores = presence_scores(counts, usual=usual)
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
        kinds = (who, never, control)
        added, matched = _beside_theirs(asked, table, counts, kinds, progress)
        rows, facts = rows.with_columns(present_matched=pl.Series(matched)), facts | added
    null = scores[control], np.asarray(who)[control]
    spikes = _spikes(asked.spikes, null, level, usual)
    return PresenceReport(rows=rows, spikes=spikes, facts=facts, findings=findings)


def _beside_theirs(
    asked: PresenceTables,
    table: pl.DataFrame,
    counts: MarkerCounts,
    kinds: tuple[list[str], np.ndarray, np.ndarray],
    progress: Progress | None,
) -> tuple[dict[str, Any], np.ndarray]:
    """Figures beside another method's calls, and the rows called at its sensitivity.

    kinds  person, never dosed and control of each row
    """
    who, never, control = kinds
    column, value = asked.theirs or ("", "")
    _need(table, (column,), asked.markers[0])
    theirs = (table[column].cast(pl.String) == value).to_numpy()
    matched = matched_calls(counts, who, control, theirs)
    facts: dict[str, Any] = {
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
    without = sorted({one for one, has in zip(who, never, strict=True) if has})
    if len(without) > 1:
        show = progress or _silent
        for name, wanted in (("their sensitivity", None), ("a level of 1 %", 0.01)):
            with show("halving people without the product", len(halves_of(without))) as step:
                halves = halved_calls(counts, who, (never, control), theirs, wanted, step)
            facts |= _halved(halves, name)
    return facts, matched.called


@contextmanager
def _silent(_label: str, _total: int) -> Iterator[Step]:
    yield lambda _done: None


def _facts(called: np.ndarray, never: np.ndarray, control: np.ndarray) -> dict[str, Any]:
    return {
        "strain-samples": len(called),
        "of never-dosed people": int(never.sum()),
        "present after a dose": int(called[~control].sum()),
        "false-call rate in never-dosed people": _share(called[never]),
        "its 95 % limits (exact)": _limits(called[never]),
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


def _limits(called: np.ndarray) -> str | None:
    """Clopper & Pearson 1934; rows of one person may be alike, which widens them further."""
    if not len(called):
        return None
    hits, count = int(called.sum()), len(called)
    low = float(betaincinv(hits, count - hits + 1, 0.025)) if hits else 0.0
    high = float(betaincinv(hits + 1, count - hits, 0.975)) if hits < count else 1.0
    return f"{low:.4g} to {high:.4g}"


def _joined(asked: PresenceTables) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    markers = _read(asked.markers, ("sample", "strain", FOUND, TOTAL, DEPTH))
    samples = _read(asked.samples, ("sample", "person", "day_relative_to_first_dose"))
    people = _read(asked.people, ("person", "received_product"))
    findings = list[Finding]()
    markers = _once(markers, ("sample", "strain"), asked.markers[0], findings)
    samples = _once(samples, ("sample",), asked.samples[0], findings)
    people = _once(people, ("person",), asked.people[0], findings)
    owned = samples.select("sample", "person", "day_relative_to_first_dose").join(
        people.select("person", "received_product"), on="person", how="left"
    )
    joined = markers.join(owned, on="sample", how="left")
    known = joined.filter(pl.col("received_product").is_not_null())
    if not known.height:
        raise NoMarkerTableError(
            "no row of markers is of a sample and a person of the other two tables",
            file=asked.markers[0],
        )
    lost = joined.filter(pl.col("received_product").is_null())
    findings += [
        _left_out(name, "BND-013", f"{reason}, so that its {count} rows are left out", asked)
        for name, reason, count in _of_nobody(lost)
    ]
    return known, tuple(findings)


def _of_nobody(lost: pl.DataFrame) -> list[tuple[str, str, int]]:
    """Sample, why it is nobody's, and its rows."""
    return [
        (name, "has no row in the table of samples" if who is None
         else f"is of {who}, who has no row in the table of people", count)
        for name, who, count in lost.group_by("sample", "person").len().sort("sample").rows()
    ]  # fmt: skip


def _left_out(name: str, code: str, message: str, asked: PresenceTables) -> Finding:
    return Finding(
        code=code,
        severity="error",
        message=f"sample {name} {message}",
        next_step="Add the row, or correct the name",
        file=asked.markers[0],
        subject=name,
    )


def _once(
    table: pl.DataFrame, key: tuple[str, ...], path: str, findings: list[Finding]
) -> pl.DataFrame:
    """Rows with a key of their own: one of those that are there twice alike.

    Of rows that contradict each other none is used, but in the table of markers all: a sample
    that was sequenced twice is two libraries, the k-th row of each strain the k-th library.
    """
    names = [one for one in ("sample", "person", "strain") if one in table.columns]
    distinct = table.unique(maintain_order=True).with_columns(pl.col(names).cast(pl.String))
    if distinct.height < table.height:
        count = table.height - distinct.height
        findings.append(
            _of_table("BND-014", f"{count} rows are there twice and count once", path)
        )
    apart = distinct.filter(pl.struct(key).is_duplicated())
    several = apart.select(key[0]).unique().to_series().sort().to_list()
    if "strain" in key:
        findings += [
            _of_table("BND-015", f"sample {one} has several rows of a strain, each judged as a "
                      "library of its own", path, one)
            for one in several
        ]  # fmt: skip
        return distinct.with_columns(library=pl.int_range(pl.len()).over(key))
    findings += [
        _of_table("BND-016", f"{key[0]} {one} has contradicting rows, none of which is used",
                  path, one)
        for one in several
    ]  # fmt: skip
    return distinct.filter(~pl.struct(key).is_duplicated())


def _of_table(code: str, message: str, path: str, subject: str = "") -> Finding:
    return Finding(
        code=code,
        severity="warning" if code != "BND-016" else "error",
        message=message,
        next_step="Keep the one that is right, or name each apart",
        file=path,
        subject=subject,
    )


def _spikes(
    spikes: Named | None, null: tuple[np.ndarray, np.ndarray], level: float, usual: float
) -> pl.DataFrame:
    """Strains found at each percentage that was spiked in."""
    if spikes is None:
        return pl.DataFrame()
    table = _read(spikes, ("library", "true_spike_percent", FOUND, TOTAL, DEPTH))
    scores = presence_scores(_counts(table, "library"), usual=usual)
    seen = p_values_against(scores, *null) <= level
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
