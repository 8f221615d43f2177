"""What is earned by what was done: a pure function of the agreement and the visit.

A visit, night or step done earns its pay whole; so does one broken off for a medical reason,
and one with a failed test. A visit that the programme calls off less than a day before earns
half. Nothing that happens afterwards takes any of it back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from nanoward.base.errors import InputError
from nanoward.base.money import rounded
from nanoward.programme.agreements.terms import Term

PAY_DAYS = 30
PER_VISIT = frozenset(
    {"visit", "weekly visit", "session", "sample", "test", "step", "dosing visit"}
)
OUTCOMES: Mapping[str, Decimal] = {
    "done": Decimal(1),
    "broken off": Decimal(1),  # for a medical reason
    "failed test": Decimal(1),
    "called off late": Decimal("0.5"),  # by the programme, less than a day before
    "missed": Decimal(0),
    "called off": Decimal(0),
}


class UnknownOutcomeError(InputError):
    """A visit ended in a way that no rule of pay knows; nothing is guessed."""

    code = "PRG-108"
    next_step = f"Say one of {', '.join(OUTCOMES)}."


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDone:
    """What pay is earned by: one visit, stay or step, and how it ended.

    week   of the participation, 1-based
    after  the person had left: a safety visit
    """

    visit: str
    kind: str
    week: int
    day: date
    outcome: str = "done"
    nights: int = 0
    hours: Decimal = Decimal(0)
    after: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """What one visit earned, in minor units, and until when it is to be paid."""

    visit: str
    minor: int
    due: date


def earned(terms: Sequence[Term], done: VisitDone) -> Earned:
    """The pay of one visit; UnknownOutcomeError for an outcome that is not on the list."""
    if done.outcome not in OUTCOMES:
        raise UnknownOutcomeError(f"visit {done.visit} ended as {done.outcome!r}")
    sums = sum((_of_term(term, done) for term in terms if term.kind == "pay"), Decimal(0))
    days = min(
        (one.within_days for one in terms if one.within_days is not None), default=PAY_DAYS
    )
    return Earned(
        visit=done.visit,
        minor=rounded(sums * OUTCOMES[done.outcome]),
        due=done.day + timedelta(days=min(days, PAY_DAYS)),
    )


def _of_term(term: Term, done: VisitDone) -> Decimal:
    amount = Decimal(term.amount or 0)
    if done.after or done.kind == "safety":
        return (
            amount if term.per in ("safety", "safety visit", "follow-up visit") else Decimal(0)
        )
    if not term.covers(done.week):
        return Decimal(0)
    if term.per in PER_VISIT and _kind_fits(term, done.kind):
        return amount
    if term.per == "night":
        return amount * done.nights
    if term.per == "hour":
        return amount * done.hours
    return Decimal(0)


def _kind_fits(term: Term, kind: str) -> bool:
    wanted = term.word("what")
    return not wanted or wanted == kind


def completion_pay(terms: Iterable[Term]) -> int:
    """What completing adds, minor units: lumps that the exit paths have let pass."""
    return sum(
        one.amount or 0
        for one in terms
        if (one.kind == "pay" and one.per in ("complete", "completion")) or one.kind == "bonus"
    )
