"""Where a person stands as of a day: cleared only when no reason speaks against it.

Each rule turns facts into intervals: from a day to a day, with the standing that it demands and
why. The standing is the gravest of the intervals that are open on the day asked for, so another
reason can never improve it. A doubt about a critical result holds; it never clears.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nanoward.clearance.policy.policy import Policy
from nanoward.clearance.policy.stopping_rules import SEVERITIES

# how grave a standing is; leaving for good outweighs every doubt about going on
CLEARED, SCREENED, HELD, RECALLED, LEFT, COMPLETED, WITHDREW, DIED = range(8)
WORDS = (
    "cleared",
    "screened",
    "held",
    "recalled",
    "recalled",
    "completed",
    "withdrawn",
    "died",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A graded result or a questionnaire score; `level` is what it proves at least.

    series  what later results replace: a term, or a questionnaire code
    level   CLEARED, HELD or RECALLED by the policy
    """

    series: str
    day: date | None
    level: int
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An emergent adverse event; ended is null while it goes on."""

    term: str
    started: date | None
    ended: date | None
    severity: str | None
    serious: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All facts that decide one person's standing, in order of their days."""

    participant: str
    consents: tuple[date, ...] = ()
    admitted: date | None = None
    leaving: tuple[tuple[date | None, str, str], ...] = ()  # day, event, standing
    medical: tuple[date, ...] = ()
    psychological: tuple[date, ...] = ()
    results: tuple[Result, ...] = ()
    events: tuple[Event, ...] = ()
    refusals: tuple[tuple[date | None, str], ...] = ()  # consents refused or ended
    unread: tuple[str, ...] = ()  # what was told and cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingInterval:
    """Demanded from `start` (None: always) up to, not including, `end` (None: still)."""

    weight: int
    start: date | None
    end: date | None
    told: str
    word: str = ""
    of_active: bool = False  # asks for something that nobody asks of who has left

    def is_open(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (
            self.end is None or day < self.end
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The answer: what the person may do, since when, and every reason, deciding one first."""

    standing: str
    since: date | None
    reasons: tuple[str, ...]
    weight: int


def standing_of(person: Person, policy: Policy, as_of: date) -> Standing:
    """The person's standing as of the day; nothing that happened later is looked at."""
    known = person_at_cutoff(person, as_of)
    every = tuple(standing_intervals(known, policy, as_of))
    open_ = [one for one in every if one.is_open(as_of)]
    if not open_:
        return _cleared(known, every, as_of)
    gravest = max(one.weight for one in open_)
    if gravest >= LEFT:  # who has left is asked for no further assessment
        open_ = [one for one in open_ if not one.of_active]
    open_.sort(key=lambda one: (-one.weight, one.start or date.min, one.told))
    return Standing(
        standing=open_[0].word or WORDS[gravest],
        since=_since(every, open_[0], as_of),
        reasons=tuple(dict.fromkeys(one.told for one in open_)),
        weight=gravest,
    )


def person_at_cutoff(person: Person, as_of: date) -> Person:
    """The person without anything later than the day; facts without a day are kept."""
    return replace(
        person,
        consents=tuple(day for day in person.consents if day <= as_of),
        admitted=person.admitted if person.admitted and person.admitted <= as_of else None,
        leaving=tuple(one for one in person.leaving if _by(one[0], as_of)),
        refusals=tuple(one for one in person.refusals if _by(one[0], as_of)),
        medical=tuple(day for day in person.medical if day <= as_of),
        psychological=tuple(day for day in person.psychological if day <= as_of),
        results=tuple(one for one in person.results if _by(one.day, as_of)),
        events=tuple(
            replace(one, ended=one.ended if one.ended and one.ended <= as_of else None)
            for one in person.events
            if _by(one.started, as_of)
        ),
    )


def _by(day: date | None, as_of: date) -> bool:
    return day is None or day <= as_of


def standing_intervals(
    person: Person, policy: Policy, as_of: date
) -> Iterator[StandingInterval]:
    """Every demand that the facts make, ended ones too."""
    yield from _leaving_intervals(person)
    yield from _consent_intervals(person, policy)
    yield StandingInterval(
        weight=SCREENED,
        start=None,
        end=person.admitted,
        told="screened, not yet admitted",
        of_active=True,
    )
    for told in person.unread:
        yield StandingInterval(weight=HELD, start=None, end=None, told=told, of_active=True)
    yield from result_intervals(person.results)
    yield from _event_intervals(person.events, policy)
    for kind, days, weeks in (
        ("medical", person.medical, policy.medical_weeks),
        ("psychological", person.psychological, policy.psychological_weeks),
    ):
        yield from _gap_intervals(kind, days, weeks, as_of)


def _leaving_intervals(person: Person) -> Iterator[StandingInterval]:
    weights = {"completed": COMPLETED, "withdrawn": WITHDREW, "died": DIED}
    for day, event, standing in person.leaving:
        again = [one for one in person.consents if day is not None and one > day]
        back = standing == "withdrawn" and event != "LOST TO FOLLOW-UP" and bool(again)
        yield StandingInterval(
            weight=weights.get(standing, LEFT),
            start=day,
            end=again[0] if back else None,  # joining again is a new consent
            told=f"left: {event.lower()} on {day or 'an unknown day'}",
            word=standing,
        )


def _consent_intervals(person: Person, policy: Policy) -> Iterator[StandingInterval]:
    if policy.consent == "elsewhere":
        return
    if not person.consents and not any("consent" in told for told in person.unread):
        yield StandingInterval(
            weight=HELD, start=None, end=None, told="no consent on record", of_active=True
        )
    elif person.consents:
        yield StandingInterval(
            weight=HELD,
            start=None,
            end=person.consents[0],
            told="no consent on record",
            of_active=True,
        )
    for day, what in person.refusals:
        again = [one for one in person.consents if day is not None and one > day]
        yield StandingInterval(
            weight=HELD,
            start=day,
            end=again[0] if again else None,
            told=f"{what} on {day or 'an unknown day'}",
            of_active=True,
        )


def result_intervals(results: Sequence[Result]) -> Iterator[StandingInterval]:
    """Held or recalled from a result until the next day with one of its series.

    A later result as grave takes over with a spell of its own. Of several results on one
    day the gravest counts; a result without a day never ends.
    """
    worst: dict[str, dict[date | None, Result]] = {}
    for one in results:
        days = worst.setdefault(one.series, {})
        if one.day not in days or days[one.day].level < one.level:
            days[one.day] = one
    for days in worst.values():
        ordered = sorted(day for day in days if day is not None)
        for day, one in days.items():
            end = next((later for later in ordered if day is not None and later > day), None)
            if one.level >= HELD:
                yield StandingInterval(weight=one.level, start=day, end=end, told=one.told)


def _event_intervals(events: Sequence[Event], policy: Policy) -> Iterator[StandingInterval]:
    for one in events:
        rank = -1 if one.severity is None else SEVERITIES.index(one.severity)
        what = f"{one.term.lower()}, from {one.started or 'an unknown day'}"
        if rank >= SEVERITIES.index(policy.recall_event):
            weight, told = RECALLED, f"{one.severity} adverse event: {what}"
        elif rank >= SEVERITIES.index(policy.hold_event):
            weight, told = HELD, f"{one.severity} adverse event: {what}"
        elif one.serious:
            weight, told = HELD, f"serious adverse event: {what}"
        elif one.severity is None:
            weight, told = HELD, f"adverse event of unknown severity: {what}"
        else:
            continue
        end = None if one.ended is None else one.ended + timedelta(days=1)
        yield StandingInterval(weight=weight, start=one.started, end=end, told=told)


def _gap_intervals(
    kind: str, days: Sequence[date], weeks: int, as_of: date
) -> Iterator[StandingInterval]:
    if weeks == 0:
        return
    first = days[0] if days else None
    yield StandingInterval(
        weight=HELD,
        start=None,
        end=first,
        told=f"no {kind} assessment on record",
        of_active=True,
    )
    limit = timedelta(weeks=weeks)
    ends = (*days[1:], as_of + timedelta(days=1))
    for day, after in zip(days, ends, strict=False):  # without days there is no gap between
        due = day + limit
        if after > due + timedelta(days=1):
            is_last = after > as_of
            yield StandingInterval(
                weight=HELD,
                start=due + timedelta(days=1),
                end=None if is_last else after,
                told=f"no {kind} assessment for {weeks} weeks, the last on {day}",
                of_active=True,
            )


def _cleared(person: Person, every: Sequence[StandingInterval], as_of: date) -> Standing:
    ended = [one.end for one in every if one.end is not None and one.end <= as_of]
    last = max((*person.medical, *person.psychological), default=None)
    told = [f"no rule holds; last assessed on {last}" if last else "no rule holds"]
    if person.consents:
        told.append(f"consent signed on {person.consents[-1]}")
    return Standing(
        standing="cleared", since=max(ended, default=None), reasons=tuple(told), weight=CLEARED
    )


def _since(
    every: Sequence[StandingInterval], deciding: StandingInterval, as_of: date
) -> date | None:
    """The day from which intervals as grave as the deciding one follow on without a break."""
    same = [one for one in every if one.weight == deciding.weight]
    start = min((one.start for one in same if one.is_open(as_of) and one.start), default=None)
    if any(one.start is None and one.is_open(as_of) for one in same):
        return None
    found = True
    while found and start is not None:
        earlier = [
            one.start for one in same if one.start and one.end and one.start < start <= one.end
        ]
        found = bool(earlier)
        start = min(earlier) if earlier else start
    return start
