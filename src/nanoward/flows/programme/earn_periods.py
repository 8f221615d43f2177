"""Pay that no visit carries: by the week or month, for completing, for a share of the visits.

What the agreement's exit paths give somebody by now, less what was booked of it: run as often
as anybody likes, each sum is booked once. Leaving books what leaving keeps, at once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nanoward.base.entries import Entry
from nanoward.base.entries.books import AgreementSigned, PayEarned, PayeeNamed
from nanoward.base.entries.clearance import StandingDecided
from nanoward.flows.programme.ask_gate import board_now, ledger_entries
from nanoward.flows.programme.end_agreement import GONE
from nanoward.flows.programme.keep_agreements import paying_agreements
from nanoward.flows.programme.record_visit import payee_of
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.binding import Binding
from nanoward.programme.books.accounts import PARTICIPATION, moved, owed
from nanoward.programme.books.accrual import due_days, pay_besides_visits

PERIOD = "period"  # kind and visit of such pay: a word that tells nothing
DAYS = 7
Sums = dict[tuple[str, int, bool], int]  # by agreement, week, and whether it was completed


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodPay:
    """What somebody has earned besides visits and what is not in the books yet.

    day  on which it was earned;  due  until which it is to be paid;  minor  minor units
    """

    participant: str
    minor: int
    day: date
    due: date
    bound: Binding


def period_pay(ports: Ports, day: date) -> tuple[PeriodPay, ...]:
    """Everybody's, as of a day; nothing is written."""
    entries = ledger_entries(ports, "books", "clearance")
    people = {one.participant for one in entries if isinstance(one, AgreementSigned)}
    ends = {
        one.participant: one.since or one.as_of
        for one in entries
        if isinstance(one, StandingDecided) and one.standing in GONE
    }
    standing = board_now(ports).standing if people else {}
    booked = Counter[str]()
    for one in entries:
        if isinstance(one, PayEarned) and one.kind == PERIOD:
            booked[one.participant] += one.minor
    sums: Sums = {}
    found = (
        _of_person(ports, who, day, standing.get(who, ""), ends.get(who, day), sums)
        for who in sorted(people)
    )
    return tuple(
        replace(one, minor=one.minor - booked[one.participant])
        for one in found
        if one is not None and one.minor > booked[one.participant]
    )


def _of_person(
    ports: Ports, who: str, day: date, standing: str, ended: date, sums: Sums
) -> PeriodPay | None:
    """All that somebody earned besides visits so far, booked or not."""
    bindings = paying_agreements(ports, who, day)
    if not bindings:
        return None
    bound, left = bindings[0], standing in GONE
    until = min(ended, day) if left else day
    days = max(0, (until - bound.joined).days)
    week = -(-days // DAYS) if left else days // DAYS  # a week that was begun counts whole
    agreement, completed = bound.agreement, standing == "completed"
    key = (agreement.sha256, week, completed)
    if key not in sums:
        sums[key] = pay_besides_visits(
            agreement.terms, agreement.weeks, week, completed=completed
        )
    earned = min(until, bound.joined + timedelta(days=DAYS * week))
    due = earned + timedelta(days=due_days(agreement.terms))
    return PeriodPay(participant=who, minor=sums[key], day=earned, due=due, bound=bound)


def earn_periods(ports: Ports, *, by: str, payee: Callable[[], str]) -> tuple[PeriodPay, ...]:
    """Book what is earned besides visits, each sum once; returns what was booked.

    payee  a name drawn by chance, for somebody whom the books do not know yet
    """
    while True:
        head = ports.ledger.head()
        found = period_pay(ports, ports.today())
        entries = [
            entry
            for number, one in enumerate(found, 1)
            for entry in _entries(ports, one, f"period-{head.size + number}", payee)
        ]
        if not entries:
            return ()
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return found


def _entries(
    ports: Ports, one: PeriodPay, tx: str, payee: Callable[[], str]
) -> Iterator[Entry]:
    named = payee_of(ports, one.participant)
    name = named or payee()
    if not named:
        yield PayeeNamed(participant=one.participant, payee=name)
    agreement = one.bound.agreement
    yield PayEarned(
        participant=one.participant, visit=PERIOD, kind=PERIOD, day=one.day, due=one.due,
        currency=agreement.currency, minor=one.minor, tx=tx,
        agreement_sha256=agreement.sha256,
    )  # fmt: skip
    yield moved(
        tx, ports.today(), "participation", (agreement.currency, one.minor),
        debit=PARTICIPATION, credit=owed(name), source=PERIOD,
    )  # fmt: skip
