"""The agreement run over every exit path: what leaving costs, week by week, reason by reason.

leave cost = max over weeks t and reasons r of (P W(t) - A(t, r)) / P, where P is the pay of
somebody who completes, W(t) the share of the burden done by the end of week t, and A(t, r) the
pay that somebody who then leaves for reason r has earned and keeps. A bonus of any name lowers
A; back-loaded pay lowers A; whatever a leaver must pay or loses lowers A. A list of forbidden
words finds none of these (45 CFR 46.116(b)(8); FDA information sheet on payment, 2018: credit
accrues as the study goes on, a completion bonus at most a small proportion).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from nanoward.programme.agreements.events import COMPLETE, REASONS, leaving_reasons
from nanoward.programme.agreements.terms import Term

WEEKS = 26
MONTH_WEEKS = 4
_EACH_WEEK = {  # payments that come with a week's visit or stay: units a week
    "visit": 1, "week": 1, "weekly visit": 1, "session": 1, "sample": 1, "step": 1, "test": 1,
    "questionnaire": 1,
    "diary": 1, "dose": 1, "dosing visit": 1, "hour": 1, "night": 7, "day": 7,
}  # fmt: skip
_OWN_BURDEN = frozenset({"hour", "night", "day"})  # weigh besides the visit
_LUMP = frozenset({"complete", "completion", "study", "programme", "end", "completer"})
_AFTER = frozenset({"safety", "safety visit", "follow-up", "follow-up visit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCost:
    """The dearest exit path, and whether the reason decides what somebody keeps.

    cost     share of a completer's pay; None where there is no pay and leaving costs something
    depends  weeks in which two reasons leave different sums
    """

    cost: Fraction | None
    week: int
    reason: str
    depends: tuple[int, ...]

    def exceeds(self, most: Fraction) -> bool:
        """Whether leaving costs more than the stated share."""
        return self.cost is None or self.cost > most


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitPaths:
    """Every path of one agreement, in minor units.

    burden  share of the whole burden done by the end of week 0 to n
    kept    reason to what somebody who leaves at the end of week 0 to n keeps
    pay     of somebody who completes
    """

    burden: tuple[Fraction, ...]
    kept: Mapping[str, tuple[Fraction | int, ...]]
    pay: Fraction | int

    def cost(self, reason: str, week: int) -> Fraction:
        """What leaving falls short of the share of pay for the burden done, minor units."""
        return self.burden[week] * self.pay - self.kept[reason][week]


def exit_paths(terms: Sequence[Term], weeks: int = WEEKS) -> ExitPaths:
    """What is kept on leaving at the end of every week for every reason."""
    loads = [_load(terms, week) for week in range(1, weeks + 1)]
    total = sum(loads, Fraction(0))
    parts = [one for term in terms if (one := _stream(term, terms, weeks)) is not None]
    shares = [term for term in terms if term.kind in _TAKES and term.share is not None]

    def kept(week: int, reason: str) -> Sum:
        sums: Sum = sum(part(week, reason) for part in parts)
        for term in shares:
            if reason in _concerned(term):
                sums -= max(sums, 0) * (term.share or 0)
        return sums

    return ExitPaths(
        burden=(Fraction(0), *(one / total for one in accumulate(loads))),
        kept={one: tuple(kept(week, one) for week in range(weeks + 1)) for one in REASONS},
        pay=kept(weeks, COMPLETE),
    )


def leave_cost(paths: ExitPaths) -> LeaveCost:
    """The dearest path; of several alike the first week, then the first reason."""
    weeks = range(len(paths.burden))
    lines = {one: paths.kept[one] for one in REASONS}
    least = [min(line[at] for line in lines.values()) for at in weeks]
    owed = [share * paths.pay - kept for share, kept in zip(paths.burden, least, strict=True)]
    dearest = max(owed)
    week = owed.index(dearest)
    reason = next(one for one in REASONS if lines[one][week] == least[week])
    depends = tuple(at for at in weeks if len({paths.kept[one][at] for one in REASONS}) > 1)
    none = None if dearest > 0 else Fraction(0)
    cost = dearest / paths.pay if paths.pay > 0 else none
    return LeaveCost(cost=cost, week=week, reason=reason, depends=depends)


def worse_paths(old: ExitPaths, new: ExitPaths) -> tuple[tuple[int, str], ...]:
    """Weeks and reasons in which somebody keeps less under `new`; completing is one of them."""
    weeks = range(max(len(old.burden), len(new.burden)))
    told = [
        (week, reason)
        for week in weeks
        for reason in REASONS
        if _at(new.kept[reason], week) < _at(old.kept[reason], week)
    ]
    if new.pay < old.pay:
        told.append((len(old.burden) - 1, COMPLETE))
    return tuple(told)


def _at(kept: Sequence[Fraction | int], week: int) -> Fraction | int:
    return kept[min(week, len(kept) - 1)]


def _load(terms: Iterable[Term], week: int) -> Fraction:
    """Burden of a week: an ordinary visit is 1, and what terms state comes to it."""
    paid = [
        one for one in terms if one.kind == "pay" and one.per in _EACH_WEEK and one.covers(week)
    ]
    visits = [one for one in paid if one.per not in _OWN_BURDEN]
    stated = sum((one.burden or Fraction(0) for one in paid), Fraction(0))
    plain = not visits or any(one.burden is None for one in visits)
    staying = sum(
        (one.units * _EACH_WEEK[one.per] / 7 for one in paid if one.per in _OWN_BURDEN
         and one.burden is None),
        Fraction(0),
    )  # fmt: skip
    return stated + staying + (1 if plain else 0)


_TAKES = frozenset({"clawback", "deduct", "charge"})
Sum = Fraction | int  # whole wherever nothing is divided: whole numbers add much faster
Stream = Callable[[int, str], Sum]


def _concerned(term: Term) -> frozenset[str]:
    return leaving_reasons(term.on)


def _stream(term: Term, terms: Sequence[Term], weeks: int) -> Stream | None:
    """What one term gives somebody who leaves at the end of a week for a reason; None: nothing.

    Shares of what is owed are taken by `exit_paths`, after everything else is summed.
    """
    match term.kind:
        case "pay" | "bonus" | "tier":
            return _paid(term, terms, weeks)
        case "group":
            return lambda _, reason: _when(reason == COMPLETE, term.amount)
        case "deposit":
            kept_by = leaving_reasons(term.returned)
            return lambda _, reason: -_when(reason not in kept_by, term.amount)
        case "clawback" | "deduct" | "charge" if term.share is None:
            return _taken(term, weeks)
        case "care" | "lodging" if term.amount and not term.per:
            return lambda _, reason: -_when(reason in _concerned(term), term.amount)
    return None


def _when(holds: bool, amount: int | None) -> int:  # noqa: FBT001 - reads as a sentence
    return (amount or 0) if holds else 0


def _paid(term: Term, terms: Sequence[Term], weeks: int) -> Stream | None:
    amount = _bonus_amount(term, terms, weeks)
    if term.per in _AFTER:
        return None  # whoever left is paid as well
    if term.at_share is not None:  # so much of the visits must have been made
        share = term.at_share
        return lambda week, reason: _when(
            Fraction(week, weeks) >= share and reason not in term.forfeit, amount
        )
    if term.kind != "pay" or term.per in _LUMP or term.word("lost_if"):
        return _lump(term, amount, weeks)
    steps = _steps(term, amount, weeks)
    to_whom = leaving_reasons(term.on)

    def earned(week: int, reason: str) -> Sum:
        lost = reason in term.forfeit or (to_whom and reason not in (*to_whom, COMPLETE))
        return 0 if lost else steps[week]

    return earned


def _bonus_amount(term: Term, terms: Sequence[Term], weeks: int) -> int:
    """A bonus stated as a share is one of all that is paid for visits and stays."""
    if term.amount is not None:
        return term.amount
    if term.share is None:
        return 0
    base: Sum = sum(
        _steps(one, one.amount or 0, weeks)[weeks]
        for one in terms
        if one.kind == "pay" and one.per in _EACH_WEEK
    )
    return int(base * term.share)


def _lump(term: Term, amount: int, weeks: int) -> Stream:
    if term.prorated:
        return lambda week, reason: (
            Fraction(amount * week, weeks) * (0 if reason in term.forfeit else 1)
        )
    also = leaving_reasons(term.on)  # to whom it is paid besides who completes
    return lambda _, reason: _when(reason == COMPLETE or reason in also, amount)


def _steps(term: Term, amount: int, weeks: int) -> list[Sum]:
    """Earned by the end of week 0 to n."""
    if term.per in ("month", "four weeks", "quarter"):
        length = MONTH_WEEKS if term.per != "quarter" else 13
        part = Fraction(amount, length)
        return [
            part * week if term.prorated else amount * (week // length)
            for week in range(weeks + 1)
        ]
    times = term.units * _EACH_WEEK.get(term.per, 1)
    each = amount * (int(times) if times.denominator == 1 else times)
    return [0, *accumulate(each if term.covers(week) else 0 for week in range(1, weeks + 1))]


def _taken(term: Term, weeks: int) -> Stream:
    """A sum that is taken back, held off or asked for on an event of leaving."""
    concerned, amount = _concerned(term), term.amount or 0

    def loss(week: int, reason: str) -> Sum:
        if reason not in concerned:
            return 0
        times = {
            "visit": week, "week": week, "month": week // MONTH_WEEKS, "night": 7 * week,
            "day": 7 * week, "remaining": weeks - week, "remaining visit": weeks - week,
            "missed": weeks - week, "missed visit": weeks - week,
        }.get(term.per, 1)  # fmt: skip
        return -amount * times

    return loss
