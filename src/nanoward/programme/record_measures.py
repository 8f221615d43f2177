"""What the record shows of a partner, site or member of staff, measure by measure.

```toml
{ kind = "measure", what = "late pay", target = "0.95", minimum_n = 20, window = "quarter" }
```

Four measures are computed from visits, beds, returns and payments; one case is one person in
one quarter, met where everything of theirs was, so that cases stand for themselves and the
interval holds. A site is measured by what is its own, anybody else by the whole programme.
What nobody wrote down counts as not done: silence is no good record.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from nanoward.base.entries.books import (
    PayEarned,
    PaymentOrdered,
    PaymentSettled,
    TransactionPosted,
)
from nanoward.base.entries.exit import ReturnObstructed, ReturnOwed
from nanoward.programme.agreements.document import Agreement
from nanoward.programme.agreements.performance import (
    LEAST_N,
    Measure,
    Performance,
    performance,
    quarter_of,
)
from nanoward.programme.agreements.terms import Term
from nanoward.programme.lodging.stays import Room, Stay, lost_beds
from nanoward.programme.visits.booking_board import HOLDING, LEFT, WAITING, BookingBoard
from nanoward.programme.visits.plan_problem import BED

MEASURED = ("staff", "site", "partner")  # kinds of agreement; participants are never measured
SAFETY = "safety"
WINDOWS = ("", "quarter", "a quarter", "per quarter", "each quarter")
Case = tuple[str, bool]
Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeRecord:
    """What a programme wrote down of visits, beds, pay and returns.

    entries  of books and exit, in order
    needs    kind of visit to what it needs
    sites    names of sites: a party of such a name is measured by its own
    """

    entries: tuple[object, ...]
    board: BookingBoard
    stays: Mapping[str, Stay]
    rooms: Mapping[str, Room]
    needs: Mapping[str, Mapping[str, int]]
    sites: frozenset[str]
    day: date

    def left(self) -> frozenset[str]:
        """People who left: they are counted against nobody, but in the way home."""
        gone = {who for who, word in self.board.standing.items() if word == LEFT}
        return frozenset(gone | {one.participant for one in self._of(ReturnOwed)})

    def _of(self, kind: type[Kind]) -> list[Kind]:
        return [one for one in self.entries if isinstance(one, kind)]

    def at_site(self, site: str, party: str) -> bool:
        """Whether what happened at a site is a party's."""
        return party not in self.sites or site == party

    def late_pay(self, party: str, first: date, last: date) -> Iterable[Case]:
        """Pay that fell due: met where a sound order covers it by its day."""
        void = {one.payment for one in self._of(PaymentSettled) if one.outcome != "paid"}
        ordered: dict[str, date] = {}
        for one in self._of(PaymentOrdered):
            if one.payment not in void:
                for tx in one.covers:
                    ordered[tx] = min(one.ordered, ordered.get(tx, one.ordered))
        back = {one.reverses for one in self._of(TransactionPosted) if one.reverses}
        for pay in self._of(PayEarned):
            booking = self.board.bookings.get(pay.visit)
            mine = self.at_site("" if booking is None else booking.site, party)
            fell_due = first <= pay.due <= last and pay.due < self.day
            if mine and fell_due and pay.tx not in back:
                yield pay.participant, ordered.get(pay.tx, self.day) <= pay.due

    def missed_safety(self, party: str, first: date, last: date) -> Iterable[Case]:
        """Safety visits whose day, or last day, has passed: met where the person was seen."""
        for one in self.board.bookings.values():
            day = one.at.day if one.at is not None else one.closes
            if one.kind != SAFETY or day is None or not first <= day <= last:
                continue
            passed = day < self.day or one.state in ("done", "missed")
            counted = one.state in (*HOLDING, WAITING, "done", "missed")
            if passed and counted and self.at_site(one.site, party):
                yield one.participant, one.state in ("done", "arrived")

    def beds_not_given(self, party: str, first: date, last: date) -> Iterable[Case]:
        """Nights of visits that need a bed, and stays: met where there was one to sleep in."""
        slept = list(self.stays.values())
        for one in self.board.bookings.values():
            needed = self.needs.get(one.kind, {}).get(BED, 0) and one.state == "done"
            if needed and one.at is not None and first <= one.at.day <= last:
                night, who = one.at.day, one.participant
                there = any(x.participant == who and x.is_there(night) for x in slept)
                if self.at_site(one.site, party):
                    yield who, there
        lost = {one.stay for one in lost_beds(slept, self.rooms, min(last, self.day))}
        for stay in slept:
            begun = first <= stay.first <= last or stay.is_there(min(last, self.day))
            if begun and self.at_site(stay.room.partition("/")[0], party):
                yield stay.participant, stay.stay not in lost

    def obstructed_returns(self, party: str, first: date, last: date) -> Iterable[Case]:
        """People who left: met where the party did not keep them from coming home."""
        keepers = {
            one.participant
            for one in self._of(ReturnObstructed)
            if one.obstructed_by.casefold() == party.casefold()
        }
        for duty in self._of(ReturnOwed):
            if first <= duty.since <= last:
                yield duty.participant, duty.participant not in keepers


