"""Events that an authority must hear of in days: known, assessed, decided, reported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.urgent import EventAssessed, EventDecided, EventKnown, EventReported
from nanoward.base.names import identity_of
from nanoward.flows.messages.answer_message import close_message
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.write_message import write_message
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.steps.append_decided import append_decided
from nanoward.ports.messages import MessageDesk
from nanoward.ports.ports import Ports
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.urgent.events import (
    AUTHORITY,
    EventState,
    ImpossibleEventError,
    NoReportError,
    UnknownEventError,
    UrgentEvent,
    decision_faults,
    event_state,
    report_faults,
    urgent_events,
)
from nanoward.programme.urgent.individual_case import CaseReport, case_report_xml
from nanoward.programme.urgent.reference_safety import (
    CAUSALITIES,
    CRITERIA,
    KINDS,
    ROLES,
    SEVERITIES,
    ReferenceSafety,
    reference_safety,
)

SENDER = "urgent reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgentRules:
    """Reference information and the zone in which days are counted, as the plan has them."""

    rsi: ReferenceSafety
    zone: str
    section: dict[str, Any]


def urgent_rules(ports: Ports) -> UrgentRules:
    """Of [programme.urgent]; the zone is the sponsor's, else the programme's."""
    plan = ports.folder.plan()
    section = dict(plan.section("programme").get("urgent", {}))
    zone = str(section.get("zone", plan.time_zone))
    return UrgentRules(rsi=reference_safety(section), zone=zone, section=section)


def events_now(ports: Ports) -> dict[str, UrgentEvent]:
    """Every event as the ledger has it now."""
    return urgent_events(ledger_entries(ports, "urgent"))


def state_now(ports: Ports, event: str) -> tuple[UrgentEvent, EventState]:
    """An event and where it stands; UnknownEventError."""
    events = events_now(ports)
    if event not in events:
        raise UnknownEventError(f"no event is called {event!r}")
    rules = urgent_rules(ports)
    known = events[event]
    return known, event_state(known, rules.rsi, rules.zone, ports.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class EventNews:
    """What somebody of the programme heard; known: when, with its zone; now where not told."""

    participant: str
    term: str
    kind: str = "adverse event"
    known: datetime | None = None
    source: str = "word"
    event: str = ""


def event_name(participant: str, kind: str, term: str) -> str:
    """The name of an event: the same whoever tells of it."""
    return f"e-{sha256_of(f'{participant}|{kind}|{term.lower()}'.encode())[:12]}"


def know_event(desk: MessageDesk, news: EventNews, *, by: str) -> str:
    """Write down that an event is known. Told again as known earlier, its clock moves back."""
    ports, now = desk.ports, desk.ports.clock.now()
    known = news.known or now
    if news.kind not in KINDS or not news.term.strip():
        raise ImpossibleEventError(f"{news.kind!r} {news.term!r}; kinds: {', '.join(KINDS)}")
    if known.tzinfo is None or known > now:
        raise ImpossibleEventError(f"{known} has no zone, or has not come")
    who = identity_of(news.participant)
    name = news.event or event_name(who, news.kind, news.term)
    entry = EventKnown(
        event=name, participant=who, kind=news.kind, term=news.term,
        known=known.astimezone(UTC), source=news.source, by=by,
    )  # fmt: skip

    def decide() -> Sequence[Entry]:
        before = events_now(ports).get(name)
        return () if before is not None and before.known <= entry.known else (entry,)

    append_decided(ports, decide, by=by)
    _tell(desk, name)
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentNews:
    """What investigator or sponsor thinks of an event."""

    role: str
    causality: str
    criteria: tuple[str, ...] = ()
    severity: str = "unknown"
    known: datetime | None = None


def assess_event(desk: MessageDesk, event: str, news: AssessmentNews, *, by: str) -> EventState:
    """Write an assessment down beside the other's; neither takes the place of the other."""
    ports, now = desk.ports, desk.ports.clock.now()
    known, _ = state_now(ports, event)
    moment = news.known or now
    wrong = [one for one in news.criteria if one not in CRITERIA]
    if news.role not in ROLES or news.causality not in CAUSALITIES or wrong:
        raise ImpossibleEventError(
            f"{news.role!r} says {news.causality!r} {', '.join(wrong)}; criteria:"
            f" {', '.join(CRITERIA)}"
        )
    if news.severity not in (*SEVERITIES, "unknown"):
        raise ImpossibleEventError(f"{news.severity!r} is no severity; {', '.join(SEVERITIES)}")
    if moment.tzinfo is None or moment > now:
        raise ImpossibleEventError(f"{moment} has no zone, or has not come")
    entry = EventAssessed(
        event=event, participant=known.participant, role=news.role, causality=news.causality,
        criteria=tuple(news.criteria), severity=news.severity, known=moment.astimezone(UTC),
        by=by,
    )  # fmt: skip
    ports.ledger.append([entry], actor=by, at=now)
    _tell(desk, event)
    return state_now(ports, event)[1]


