"""What all pregnancies show together, for the council and the registry; small cells apart."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from nanoward.base.entries.pregnancies import TermEstimated
from nanoward.base.errors import InputError
from nanoward.flows.pregnancies.check_pregnancies import (
    case_row,
    pregnancies_known,
    term_words,
)
from nanoward.flows.pregnancies.code_anomalies import items_now
from nanoward.flows.pregnancies.keep_pregnancies import register_now
from nanoward.ports.ports import FilePorts, Ports
from nanoward.programme.pregnancies.anomalies import NO_ANOMALY
from nanoward.programme.pregnancies.cases import PregnancyCase
from nanoward.programme.pregnancies.follow_up import infant_rows
from nanoward.programme.pregnancies.registry import (
    HIDDEN,
    OPEN_LEAST,
    incidence_rows,
    registry_counts,
    rows_of,
)

WEEKS = ("entry_week", "exit_week", "cause")


class BadPregnanciesFileError(InputError):
    """A table of pregnancies holds what none can be."""

    code = "PRG-153"
    next_step = (
        "Give entry_week, exit_week and cause: 0 goes on, 1 induced, 2 live birth, 3 loss."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnancyReport:
    """Counts, incidences, cases and the learnt term as of a day.

    hidden       rows whose count is for the closed part alone
    anomalies    final codes of two blinded readers, each with how many children or fetuses
    infants      each child with the contacts that were made and those that were missed
    pregnancies  (days least, days most, kind) of each dated case, for the picture
    """

    as_of: date
    counts: tuple[Mapping[str, Any], ...]
    incidences: tuple[Mapping[str, Any], ...]
    cases: tuple[Mapping[str, Any], ...]
    anomalies: tuple[Mapping[str, Any], ...]
    infants: tuple[Mapping[str, Any], ...]
    refused: int
    lost: int
    estimate: TermEstimated | None
    words: str
    pregnancies: tuple[tuple[float, float, str], ...]


def report_pregnancies(ports: Ports, day: date, *, closed: bool = False) -> PregnancyReport:
    """The registry's report. closed: for people who may see small cells and single cases."""
    register = register_now(ports)
    known = pregnancies_known(register, day)
    cases = tuple(register.cases.values())
    counts = registry_counts(cases)
    incidences = [asdict(one) for one in incidence_rows(cases, day)]
    if not closed:
        incidences = [one for one in incidences if one["events"] >= OPEN_LEAST]
    return PregnancyReport(
        as_of=day,
        counts=tuple({**asdict(one), "count": one.shown(closed=closed)} for one in counts),
        incidences=tuple(incidences),
        cases=tuple(case_row(one, known.term, day) for one in cases) if closed else (),
        anomalies=_anomalies(ports, closed=closed),
        infants=tuple(row for one in cases for row in infant_rows(one, day)) if closed else (),
        refused=len(register.refused),
        lost=sum(one.outcome == "lost" for case in cases for one in case.ends.values()),
        estimate=known.estimate,
        words=term_words(known.estimate),
        pregnancies=tuple(row for one in cases if (row := _picture_row(one, day)) is not None),
    )


def _anomalies(ports: Ports, *, closed: bool) -> tuple[Mapping[str, Any], ...]:
    """Final codes with their counts; small ones for the closed part alone."""
    counts = Counter(
        code for one in items_now(ports).values() for code in one.codes if code != NO_ANOMALY
    )
    return tuple(
        {"code": code, "count": count if closed or count >= OPEN_LEAST else HIDDEN}
        for code, count in sorted(counts.items())
    )


def _picture_row(known: PregnancyCase, day: date) -> tuple[float, float, str] | None:
    span = known.conception
    if span is None:
        return None
    if known.ended is None:
        last = known.last_pregnant or known.reported
        return float((last - span.latest).days), float((day - span.earliest).days), "ongoing"
    kind = {"live birth": "birth", "induced": "induced"}.get(known.outcome, "loss")
    least, most = (known.ended - span.latest).days, (known.ended - span.earliest).days
    return float(least), float(most), kind


def counted_words(report: PregnancyReport) -> str:
    """A line on what is not shown."""
    hidden = sum(one["count"] == HIDDEN for one in report.counts)
    return (
        f"{report.refused} asked and said no (nothing of them is kept); {report.lost} lost;"
        f" {hidden} counts under {OPEN_LEAST} are for the closed part"
    )


def incidence_of_file(bench: FilePorts, path: str) -> dict[str, list[dict[str, Any]]]:
    """Cumulative incidences by group of a CSV of pregnancies in gestational weeks.

    Columns entry_week, exit_week, cause (0 goes on, 1 induced, 2 live birth, 3 loss), and
    group where there are several.
    """
    del bench
    rows = _rows_of_file(Path(path))
    groups = sorted({row.get("group", "") for row in rows})
    found = {}
    for group in groups:
        own = [row for row in rows if row.get("group", "") == group]
        entry, exit_, cause = _arrays(own, path)
        renumbered = np.select([cause == 2, cause == 3, cause == 1], [1, 2, 3], 0)
        found[group or "all"] = [asdict(one) for one in rows_of(entry, exit_, renumbered)]
    return found


def _rows_of_file(path: Path) -> list[dict[str, str]]:
    import csv

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    missing = [one for one in WEEKS if not rows or one not in rows[0]]
    if missing:
        raise BadPregnanciesFileError(f"no column {', '.join(missing)}", file=path.name)
    return rows


def _arrays(
    rows: Sequence[Mapping[str, str]], file: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    values = []
    for line, row in enumerate(rows, 2):
        try:
            entry, exit_, cause = float(row[WEEKS[0]]), float(row[WEEKS[1]]), int(row[WEEKS[2]])
        except (TypeError, ValueError):
            raise BadPregnanciesFileError("is no number", file=file, line=line) from None
        if not 0 <= entry <= exit_ or not 0 <= cause <= 3:
            told = f"from week {entry:g} to {exit_:g}, cause {cause}"
            raise BadPregnanciesFileError(told, file=file, line=line)
        values.append((entry, exit_, cause))
    table = np.array(values, dtype=float).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2].astype(np.int64)