Count = Callable[[ProgrammeRecord, str, date, date], Iterable[Case]]
MEASURES: Mapping[str, Count] = {
    "late pay": ProgrammeRecord.late_pay,
    "missed safety visits": ProgrammeRecord.missed_safety,
    "beds not given": ProgrammeRecord.beds_not_given,
    "obstructed returns": ProgrammeRecord.obstructed_returns,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterPerformance:
    """A party's performance in one quarter; its name is that of the breach, if it is one."""

    quarter: str
    found: Performance

    @property
    def name(self) -> str:
        """The same breach of the same quarter has one name, whoever looks and when."""
        measure = self.found.measure
        return f"{self.quarter} {measure.party} {measure.name}".replace(" ", "-")

    def told(self) -> str:
        """The figures in words."""
        one = self.found
        return (
            f"{one.met} of {one.n} met in {self.quarter}, 95 % interval {one.low:.2f} to"
            f" {one.high:.2f}, target {one.measure.target:g}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedMeasures:
    """The measures of one agreement.

    unread  what it states and the record cannot be asked for, with the cause
    """

    measures: tuple[Measure, ...]
    unread: tuple[str, ...]


def stated_measures(agreement: Agreement, party: str) -> StatedMeasures:
    """What an agreement measures a party by; of participants nothing is ever measured."""
    measures, unread = [], []
    terms = [one for one in agreement.terms if one.kind == "measure"]
    for term in terms if agreement.kind in MEASURED else ():
        name, target = " ".join(term.word("what").split()), _target(term)
        if name not in MEASURES:
            unread.append(f"{name or 'a measure'} is none of {', '.join(MEASURES)}")
        elif target is None:
            said = term.word("target") or "nothing"
            unread.append(f"{name}: its target, {said}, is no share of cases")
        elif term.word("window") not in WINDOWS:
            unread.append(f"{name}: it is counted by quarter, not {term.word('window')}")
        else:
            least = LEAST_N if term.minimum_n is None else term.minimum_n
            measures.append(Measure(name=name, party=party, target=target, minimum_n=least))
    return StatedMeasures(measures=tuple(measures), unread=tuple(unread))


def _target(term: Term) -> float | None:
    text = term.word("target").strip()
    try:
        share = Fraction(text[:-1].strip()) / 100 if text.endswith("%") else Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return float(share) if 0 < share <= 1 else None


def quarters(day: date) -> tuple[tuple[date, date], ...]:
    """First and last day of the quarter before and of a day's own, which may still go on."""
    start = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    before = start - timedelta(days=1)
    first = date(before.year, before.month - 2, 1)
    return (first, before), (start, day)


def measured(measure: Measure, record: ProgrammeRecord) -> tuple[QuarterPerformance, ...]:
    """A measure in this quarter and in the one before."""
    home = measure.name == "obstructed returns"  # who left is who it is about
    left = frozenset[str]() if home else record.left()
    found = []
    for first, last in quarters(record.day):
        cases: dict[str, bool] = {}
        for who, met in MEASURES[measure.name](record, measure.party, first, last):
            cases[who] = met and cases.get(who, True)
        found.append(
            QuarterPerformance(
                quarter=quarter_of(first), found=performance(measure, cases, left)
            )
        )
    return tuple(found)
