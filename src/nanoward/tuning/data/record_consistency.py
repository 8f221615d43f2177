"""Records of one person that contradict each other, so that nothing may be raised on them.

A dose typed twice, or given again while additional doses (ADDL) of an earlier record still
run, may have been given once. A dose or a time far from all others of the person is more often
a slip of a unit or a year than the truth. What is found here never changes a fit: it is told,
and no setting is recommended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from statistics import median

from nanoward.tuning.data.event_history import Event, is_seen

ODD_AMOUNT = 8.0  # times the median of the person's other doses, or a part of it
SOON = 0.1  # of the usual interval: a second dose of the same size is the first again
LATE = 20.0  # usual intervals behind the last dose, after which nothing tells of them
ABREAST = 50.0  # times everything else, that the last record may lie behind
LIMITS = 2  # different limits that a person's censored values may lie below
BESIDE = 2  # SS: a steady state added to what is there
SERIES = 3  # doses from which an interval or an amount is usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """What contradicts what; place of the record among the person's events."""

    what: str
    place: int
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """One dose of a compartment; additional ones written out."""

    time: float
    amount: float
    place: int
    own: bool


def contradictions(events: Sequence[Event], *, outputs: int) -> list[Contradiction]:
    """What the records of one person say against each other, in their order."""
    found = _unrecorded(events)
    for compartment in sorted({one.compartment for one in events if one.evid in (1, 4)}):
        given = _doses(events, compartment)
        found += _repeated(given)
        found += _odd_amounts(given)
        found += _late(events, given)
    for output in range(outputs):
        found += _limits(events, output)
    return sorted(found, key=lambda one: one.place)


def _doses(events: Sequence[Event], compartment: int) -> list[_Given]:
    found, part = [], 0
    for place, one in enumerate(events):
        part += one.evid in (3, 4)
        if one.evid not in (1, 4) or one.compartment != compartment:
            continue
        count = one.more + 1 if one.interval > 0 else 1
        end = next(
            (later.time for later in events[place + 1 :] if later.evid in (3, 4)), float("inf")
        )
        last = max(later.time for later in events[place:])
        found += [
            _Given(time=at, amount=one.amount, place=place, own=k == 0)
            for k in range(min(count, 10_000))
            if (at := one.time + k * one.interval) < end and at <= last
        ]
    return found


def _repeated(given: Sequence[_Given]) -> list[Contradiction]:
    """The same dose again at once, or a dose amid additional ones of an earlier record."""
    ordered = sorted(given, key=lambda one: (one.time, one.place))
    own = [one for one in ordered if one.own]
    gaps = [b.time - a.time for a, b in pairwise(ordered) if b.time > a.time]
    usual = median(gaps) if len(gaps) >= SERIES - 1 else 0.0
    found = []
    for first, second in pairwise(own):
        apart = second.time - first.time
        alike = abs(first.amount - second.amount) <= 1e-9 * first.amount
        if alike and (apart == 0 or 0 <= apart < SOON * usual):
            when = "at the same time" if apart == 0 else f"{apart:g} after it"
            what = f"a dose of {second.amount:g} stands twice, {when}"
            found.append(Contradiction(what=what, place=second.place, column="TIME"))
    for one in own:
        over = [other for other in ordered if not other.own and other.place < one.place]
        if over and one.time <= max(other.time for other in over) + 1e-9:
            what = (
                f"a dose at {one.time:g} falls among additional doses (ADDL) of an earlier row"
            )
            found.append(Contradiction(what=what, place=one.place, column="ADDL"))
    return found


def _odd_amounts(given: Sequence[_Given]) -> list[Contradiction]:
    own = [one for one in given if one.own]
    found = []
    for one in own:
        others = [other.amount for other in own if other is not one]
        if len(others) < SERIES:
            continue
        usual = median(others)
        if usual > 0 and not 1 / ODD_AMOUNT < one.amount / usual < ODD_AMOUNT:
            what = f"a dose of {one.amount:g}, where the others are about {usual:g}"
            found.append(Contradiction(what=what, place=one.place, column="AMT"))
    return found


def _late(events: Sequence[Event], given: Sequence[_Given]) -> list[Contradiction]:
    times = sorted({one.time for one in given})
    last = max(range(len(events)), key=lambda place: (events[place].time, place))
    end = events[last].time
    if len(times) >= SERIES:
        usual = median(b - a for a, b in pairwise(times))
        if end - times[-1] > LATE * usual:
            what = (
                f"the last record, at {end:g}, lies {(end - times[-1]) / usual:.0f} intervals "
                "behind the last dose"
            )
            return [Contradiction(what=what, place=last, column="TIME")]
    before = [one.time for place, one in enumerate(events) if place != last and one.time < end]
    span = max(before, default=0.0) - min((one.time for one in events), default=0.0)
    if len(before) >= SERIES and span > 0 and end - max(before) > ABREAST * span:
        what = (
            f"the last record, at {end:g}, lies far behind all others (up to {max(before):g})"
        )
        return [Contradiction(what=what, place=last, column="TIME")]
    return []


def _limits(events: Sequence[Event], output: int) -> list[Contradiction]:
    """Censored values stand at the limit: many different ones are no limit. Intervals have
    limits of their own."""
    found = []
    for side, words in ((False, "below"), (True, "above")):
        seen = [
            (place, one.value)
            for place, one in enumerate(events)
            if one.output == output and is_seen(one) and one.censored
            and one.above == side and isnan(one.other)
        ]  # fmt: skip
        limits = {value for _, value in seen}
        if len(limits) > LIMITS:
            what = f"{len(seen)} censored values lie {words} {len(limits)} different limits"
            found.append(Contradiction(what=what, place=seen[0][0], column="CENS"))
    return found


def _unrecorded(events: Sequence[Event]) -> list[Contradiction]:
    """A steady state beside others, or an infusion that always ran: what was given before
    stands in no record, so nothing may be raised on what does."""
    return [
        Contradiction(
            what="a steady state beside other doses (SS 2), which stand in no record"
            if one.steady == BESIDE
            else "an infusion that always ran, of which no amount is known",
            place=place,
            column="SS",
        )
        for place, one in enumerate(events)
        if one.evid in (1, 4) and (one.steady == BESIDE or (one.steady and not one.amount))
    ]


def shared_observations(people: Sequence[tuple[str, Sequence[Event]]]) -> list[tuple[str, str]]:
    """Pairs of people with the same measured values at the same times: SERIES or more."""
    known: dict[tuple[tuple[float, int, float], ...], str] = {}
    pairs = []
    for name, events in people:
        seen = tuple(
            (one.time, one.output, one.value)
            for one in events
            if is_seen(one) and not one.censored and one.value != int(one.value)
        )
        if len(seen) < SERIES:
            continue
        if seen in known:
            pairs.append((known[seen], name))
        else:
            known[seen] = name
    return pairs
