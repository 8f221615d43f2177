"""What cases show together: records for the estimators, counts, cumulative incidences.

Prospective and retrospective cases are never one table: who reports afterwards reports bad
outcomes. Early risk sets of fewer than ten are postponed (Rousson 2018); both others beside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from jaxtyping import Float, Int

from nanoward.maths.statistics.cumulative_incidence import (
    CumulativeIncidence,
    cumulative_incidence,
    postponed,
    without_early,
)
from nanoward.programme.pregnancies.cases import LIVE_BIRTH, PregnancyCase
from nanoward.programme.pregnancies.term_model import (
    BIRTH,
    INDUCED,
    LOSS,
    ONGOING,
    GestationRecord,
)

CAUSES = ("birth", "loss", "induced")
_LOSSES = frozenset({"spontaneous loss", "stillbirth", "ectopic", "molar"})
OPEN_LEAST = 5  # smaller cells are for the closed part alone
HIDDEN = f"under {OPEN_LEAST}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidenceRow:
    """Cumulative incidence of one way of ending.

    share     with early events postponed; low, high: 95 % limits
    naive     nothing postponed; ignored: early events left out; crude: share of all seen
    at_risk   people at risk at the first moment that counts
    """

    cause: str
    events: int
    share: float
    low: float
    high: float
    naive: float
    ignored: float
    crude: float
    at_risk: int


def gestation_record(known: PregnancyCase, today: date) -> GestationRecord | None:
    """A case as the estimator of a term takes it; None where it cannot tell anything.

    Only prospective cases with a conception interval that no growth was assumed for.
    """
    span = known.conception
    if not known.prospective or span is None or span.assumes_growth:
        return None
    entry = (known.reported - span.earliest).days
    end = _end(known)
    if end is None or end[0] == ONGOING:
        last = known.last_pregnant or known.reported
        low = max((min(last, today) - span.earliest).days, entry)
        cause, high = ONGOING, low + 1
    else:
        cause = end[0]
        low = max((end[1] - span.earliest).days, entry)
        high = max((end[2] - span.earliest).days + 1, low + 1)
    if entry < 0:
        return None
    return GestationRecord(width=span.days, entry=entry, cause=cause, low=low, high=high)


def _end(known: PregnancyCase) -> tuple[int, date, date] | None:
    """The pregnancy's own end: its first birth, else its last other end; None: it goes on."""
    ends = sorted(known.ends.values(), key=lambda one: one.first)
    for one in ends:
        if one.outcome == LIVE_BIRTH:
            return BIRTH, one.first, one.last
    if known.ended is None:
        return None
    last = ends[-1]
    if last.outcome in _LOSSES:
        return LOSS, last.first, last.last
    return (INDUCED if last.outcome == "induced" else ONGOING), last.first, last.last


def incidence_rows(cases: Iterable[PregnancyCase], today: date) -> tuple[IncidenceRow, ...]:
    """Cumulative incidences in weeks from the middle of conception, prospective cases alone."""
    records = [one for one in (gestation_record(each, today) for each in cases) if one]
    if not records:
        return ()
    middle = np.array([(one.width - 1) / 2 for one in records])
    entry = np.array([float(one.entry) for one in records]) - middle
    low, high = (
        np.array([float(getattr(one, at)) for one in records]) for at in ("low", "high")
    )
    cause = np.array([one.cause for one in records])
    exit_ = np.where(cause == ONGOING, low, (low + high) / 2) - middle
    return rows_of(np.floor(entry / 7), np.ceil(exit_ / 7), cause)


def rows_of(
    entry: Float[np.ndarray, " P"], exit_: Float[np.ndarray, " P"], cause: Int[np.ndarray, " P"]
) -> tuple[IncidenceRow, ...]:
    """A row for each of CAUSES; postponed, as they stand, and early ones left out."""
    causes = len(CAUSES)
    whole = cumulative_incidence(entry, exit_, cause, causes)
    moved = cumulative_incidence(entry, postponed(entry, exit_, cause), cause, causes)
    less = cumulative_incidence(entry, exit_, without_early(entry, exit_, cause), causes)
    return tuple(
        _row(name, place, (whole, moved, less), cause) for place, name in enumerate(CAUSES)
    )


def _row(
    name: str,
    place: int,
    found: Sequence[CumulativeIncidence],
    cause: Int[np.ndarray, " P"],
) -> IncidenceRow:
    whole, moved, less = found
    low, high = moved.limits(place)
    return IncidenceRow(
        cause=name,
        events=int((cause == place + 1).sum()),
        share=moved.last(place),
        low=low,
        high=high,
        naive=whole.last(place),
        ignored=less.last(place),
        crude=float((cause == place + 1).mean()),
        at_risk=int(moved.at_risk[0]) if moved.times.size else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryCount:
    """How many cases of a relation and kind of report have an outcome; text where few."""

    reports: str  # prospective, retrospective
    relation: str
    outcome: str
    count: int

    def shown(self, *, closed: bool) -> str:
        """The count as it may be shown: small ones in the closed part alone."""
        return str(self.count) if closed or self.count >= OPEN_LEAST else HIDDEN


def registry_counts(cases: Iterable[PregnancyCase]) -> tuple[RegistryCount, ...]:
    """One row per kind of report, relation and outcome; a twin counts twice as an outcome."""
    counts: dict[tuple[str, str, str], int] = {}
    for known in cases:
        reports = "prospective" if known.prospective else "retrospective"
        outcomes = [one.outcome for one in known.ends.values()]
        outcomes += ["ongoing"] * (known.fetuses - len(outcomes))
        for outcome in outcomes:
            key = (reports, known.relation, outcome)
            counts[key] = counts.get(key, 0) + 1
    return tuple(
        RegistryCount(reports=a, relation=b, outcome=c, count=n)
        for (a, b, c), n in sorted(counts.items())
    )