def decide_event(desk: MessageDesk, event: str, word: str, reason: str, *, by: str) -> None:
    """A person decides where rules cannot, by name and reason."""
    ports = desk.ports

    def decide() -> Sequence[Entry]:
        known, state = state_now(ports, event)
        faults = decision_faults(state, word)
        if faults or not reason.strip():
            raise ImpossibleEventError("; ".join(faults) or "a decision without a reason")
        made = EventDecided(
            event=event, participant=known.participant, verdict=word, reason=reason,
            decided=ports.clock.now(), by=by,
        )  # fmt: skip
        return (made,)

    append_decided(ports, decide, by=by)
    _tell(desk, event)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNews:
    """What a report needs that the record does not hold."""

    meddra: tuple[str, str]
    outcome: str
    narrative: str
    product: str
    number: str = ""


def report_event(
    desk: MessageDesk, event: str, news: ReportNews, *, by: str
) -> tuple[bytes, EventReported]:
    """The file for the authority, and the entry that it went out; NoReportError.

    The clock stops with the entry: give the file to the authority's gateway at once.
    """
    ports, now = desk.ports, desk.ports.clock.now()
    rules = urgent_rules(ports)
    known, state = state_now(ports, event)
    faults = report_faults(known, state, AUTHORITY)
    if faults:
        raise NoReportError(f"{event}: {'; '.join(faults)}")
    words = {one.role: one.causality for one in known.assessed}
    number = news.number or f"{rules.section.get('number', 'XX-PROGRAMME')}-{event[2:]}"
    content = case_report_xml(
        CaseReport(
            number=number, sender=str(rules.section.get("sender", "")),
            receiver=str(rules.section.get("receiver", "")), created=now,
            received=(known.known, max(one.at for one in known.history)),
            patient=sha256_of(f"{number}|{known.participant}".encode())[:8],
            term=known.term, meddra=news.meddra, criteria=_criteria(known),
            outcome=news.outcome, product=news.product, causality=words,
            narrative=news.narrative, study=ports.folder.plan().name,
            follow_up=bool(known.to_authority()),
        )
    )  # fmt: skip
    return content, tell_reader(desk, event, AUTHORITY, content, by=by)


def _criteria(known: UrgentEvent) -> frozenset[str]:
    """Of seriousness; an escape, kill or anomaly is medically important at least."""
    return known.facts.criteria or frozenset({"medically important"})


def tell_reader(
    desk: MessageDesk, event: str, to: str, content: bytes, *, by: str
) -> EventReported:
    """Write down who was told when, with the hash of what they were given."""
    ports = desk.ports
    made: list[EventReported] = []

    def decide() -> Sequence[Entry]:
        known, state = state_now(ports, event)
        faults = report_faults(known, state, to)
        if faults:
            raise NoReportError(f"{event}: {'; '.join(faults)}")
        entry = EventReported(
            event=event, participant=known.participant,
            number=1 + sum(one.to == to for one in known.reports), to=to,
            file_sha256=ports.blobs.put(content), sent=ports.clock.now(), by=by,
        )  # fmt: skip
        made[:] = [entry]
        return (entry,)

    append_decided(ports, decide, by=by)
    _tell(desk, event)
    return made[0]


def _tell(desk: MessageDesk, event: str) -> None:
    """A message that escalates while a report is owed, and is closed when it is not."""
    known, state = state_now(desk.ports, event)
    book = MessageBook(desk.rules.site)
    book.refresh(desk.ports.ledger)
    cause = f"urgent:{event}"
    stands = [
        thread.message
        for thread in book.box.threads.values()
        if thread.written.cause == cause and thread.closed is None
    ]
    owed = state.word in ("waits", "overdue") or state.follow_up is not None
    if not owed:
        for message in stands:
            close_message(desk, message, by=SENDER, reason=f"event {event}: {state.word}")
        return
    due = state.clock.due if state.word in ("waits", "overdue") else state.follow_up
    assert due is not None
    late = [one for one in stands if book.box.threads[one].written.act_by.date() > due]
    for message in late:  # it turned out grave: the earlier moment counts
        close_message(desk, message, by=SENDER, reason=f"event {event}: due by {due} now")
    if len(stands) > len(late):
        return
    now = desk.ports.clock.now()
    soon = datetime.combine(due, time(12), UTC) - timedelta(days=1)
    roles = desk.rules.roles
    draft = Draft(
        sender=SENDER, to="coordinator" if "coordinator" in roles else next(iter(roles)),
        kind="safety notice",
        body=f"Event {event}: {state.verdict.word} ({state.clock.days} days). A report is due"
        f" by the end of {due}. See nanoward programme urgent register.",
        participant=known.participant, urgency="today",
        act_by=max(soon, now + timedelta(hours=1)), cause=cause,
    )  # fmt: skip
    write_message(desk, draft)
