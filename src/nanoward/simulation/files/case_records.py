"""Pregnancies with a planted term, exposed people, urgent events and a council on the ledger.

The sound part is told by nothing: every contact made, every report in time. Each planted matter
is one that the round must tell, with the code that tells it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path

from nanoward.base.entries import Entry
from nanoward.base.entries.council import ActionAgreed, PackMade
from nanoward.base.entries.pregnancies import (
    ExposureOpened,
    PregnancyConsentAsked,
    PregnancyConsentSigned,
    PregnancyContactMade,
    PregnancyDated,
    PregnancyEnded,
    PregnancyReported,
)
from nanoward.base.entries.urgent import EventAssessed, EventKnown
from nanoward.programme.pregnancies.term_model import BIRTH, INDUCED, ONGOING
from nanoward.simulation.study import Study
from nanoward.simulation.worlds.pregnancy_worlds import (
    PregnancyWorld,
    SimulatedPregnancy,
    simulated_pregnancies,
)
from nanoward.wiring import open_ports

BY, TERM_D, SPREAD_D, PREGNANCIES = "simulate", 210.0, 14.0, 60
HEADER = ("kind", "code", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFault:
    """One planted matter: what it is, the code that tells it, and the case that it concerns."""

    kind: str
    code: str
    subject: str


def simulate_cases(study: Study, folder: Path) -> tuple[CaseFault, ...]:
    """Write the entries of a programme that was just written.

    returns  the planted matters; in truth/case_faults.csv too, the term in truth/term.csv
    """
    day = study.as_of
    world = PregnancyWorld(
        seed=study.seed, pregnancies=PREGNANCIES, mean_d=TERM_D, sd_d=SPREAD_D
    )
    entries: list[Entry] = []
    for number, one in enumerate(simulated_pregnancies(world)):
        entries += _pregnancy(one, f"p-sim{number:03d}", f"Q{number:03d}", day)
    faults = _faults() if study.faults else ()
    entries += _planted(day) if study.faults else []
    with open_ports(str(folder), quiet=True) as ports:
        moment = datetime.combine(day, time(5), UTC)
        ports.ledger.append(entries, actor=BY, at=moment)
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADER)
    rows.writerows((one.kind, one.code, one.subject) for one in faults)
    (folder / "truth").mkdir(exist_ok=True)
    (folder / "truth" / "case_faults.csv").write_text(text.getvalue(), encoding="utf-8")
    term = f"mean_d,sd_d\n{TERM_D:g},{SPREAD_D:g}\n"
    (folder / "truth" / "term.csv").write_text(term, encoding="utf-8")
    return faults


def _pregnancy(one: SimulatedPregnancy, case: str, who: str, day: date) -> Iterator[Entry]:
    """A partner's pregnancy by her own consent, followed to the day or ended before."""
    record = one.record
    back = record.low if record.cause == ONGOING else record.low + 10
    first = day - timedelta(days=back)
    reported = first + timedelta(days=record.entry)
    at = datetime.combine(reported, time(9), UTC)
    yield PregnancyConsentAsked(case=case, relation="partner", asked=reported, by=BY)
    yield PregnancyConsentSigned(case=case, participant=who, consent_sha256="0" * 64,
                                 signed=reported, by=BY)  # fmt: skip
    yield PregnancyReported(case=case, participant=who, relation="partner", source="word",
                            prospective=True, reported=reported, at=at, by=BY)  # fmt: skip
    yield PregnancyDated(case=case, participant=who, earliest=first,
                         latest=first + timedelta(days=record.width - 1),
                         evidence="simulated", assumes_growth=False, by=BY)  # fmt: skip
    if record.cause == ONGOING:
        yield PregnancyContactMade(case=case, participant=who, day=day, reached=True,
                                   is_pregnant=True, fetuses=1, by=BY)  # fmt: skip
        return
    outcome = {BIRTH: "live birth", INDUCED: "induced"}.get(record.cause, "spontaneous loss")
    ended = first + timedelta(days=record.low)
    yield PregnancyEnded(case=case, participant=who, fetus=1, outcome=outcome, first=ended,
                         last=ended, anomaly="none",
                         infant=f"K{who}" if record.cause == BIRTH else "", by=BY)  # fmt: skip


def _faults() -> tuple[CaseFault, ...]:
    return (
        CaseFault(kind="a contact is overdue", code="PRG-161", subject="p-late"),
        CaseFault(kind="a pregnancy is not dated", code="PRG-162", subject="p-undated"),
        CaseFault(kind="a pregnancy goes on beyond the term", code="PRG-163", subject="p-long"),
        CaseFault(kind="an exposed person was not told", code="PRG-166", subject="x-untold"),
        CaseFault(kind="an action is overdue", code="PRG-168", subject="a-late"),
        CaseFault(kind="an urgent report is overdue", code="PRG-175", subject="e-late"),
    )


def _planted(day: date) -> list[Entry]:
    entries: list[Entry] = []
    for case, who, asked in (("p-late", "R1", 60), ("p-undated", "R2", 0), ("p-long", "R3", 0)):
        begun = day - timedelta(days=120 if case != "p-long" else 330)
        entries += _open_case(case, who, begun, day - timedelta(days=asked))
    known = datetime.combine(day - timedelta(days=30), time(9), UTC)
    pack = "k-sim"
    entries += [
        ExposureOpened(case="x-untold", participant="R4", relation="household", source="word",
                       evidence="", opened=day - timedelta(days=5), by=BY),
        EventKnown(event="e-late", participant="R5", kind="adverse event", term="Uveitis",
                   known=known, source="word", by=BY),
        EventAssessed(event="e-late", participant="R5", role="investigator",
                      causality="related", criteria=("disability",), severity="severe",
                      known=known, by=BY),
        PackMade(pack=pack, as_of=day, head_size=1, head_sha256="0" * 64,
                 plan_sha256="0" * 64, open_sha256="0" * 64, closed_sha256="0" * 64, sealed=(),
                 closes=known, by=BY),
        ActionAgreed(action="a-late", pack=pack, what="book visits", who="ward",
                     due=day - timedelta(days=3), query="event e-late reported", at=known,
                     by=BY),
    ]  # fmt: skip
    return entries


def _open_case(case: str, who: str, begun: date, asked: date) -> Iterator[Entry]:
    """A partner's case that goes on; dated, but for the one that is not."""
    reported = begun + timedelta(days=30)
    at = datetime.combine(reported, time(9), UTC)
    yield PregnancyConsentAsked(case=case, relation="partner", asked=reported, by=BY)
    yield PregnancyConsentSigned(case=case, participant=who, consent_sha256="0" * 64,
                                 signed=reported, by=BY)  # fmt: skip
    yield PregnancyReported(case=case, participant=who, relation="partner", source="word",
                            prospective=True, reported=reported, at=at, by=BY)  # fmt: skip
    if case != "p-undated":
        yield PregnancyDated(case=case, participant=who, earliest=begun,
                             latest=begun + timedelta(days=6), evidence="simulated",
                             assumes_growth=False, by=BY)  # fmt: skip
    yield PregnancyContactMade(case=case, participant=who, day=asked, reached=True,
                               is_pregnant=True, fetuses=1, by=BY)  # fmt: skip
