"""What is earned by what was done: a pure function of the agreement and the visit.

A visit, night or step done earns its pay whole; so does one broken off for a medical reason,
and one with a failed test. A visit that the programme calls off less than a day before earns
half. Nothing that happens afterwards takes any of it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from nanoward.base.errors import InputError
from nanoward.base.money import rounded
from nanoward.programme.agreements.events import REASONS
from nanoward.programme.agreements.exit_paths import exit_paths
from nanoward.programme.agreements.terms import Term

PAY_DAYS = 30
PER_VISIT = frozenset(
    {"visit", "weekly visit", "session", "sample", "test", "step", "dosing visit"}
)
AT_END = frozenset(["complete", "completion", "study", "programme", "end", "completer"])
PERIODS = frozenset(["week", "day", "month", "four weeks", "quarter"])
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
    return Earned(
        visit=done.visit,
        minor=rounded(sums * OUTCOMES[done.outcome]),
        due=done.day + timedelta(days=due_days(terms)),
    )


def due_days(terms: Sequence[Term]) -> int:
    """Days within which pay is made: the shortest that is stated, 30 at most."""
    said = (one.within_days for one in terms if one.within_days is not None)
    return min((PAY_DAYS, *said))


def _of_term(term: Term, done: VisitDone) -> Decimal:
    amount = Decimal(term.amount or 0)
    if done.after or done.kind == "safety":
        return (
            amount if term.per in ("safety", "safety visit", "follow-up visit") else Decimal(0)
        )
    if not term.covers(done.week) or is_lump(term):
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


def is_lump(term: Term) -> bool:
    """Whether a term pays once, for completing or for a share of visits, and none by itself."""
    if term.kind in ("bonus", "tier"):
        return True
    once = term.per in AT_END or bool(term.word("lost_if")) or term.at_share is not None
    return term.kind == "pay" and once


def is_periodic(term: Term) -> bool:
    """Whether a term pays for time that passed, and not for a visit."""
    return term.kind == "pay" and term.per in PERIODS and not is_lump(term)


def pay_besides_visits(
    terms: Sequence[Term], weeks: int, week: int, *, completed: bool = False
) -> int:
    """What lumps and periods have given by the end of a week, minor units, half to even.

    It is the difference that they make to the exit paths: the same sums that leave cost was
    computed with, so that what is booked and what was judged are one. It may not hang on the
    reason of leaving (R2): the kindest one counts. Whoever completed has all of it.
    """
    rest = [one for one in terms if not (is_lump(one) or is_periodic(one))]
    if len(rest) == len(terms):
        return 0
    whole, bare = exit_paths(terms, weeks), exit_paths(rest, weeks)
    if completed:
        return round(Fraction(whole.pay - bare.pay))
    at = min(max(week, 0), weeks)
    return round(Fraction(max(whole.kept[one][at] - bare.kept[one][at] for one in REASONS)))
