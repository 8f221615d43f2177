"""When to ask next: from the learnt length of gestation, not from a due date.

Every four weeks, then weekly from the day before which one birth in forty comes; a call seven
days after a birth; children at 1, 6, 12 and 24 months. While no term has been learnt nothing is
known of the earliest birth: weekly from the 20th week on. Source: field notes, section 5
(fixed due-date calls hear of a birth at 30 weeks 56 days late).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from nanoward.programme.pregnancies.cases import (
    ANOMALIES,
    INFANT_MONTHS,
    LIVE_BIRTH,
    PregnancyCase,
)

FAR, NEAR, AFTER_BIRTH = 28, 7, 7  # days
UNLEARNT_NEAR = 20 * 7  # days from conception
UNLEARNT_LATEST = 44 * 7  # an ordinary term is over; while nothing is learnt, somebody looks
LATE = 7  # days after which a contact that was not made is overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class LearntTerm:
    """Days from conception before which 2.5 % and 99.5 % of births come; None: not learnt."""

    earliest_d: float | None = None
    latest_d: float | None = None

    @property
    def near_d(self) -> float:
        """Days from conception from which contacts are weekly."""
        return UNLEARNT_NEAR if self.earliest_d is None else self.earliest_d

    @property
    def alarm_d(self) -> float:
        """Days from conception beyond which hardly any pregnancy has gone on."""
        return UNLEARNT_LATEST if self.latest_d is None else self.latest_d


@dataclass(frozen=True, slots=True, kw_only=True)
class DueContact:
    """A contact that is to be made."""

    case: str
    participant: str
    kind: str  # pregnancy, after birth, infant
    due: date
    months: int = 0

    def is_overdue(self, today: date) -> bool:
        return today > self.due + timedelta(days=LATE)


def next_contacts(known: PregnancyCase, term: LearntTerm) -> tuple[DueContact, ...]:
    """What is to be asked of a case next: while pregnant one; afterwards each child's next."""
    if known.withdrawn is not None:
        return ()
    if known.is_ongoing:
        due = _next_day(known, term)
        return (_due(known, known.participant, "pregnancy", due),)
    found = []
    for one in known.ends.values():
        if one.outcome != LIVE_BIRTH:
            continue
        infant = one.infant or known.participant
        seen = [x for x in known.infants if x.participant == infant]
        if any(x.state == "died" for x in seen):
            continue
        done = {x.months for x in seen if x.state != "not reached"}
        tried = {x.months for x in seen}
        if 0 not in done | tried:
            due = one.last + timedelta(days=AFTER_BIRTH)
            found.append(_due(known, infant, "after birth", due))
            continue
        reached = max(
            done, default=0
        )  # what was missed before a later contact is not asked for
        left = [months for months in INFANT_MONTHS if months > reached]
        if left:
            due = one.last + timedelta(days=round(left[0] * 30.4375))
            found.append(_due(known, infant, "infant", due, months=left[0]))
    return tuple(found)


def infant_rows(known: PregnancyCase, today: date) -> tuple[dict[str, Any], ...]:
    """Each child of a case: contacts made (months, 0 after birth), missed ones, what is next.

    Complete is who was reached at 24 months, or died.
    """
    found = []
    for one in known.ends.values():
        if one.outcome != LIVE_BIRTH:
            continue
        infant = one.infant or known.participant
        seen = [x for x in known.infants if x.participant == infant]
        reached = sorted({x.months for x in seen if x.state != "not reached"})
        past = [x for x in (0, *INFANT_MONTHS) if _infant_day(one.last, x) < today]
        missing = [x for x in past if x not in reached and not (reached and x < reached[-1])]
        skipped = [x for x in past if x not in reached and x not in missing]
        ended = any(x.state == "died" for x in seen) or INFANT_MONTHS[-1] in reached
        last = max(seen, key=lambda x: x.day) if seen else None
        due = [x for x in (0, *INFANT_MONTHS) if x not in reached]
        found.append({
            "case": known.case, "infant": infant,
            "state": "complete" if ended else (last.state if last is not None else "not seen"),
            "seen": reached, "missing": [] if ended else missing, "skipped": skipped,
            "anomaly": _worst_anomaly(one.anomaly, *(x.anomaly for x in seen)),
            "next": None if ended or not due else _infant_day(one.last, due[0]),
        })  # fmt: skip
    return tuple(found)


def _infant_day(born: date, months: int) -> date:
    return born + timedelta(days=AFTER_BIRTH if not months else round(months * 30.4375))


def _worst_anomaly(*said: str) -> str:
    """What was said most surely of all: once confirmed it stays."""
    return max(said, key=ANOMALIES.index)


def is_closed(known: PregnancyCase, term: LearntTerm) -> bool:
    """Whether nothing is to be asked any more."""
    return not next_contacts(known, term)


def is_beyond_term(known: PregnancyCase, term: LearntTerm, today: date) -> bool:
    """Whether a pregnancy goes on beyond nearly all that were learnt from: an alarm.

    By the latest day of conception: sure to be that long.
    """
    if not known.is_ongoing or known.conception is None:
        return False
    return (today - known.conception.latest).days > term.alarm_d


def _next_day(known: PregnancyCase, term: LearntTerm) -> date:
    asked = known.last_asked or known.reported
    if known.conception is None:  # nobody knows how far it is
        return asked + timedelta(days=NEAR)
    near = known.conception.earliest + timedelta(days=int(term.near_d))
    if asked >= near:
        return asked + timedelta(days=NEAR)
    return min(asked + timedelta(days=FAR), near)


def _due(
    known: PregnancyCase, who: str, kind: str, due: date, *, months: int = 0
) -> DueContact:
    return DueContact(case=known.case, participant=who, kind=kind, due=due, months=months)
