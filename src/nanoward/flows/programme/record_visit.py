"""Arrived, made, missed: the gate is asked on arrival and in the append that records a dose.

What is earned is earned in the append that records the visit: one is never there without the
other. A visit that was missed costs nothing, and the person gets another place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nanoward.base.entries import Entry
from nanoward.base.entries.books import PayEarned, PayeeNamed
from nanoward.base.entries.visits import VisitArrived, VisitMade, VisitMissed, VisitReleased
from nanoward.flows.programme.ask_gate import gate_reasons, person_on_record
from nanoward.flows.programme.book_visit import decide_and_append, known_booking
from nanoward.flows.programme.earn_pay import fee_entries
from nanoward.flows.programme.keep_agreements import paying_agreements
from nanoward.flows.programme.keep_books import payee_of
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.binding import Binding
from nanoward.programme.agreements.document import Agreement
from nanoward.programme.books.accounts import PARTICIPATION, moved, owed
from nanoward.programme.books.accrual import Earned, VisitDone, earned
from nanoward.programme.programme_rules import ProgrammeRules
from nanoward.programme.visits.booking_board import HOLDING, LEFT, Booking, BookingBoard
from nanoward.programme.visits.booking_rules import BookingRefusedError

MADE = ("done", "broken off", "failed test")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReport:
    """How a visit ended, as staff report it.

    payee  name under which the books know the person from now on, drawn by chance; used
           where they have none yet
    """

    booking: str
    outcome: str = "done"
    nights: int = 0
    hours: Decimal = Decimal(0)
    payee: str = ""


def arrive(ports: Ports, booking: str, *, by: str) -> None:
    """The person is here. BookingRefusedError with the gate's reasons: they are told, and
    seen for what protects them."""

    def decide(board: BookingBoard, _: ProgrammeRules, today: date) -> Sequence[Entry]:
        one = _held(board, booking, today)
        told = gate_reasons(ports, person_on_record(ports, one.participant), one.kind, today)
        if told:
            raise BookingRefusedError(f"{booking}: {'; '.join(told)}")
        here = VisitArrived(
            booking=booking, participant=one.participant, at=ports.clock.now(), by=by
        )
        return (here,)

    decide_and_append(ports, decide, by=by)


def _held(board: BookingBoard, booking: str, today: date) -> Booking:
    one = known_booking(board, booking)
    if one.state not in HOLDING or one.at is None:
        raise BookingRefusedError(f"{booking} is {one.state}")
    if one.at.day != today:
        raise BookingRefusedError(f"{booking} is booked for {one.at}, today is {today}")
    return one


def make_visit(ports: Ports, report: VisitReport, *, by: str) -> int:
    """A visit was made, with its dose where it is one; returns minor units earned.

    For a dose the gate is asked once more, by the ledger that this append builds on: whoever
    was held a moment ago is not dosed. A dose that was broken off was begun: it is recorded.
    """
    sums: list[int] = []

    def decide(board: BookingBoard, _: ProgrammeRules, today: date) -> Sequence[Entry]:
        one = _held(board, report.booking, today)
        if report.outcome == "done":
            known = person_on_record(ports, one.participant)
            told = gate_reasons(ports, known, one.kind, today)
            if told:
                raise BookingRefusedError(f"{report.booking}: {'; '.join(told)}")
        made = VisitMade(
            booking=one.booking,
            participant=one.participant,
            kind=one.kind,
            day=today,
            outcome=report.outcome,
            by=by,
        )
        pay = pay_entries(ports, board, one, report, today)
        sums[:] = [entry.minor for entry in pay if isinstance(entry, PayEarned)]
        return (made, *pay, *fee_entries(ports, one, report.outcome, today))

    decide_and_append(ports, decide, by=by)
    return sum(sums)


def miss_visit(ports: Ports, booking: str, *, reason: str, by: str) -> None:
    """A visit was not made: it costs the person nothing."""

    def decide(board: BookingBoard, _: ProgrammeRules, today: date) -> Sequence[Entry]:
        one = known_booking(board, booking)
        if one.state not in HOLDING or one.at is None or one.at.day > today:
            raise BookingRefusedError(f"{booking} is {one.state} and cannot have been missed")
        missed = VisitMissed(
            booking=booking, participant=one.participant, day=one.at.day, reason=reason, by=by
        )
        return (missed,)

    decide_and_append(ports, decide, by=by)


def call_off(
    ports: Ports, booking: str, *, reason: str, late: bool, payee: str, by: str
) -> int:
    """The programme calls a visit off; less than a day before, half of its pay is earned.

    late  less than a day before;  returns minor units earned
    """
    outcome = "called off late" if late else "called off"
    report = VisitReport(booking=booking, outcome=outcome, payee=payee)
    sums: list[int] = []

    def decide(board: BookingBoard, _: ProgrammeRules, today: date) -> Sequence[Entry]:
        one = known_booking(board, booking)
        if one.state not in HOLDING:
            raise BookingRefusedError(f"{booking} is {one.state}")
        pay = pay_entries(ports, board, one, report, today)
        sums[:] = [entry.minor for entry in pay if isinstance(entry, PayEarned)]
        released = VisitReleased(
            booking=booking, participant=one.participant, reason=reason, by=by, waits=True
        )
        return (released, *pay)

    decide_and_append(ports, decide, by=by)
    return sum(sums)


def pay_entries(
    ports: Ports, board: BookingBoard, one: Booking, report: VisitReport, today: date
) -> tuple[Entry, ...]:
    """What a visit earns, with every leg; nothing where no agreement bound the person.

    Of an agreement that binds and one that ended that counts by which it earns more.
    """
    bindings = paying_agreements(ports, one.participant, today)
    after = board.standing.get(one.participant) == LEFT
    many = [
        (earned(bound.agreement.terms, _done(one, report, bound, today, after=after)), bound)
        for bound in bindings
    ]
    if not many:
        return ()
    sums, bound = max(many, key=lambda one: one[0].minor)  # of several alike the first
    if not sums.minor:
        return ()
    named = payee_of(ports, one.participant)
    payee = named or report.payee
    if not payee:
        raise BookingRefusedError(f"{one.participant} has no name in the books yet")
    new = () if named else (PayeeNamed(participant=one.participant, payee=payee),)
    tx = next_name(ports, "pay")
    return (*new, *_earned_entries(one, sums, payee, bound.agreement, today, tx))


def _done(
    one: Booking, report: VisitReport, bound: Binding, today: date, *, after: bool
) -> VisitDone:
    return VisitDone(
        visit=one.booking,
        kind=one.kind,
        week=1 + max(0, (today - bound.joined).days) // 7,
        day=today,
        outcome=report.outcome,
        nights=report.nights,
        hours=report.hours,
        after=after,
    )


def next_name(ports: Ports, what: str) -> str:
    """The name of the next transaction: its place; a visit's would tell its kind."""
    return f"{what}-{ports.ledger.head().size + 1}"


def _earned_entries(
    one: Booking, sums: Earned, payee: str, agreement: Agreement, today: date, tx: str
) -> tuple[Entry, ...]:
    currency, sha256 = agreement.currency, agreement.sha256
    posted = moved(
        tx, today, "participation", (currency, sums.minor), debit=PARTICIPATION,
        credit=owed(payee), source="visit",
    )  # fmt: skip
    entry = PayEarned(
        participant=one.participant,
        visit=one.booking,
        kind=one.kind,
        day=today,
        due=sums.due,
        currency=currency,
        minor=sums.minor,
        tx=tx,
        agreement_sha256=sha256,
    )
    return entry, posted
