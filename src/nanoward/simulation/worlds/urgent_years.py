"""Years of a programme with events, staff who are late, and what an authority must have heard.

The truth is counted apart from the product's clocks: by the day in the sponsor's zone on which
the event first may have qualified, as the simulation made it.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from nanoward.base.entries import Entry
from nanoward.base.entries.urgent import EventAssessed, EventDecided, EventKnown, EventReported
from nanoward.programme.urgent.events import (
    AUTHORITY,
    UrgentEvent,
    event_state,
    report_faults,
    urgent_events,
)
from nanoward.programme.urgent.reference_safety import ReferenceSafety

ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland")
RSI = ReferenceSafety(version="IB 4", expected={"headache": "severe", "pyrexia": "moderate"})
TERMS = ("Headache", "Pyrexia", "Anaphylactic shock", "Uveitis")
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class SimulatedEvent:
    """One event with its truth. due: last day in time; None: it never qualifies."""

    entries: list[Entry]
    due: date | None
    reported: datetime | None = None
    attempts: int = 0
    refused: int = 0


@dataclass(slots=True)
class YearsOutcome:
    """What became of all events of all years."""

    qualifying: int = 0
    in_time: int = 0
    escalated: int = 0
    missed: int = 0
    twice: int = 0
    unqualified: int = 0
    wrong_due: int = 0
    events: list[SimulatedEvent] = field(default_factory=list)


def simulate_years(seed: int, years: int, events_a_year: int = 20) -> YearsOutcome:
    """Every event of the years, each looked at daily, reported by staff who forget."""
    outcome = YearsOutcome()
    for year in range(years):
        chance = np.random.default_rng([seed, year])
        zone = ZONES[year % len(ZONES)]
        for number in range(events_a_year):
            made = _event(chance, f"e-{year}-{number}", zone)
            _live(made, chance, zone, outcome)
    return outcome


def _event(chance: np.random.Generator, name: str, zone: str) -> SimulatedEvent:
    """An event: known, assessed late, perhaps grave later, perhaps known earlier than told."""
    known = START + timedelta(minutes=int(chance.integers(0, 525_600)))
    term = str(chance.choice(TERMS))
    entries: list[Entry] = [
        EventKnown(event=name, participant="P", kind="adverse event", term=term, known=known,
                   source="s", by="x")
    ]  # fmt: skip
    first = known
    if chance.random() < 0.2:  # a ward knew it days before anybody told
        first = known - timedelta(hours=int(chance.integers(1, 120)))
        entries.append(
            EventKnown(event=name, participant="P", kind="adverse event", term=term,
                       known=first, source="s", by="y")
        )  # fmt: skip
    serious = chance.random() < 0.7
    related = chance.random() < 0.7
    grave_at = None
    told = known + timedelta(hours=int(chance.integers(0, 60)))
    severity = str(chance.choice(("mild", "severe", "life-threatening")))
    criteria = (("medically important",) if serious else ()) + (
        ("life-threatening",) if serious and severity == "life-threatening" else ()
    )
    word = "related" if related else "not related"
    entries.append(_assessed(name, "investigator", word, criteria, severity, told))
    sponsor = told + timedelta(hours=int(chance.integers(1, 40)))
    entries.append(_assessed(name, "sponsor", "not related", criteria, severity, sponsor))
    if serious and related and severity == "severe" and chance.random() < 0.3:
        grave_at = sponsor + timedelta(hours=int(chance.integers(1, 200)))
        entries.append(_assessed(name, "investigator", word, ("death",), "fatal", grave_at))
    drawn = _Drawn(
        term=term,
        qualifies=serious and related,
        severity=severity,
        first=first,
        told=told,
        grave_at=grave_at,
    )
    due = _truth(drawn, zone)
    return SimulatedEvent(entries=entries, due=due)


def _assessed(
    name: str, role: str, word: str, criteria: tuple[str, ...], severity: str, at: datetime
) -> EventAssessed:
    return EventAssessed(event=name, participant="P", role=role, causality=word,
                         criteria=criteria, severity=severity, known=at, by="x")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """What was drawn of an event; grave_at: when it killed, if it did."""

    term: str
    qualifies: bool
    severity: str
    first: datetime
    told: datetime
    grave_at: datetime | None


def _truth(drawn: _Drawn, zone: str) -> date | None:
    """By plain rules: listed up to its severity, or not; days of the sponsor's calendar."""
    limit = {"Headache": 2, "Pyrexia": 1}.get(drawn.term, -1)
    rank = {"mild": 0, "severe": 2, "life-threatening": 3}[drawn.severity]
    expected = rank <= limit

    def day(moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(zone)).date()

    if not drawn.qualifies or (expected and drawn.grave_at is None):
        return None
    killed = None if drawn.grave_at is None else day(drawn.grave_at) + timedelta(days=7)
    if expected:  # it became unexpected by dying
        return killed
    due = day(drawn.first) + timedelta(days=15)  # in doubt from the first word
    if drawn.severity == "life-threatening":
        due = min(due, day(drawn.told) + timedelta(days=7))
    return due if killed is None else min(due, killed)


def _live(
    made: SimulatedEvent, chance: np.random.Generator, zone: str, outcome: YearsOutcome
) -> None:
    """Forty days of looking, with staff who report when they think of it."""
    outcome.events.append(made)
    diligence = float(chance.choice((0.5, 0.2, 0.02)))
    begun = min(getattr(one, "known", START) for one in made.entries)
    escalated = False
    for hour in range(0, 45 * 24, 24):
        now = begun + timedelta(hours=hour)
        known = _known(made, now)
        if known is None:
            continue
        state = event_state(known, RSI, zone, now)
        escalated |= state.word == "overdue"
        wants = chance.random() < (0.9 if state.word == "overdue" else diligence)
        if not wants:
            continue
        made.attempts += 1
        if report_faults(known, state, AUTHORITY):
            made.refused += 1
            continue
        number = 1 + len(known.to_authority())
        made.entries.append(
            EventReported(event=known.event, participant="P", number=number, to=AUTHORITY,
                          file_sha256="f", sent=now, by="x")
        )  # fmt: skip
        if made.reported is None:
            made.reported = now
    _count(made, outcome, zone, escalated=escalated)


def _known(made: SimulatedEvent, now: datetime) -> UrgentEvent | None:
    """The event as the entries up to now have it."""
    told = [one for one in made.entries if _moment(one) <= now]
    events = urgent_events(told)
    return next(iter(events.values()), None)


def _moment(entry: Entry) -> datetime:
    match entry:
        case EventReported():
            return entry.sent
        case EventDecided():
            return entry.decided
        case EventKnown() | EventAssessed():
            return entry.known
    return START


def _count(made: SimulatedEvent, outcome: YearsOutcome, zone: str, *, escalated: bool) -> None:
    known = urgent_events(made.entries)
    final = next(iter(known.values()))
    state = event_state(final, RSI, zone, START + timedelta(days=800))
    initial = [one for one in final.to_authority() if one.number == 1]
    outcome.twice += len(initial) > 1
    if made.due is None:
        outcome.unqualified += made.reported is not None
        return
    outcome.qualifying += 1
    outcome.wrong_due += state.clock.due != made.due
    day = None if made.reported is None else made.reported.astimezone(ZoneInfo(zone)).date()
    if day is not None and day <= made.due:
        outcome.in_time += 1
    elif escalated:
        outcome.escalated += 1
    else:
        outcome.missed += 1
