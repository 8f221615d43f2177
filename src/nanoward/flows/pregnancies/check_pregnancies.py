"""Pregnancies in the round: cases from positive tests, overdue contacts, the learnt term."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from nanoward.base.canonical import sha256_of
from nanoward.base.entries.pregnancies import PregnancyReported, TermEstimated
from nanoward.base.findings import Finding
from nanoward.base.tables import PREGNANCIES, PREGNANCY_OUTCOMES
from nanoward.clearance.standing.pregnancy_tests import pregnancy_series
from nanoward.clearance.standing.standing_rules import HELD
from nanoward.flows.clearance.read_sdtm import sdtm_domains
from nanoward.flows.pregnancies.code_anomalies import items_now
from nanoward.flows.pregnancies.keep_pregnancies import register_now
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.ports import Ports
from nanoward.programme.pregnancies.anomalies import is_late, undescribed
from nanoward.programme.pregnancies.cases import PARTICIPANT, PregnancyCase, PregnancyRegister
from nanoward.programme.pregnancies.follow_up import (
    DueContact,
    LearntTerm,
    is_beyond_term,
    next_contacts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PregnanciesKnown:
    """The register with what it teaches; estimate is None where there is no case."""

    register: PregnancyRegister
    term: LearntTerm
    estimate: TermEstimated | None


def pregnancies_known(register: PregnancyRegister, day: date) -> PregnanciesKnown:
    """The learnt term of a register as of a day; fitted only where there are births."""
    from nanoward.programme.pregnancies.registry import gestation_record
    from nanoward.programme.pregnancies.term_estimate import estimate_term

    records = [one for case in register.cases.values() if (one := gestation_record(case, day))]
    if not register.cases:
        return PregnanciesKnown(register=register, term=LearntTerm(), estimate=None)
    found = estimate_term(records)
    numbers = (found.mean, found.low, found.high, found.earliest, found.latest)
    mean, low, high, earliest, latest = (one if isfinite(one) else None for one in numbers)
    estimate = TermEstimated(
        as_of=day, pregnancies=found.pregnancies, births=found.births, mean_d=mean, low_d=low,
        high_d=high, earliest_d=earliest, latest_d=latest, why=found.why,
    )  # fmt: skip
    term = LearntTerm(earliest_d=earliest, latest_d=latest)
    return PregnanciesKnown(register=register, term=term, estimate=estimate)


def check_pregnancies(ports: Ports, materials: Materials, day: date) -> Outcome:
    """Tables, findings and entries of pregnancies; nothing where there never was one."""
    register = register_now(ports)
    opened = tuple(opened_by_tests(register, materials, day))
    if not register.cases and not opened and not register.asked:
        return Outcome()
    known = pregnancies_known(register, day)
    estimate = known.estimate
    last = last_estimate(ports)
    is_news = estimate is not None and (
        last is None or (last.births, last.why) != (estimate.births, estimate.why)
    )
    tables = {
        PREGNANCIES.name: frame_of(
            PREGNANCIES, (case_row(one, known.term, day) for one in register.cases.values())
        ),
        PREGNANCY_OUTCOMES.name: frame_of(PREGNANCY_OUTCOMES, _incidences(register, day)),
    }
    return Outcome(
        tables=tables,
        entries=(*opened, *((estimate,) if estimate is not None and is_news else ())),
        findings=(*_findings(known, opened, day), *_coding_findings(ports, register, day)),
        facts={
            "pregnancies": len(register.cases),
            "pregnancies without consent": len(register.refused),
            "term": term_words(estimate),
        },
    )


def term_words(estimate: TermEstimated | None) -> str:
    """The learnt length of gestation in a sentence."""
    if estimate is None:
        return "no pregnancy is known"
    if estimate.mean_d is None or estimate.low_d is None or estimate.high_d is None:
        return f"not yet estimable: {estimate.why}"
    return (
        f"{estimate.mean_d:.0f} days from conception (95 % limits {estimate.low_d:.0f} to"
        f" {estimate.high_d:.0f}) by {estimate.births} births"
    )


def last_estimate(ports: Ports) -> TermEstimated | None:
    """What the last round said of the term; None where none did."""
    found = [
        one for one in ledger_entries(ports, "pregnancies") if isinstance(one, TermEstimated)
    ]
    return found[-1] if found else None


def opened_by_tests(
    register: PregnancyRegister, materials: Materials, day: date
) -> Iterator[PregnancyReported]:
    """A case for each participant whose positive test no case explains."""
    domains = sdtm_domains(materials)
    if "LB" not in domains:
        return
    for who, results in sorted(pregnancy_series({"LB": domains["LB"]}).items()):
        for one in results:
            when = one.day or day
            if one.level < HELD or when > day or _is_explained(register.of(who), when):
                continue
            name = f"p-{sha256_of(f'{who}|{when}'.encode())[:12]}"
            yield PregnancyReported(
                case=name, participant=who, relation=PARTICIPANT, source="test",
                prospective=True, reported=when, at=_moment(day), by="ward round",
            )  # fmt: skip
            break


def _moment(day: date) -> Any:
    from datetime import UTC, datetime, time

    return datetime.combine(day, time(12), UTC)


def _is_explained(cases: Sequence[PregnancyCase], when: date) -> bool:
    """Whether a positive test belongs to a case that is on record."""
    return any(
        one.is_ongoing or one.reported >= when or (one.ended is not None and one.ended >= when)
        for one in cases
    )


def case_row(known: PregnancyCase, term: LearntTerm, day: date) -> dict[str, Any]:
    """A case as a row of PREGNANCIES; nobody is named."""
    span = known.conception
    due = next_contacts(known, term)
    until = min(known.ended, day) if known.ended is not None else day
    state = "ongoing" if known.is_ongoing else ("ended" if due else "closed")
    first = min(due, key=lambda one: one.due) if due else None
    return {
        "case": known.case,
        "relation": known.relation,
        "reports": "prospective" if known.prospective else "retrospective",
        "reported": known.reported,
        "conceived_from": None if span is None else span.earliest,
        "conceived_to": None if span is None else span.latest,
        "evidence": "" if span is None else span.evidence,
        "days_least": None if span is None else max((until - span.latest).days, 0),
        "days_most": None if span is None else (until - span.earliest).days,
        "fetuses": known.fetuses,
        "outcome": known.outcome,
        "state": "withdrawn" if known.withdrawn is not None else state,
        "next_contact": None if first is None else first.due,
        "overdue": first is not None and first.is_overdue(day),
    }


def _incidences(register: PregnancyRegister, day: date) -> list[Mapping[str, Any]]:
    from dataclasses import asdict

    from nanoward.programme.pregnancies.registry import incidence_rows

    return [asdict(one) for one in incidence_rows(register.cases.values(), day)]


def _findings(
    known: PregnanciesKnown, opened: Sequence[PregnancyReported], day: date
) -> Iterator[Finding]:
    for one in opened:
        yield Finding(
            code="PRG-160",
            severity="error",
            message=f"a pregnancy test is not negative: case {one.case} was opened",
            next_step="The agent is held. Tell sponsor and registry within 24 hours, ask"
            " clinician and council about a flush; date it: nanoward programme pregnancy date.",
            subject=one.participant,
        )
    for case in known.register.cases.values():
        for due in next_contacts(case, known.term):
            if due.is_overdue(day):
                yield _overdue(due)
        if case.is_ongoing and case.conception is None:
            yield Finding(
                code="PRG-162",
                severity="warning",
                message=f"case {case.case}: nobody wrote down when conception was",
                next_step="Date it, as an interval: nanoward programme pregnancy date.",
            )
        if is_beyond_term(case, known.term, day):
            yield Finding(
                code="PRG-163",
                severity="error",
                message=f"case {case.case}: goes on beyond {known.term.alarm_d:.0f} days from"
                " conception, longer than nearly all that were learnt from",
                next_step="Ask her and her clinician today; write down what became of it.",
            )


def _coding_findings(ports: Ports, register: PregnancyRegister, day: date) -> Iterator[Finding]:
    """Anomalies that nobody described, and readings that were not made in time."""
    items = items_now(ports)
    for case, fetus in undescribed(register.cases.values(), items):
        yield Finding(
            code="PRG-164",
            severity="warning",
            message=f"case {case}: the anomaly of fetus {fetus} was described by nobody",
            next_step="Describe it for two readers: nanoward programme anomaly describe.",
        )
    for item in items.values():
        if is_late(item, day):
            lacks = "a third decides" if item.state == "differs" else "two have read it"
            yield Finding(
                code="PRG-169",
                severity="warning",
                message=f"anomaly {item.item} waits since {item.described} until {lacks}",
                next_step="Ask who knows no exposure: nanoward programme anomaly list.",
            )


def check_overdue(ports: Ports, day: date) -> int:
    """How many contacts with mothers and children are overdue."""
    known = pregnancies_known(register_now(ports), day)
    return sum(
        due.is_overdue(day)
        for case in known.register.cases.values()
        for due in next_contacts(case, known.term)
    )


def _overdue(due: DueContact) -> Finding:
    return Finding(
        code="PRG-161",
        severity="error",
        message=f"case {due.case}: the contact ({due.kind}) of {due.due} was not made",
        next_step="Ask, and write it down: nanoward programme pregnancy contact or infant.",
    )
