"""Events as the entries have them: what is known, what was reported, what is owed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from nanoward.base.entries import Entry
from nanoward.base.entries.urgent import EventAssessed, EventDecided, EventKnown, EventReported
from nanoward.base.errors import InputError, RefusedError, UsageError
from nanoward.programme.urgent.clocks import (
    FOLLOW_UP_DAYS,
    GRAVE_DAYS,
    Clock,
    KnownFacts,
    clock_of,
    is_in_time,
    local_day,
)
from nanoward.programme.urgent.reference_safety import (
    ASK,
    NOT_URGENT,
    URGENT,
    EventFacts,
    ReferenceSafety,
    Verdict,
)

AUTHORITY = "authority"
READERS = (AUTHORITY, "ethics board", "investigators", "council")


class UnknownEventError(UsageError):
    """No event has this name."""

    code = "PRG-181"
    next_step = "See the register: nanoward programme urgent register PROGRAMME."


class NoReportError(RefusedError):
    """A report would go out that is not owed, or went out already."""

    code = "PRG-182"
    next_step = "Assess the event, or decide by name where it needs a person."


class ImpossibleEventError(InputError):
    """What was said of an event contradicts itself or its moments."""

    code = "PRG-183"
    next_step = "Look at the words and the moments; nothing was written."


@dataclass(slots=True, kw_only=True)
class UrgentEvent:
    """One event with all that was known of it, and when."""

    event: str
    participant: str
    kind: str
    term: str
    known: datetime
    history: list[KnownFacts] = field(default_factory=list)
    assessed: list[EventAssessed] = field(default_factory=list)
    decided: EventDecided | None = None
    reports: list[EventReported] = field(default_factory=list)

    @property
    def facts(self) -> EventFacts:
        return self.history[-1].facts

    def to_authority(self) -> list[EventReported]:
        """Reports that stop the clock."""
        return [one for one in self.reports if one.to == AUTHORITY]


def urgent_events(entries: Iterable[Entry]) -> dict[str, UrgentEvent]:
    """Events as the entries have them, in their order."""
    events: dict[str, UrgentEvent] = {}
    for entry in entries:
        match entry:
            case EventKnown():
                _know(events, entry)
            case EventAssessed() if entry.event in events:
                _assess(events[entry.event], entry)
            case EventDecided() if entry.event in events:
                events[entry.event].decided = entry
            case EventReported() if entry.event in events:
                events[entry.event].reports.append(entry)
            case _:
                pass
    return events


def _know(events: dict[str, UrgentEvent], entry: EventKnown) -> None:
    """The first word; a later one that knew it earlier moves the clock back."""
    facts = EventFacts(kind=entry.kind, term=entry.term)
    if entry.event not in events:
        events[entry.event] = UrgentEvent(
            event=entry.event, participant=entry.participant, kind=entry.kind,
            term=entry.term, known=entry.known,
            history=[KnownFacts(at=entry.known, facts=facts)],
        )  # fmt: skip
        return
    known = events[entry.event]
    if entry.known < known.known:
        known.known = entry.known
        known.history.insert(0, KnownFacts(at=entry.known, facts=facts))


def _assess(known: UrgentEvent, entry: EventAssessed) -> None:
    known.assessed.append(entry)
    causality: dict[str, str] = {}
    criteria: set[str] = set()
    severity = "unknown"
    for one in sorted(known.assessed, key=lambda each: each.known):
        causality[one.role] = one.causality
        severity = one.severity if one.severity != "unknown" else severity
    latest = {one.role: one for one in sorted(known.assessed, key=lambda each: each.known)}
    for one in latest.values():  # serious by either of them
        criteria |= set(one.criteria)
    facts = EventFacts(
        kind=known.kind, term=known.term, severity=severity, criteria=frozenset(criteria),
        causality=causality,
    )  # fmt: skip
    known.history.append(KnownFacts(at=max(entry.known, known.known), facts=facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventState:
    """Where an event stands at a moment.

    word       none, waits, reported, late, overdue
    follow_up  day by which what is still missing follows; None where nothing is owed
    """

    word: str
    verdict: Verdict
    clock: Clock
    follow_up: date | None


def event_state(
    known: UrgentEvent, rsi: ReferenceSafety, zone: str, now: datetime
) -> EventState:
    """By entries and the moment alone: a restart changes nothing."""
    clock = clock_of(known.history, rsi, zone)
    found = clock.verdict
    if found.word == ASK and known.decided is not None and not _news_since(known):
        found = Verdict(word=known.decided.verdict, why=f"decided: {known.decided.reason}")
    sent = known.to_authority()
    if sent:
        first = min(sent, key=lambda one: one.sent)
        timely = clock.due is None or is_in_time(first.sent, clock.due, zone)
        return EventState(
            word="reported" if timely else "late", verdict=found, clock=clock,
            follow_up=_follow_up(known, clock, sent),
        )  # fmt: skip
    if found.word == NOT_URGENT or clock.due is None:
        return EventState(word="none", verdict=found, clock=clock, follow_up=None)
    late = local_day(now, zone) > clock.due
    return EventState(
        word="overdue" if late else "waits", verdict=found, clock=clock, follow_up=None
    )


def _news_since(known: UrgentEvent) -> bool:
    """Whether anything was known after a person decided: then they decide again."""
    decided = known.decided
    return decided is None or any(one.at > decided.decided for one in known.history)


def _follow_up(known: UrgentEvent, clock: Clock, sent: list[EventReported]) -> date | None:
    """Within eight days after the seven; and again where something was known since."""
    if clock.day_zero is None:
        return None
    if clock.days == GRAVE_DAYS and len(sent) == 1:
        return clock.day_zero + timedelta(days=GRAVE_DAYS + FOLLOW_UP_DAYS)
    last = max(one.sent for one in sent)
    news = [one.at for one in known.history if one.at > last]
    return min(news).date() + timedelta(days=15) if news else None


def report_faults(known: UrgentEvent, state: EventState, to: str) -> tuple[str, ...]:
    """Why a report may not go out."""
    told = []
    if to not in READERS:
        told.append(f"nobody is told as {to!r}; {', '.join(READERS)}")
    if to == AUTHORITY and state.verdict.word == NOT_URGENT and not known.to_authority():
        told.append(f"not owed: {state.verdict.why}")
    if to == AUTHORITY and state.verdict.word == ASK:
        told.append(f"a person decides first: {state.verdict.why}")
    if to == AUTHORITY and known.to_authority() and state.follow_up is None:
        told.append("it was reported, and nothing was known since")
    return tuple(told)


def decision_faults(state: EventState, word: str) -> tuple[str, ...]:
    """Why a person's decision may not stand: a rule decided, or the word is none."""
    told = []
    if word not in (URGENT, NOT_URGENT):
        told.append(f"a decision is {URGENT} or {NOT_URGENT}, not {word!r}")
    if state.clock.verdict.word != ASK:
        told.append(f"a rule decides: {state.clock.verdict.why}")
    return tuple(told)
