"""Fees of sites and partners, and pay that no visit carries; each sum is booked once.

A fee is earned in the append of the visit, or by the quarter once it is over. Pay by the week
or month, for completing or for a share of the visits is what the agreement's exit paths give
somebody by now, less what was booked of it: leaving books what leaving keeps, at once.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nanoward.base.entries import Entry
from nanoward.base.entries.books import (
    AgreementSigned,
    FeeEarned,
    PayEarned,
    PayeeNamed,
    TransactionPosted,
)
from nanoward.base.entries.clearance import StandingDecided
from nanoward.base.errors import UsageError
from nanoward.base.names import participant_id
from nanoward.flows.programme.ask_gate import board_now, ledger_entries
from nanoward.flows.programme.keep_agreements import (
    GONE,
    bound_agreement,
    bound_agreements,
    paying_agreements,
)
from nanoward.flows.programme.keep_books import payee_of
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.binding import Binding
from nanoward.programme.agreements.performance import quarter_of
from nanoward.programme.books.accounts import FEES, PARTICIPATION, moved, owed
from nanoward.programme.books.accrual import due_days, pay_besides_visits
from nanoward.programme.books.fees import NoFeeError, stated_fee, visit_fee
from nanoward.programme.visits.booking_board import Booking

PARTIES = ("site", "partner", "staff")
_QUARTER = re.compile(r"\d{4}-Q[1-4]")


class FeePeriodError(UsageError):
    """A period that has not ended, or that is not written as one."""

    code = "PRG-126"
    next_step = "Write a quarter that is over as 2026-Q3; anything else by a word of its own."


def fee_entries(ports: Ports, one: Booking, outcome: str, day: date) -> tuple[Entry, ...]:
    """The site's fee for a visit that was made there; nothing where it agreed on none.

    The line says "visit" and no more: a fee that names its kind would tell an arm.
    """
    bound = bound_agreement(ports, participant_id(one.site), day) if one.site else None
    if bound is None or bound.agreement.kind not in PARTIES:
        return ()
    minor = visit_fee(bound.agreement.terms, one.kind, outcome, _roles(bound, one.site))
    if not minor:
        return ()
    tx = f"fee-{ports.ledger.head().size + 1}"
    return _earned(bound, one.site, "visit", minor, tx, day)


def earn_fee(ports: Ports, party: str, per: str, of: str, *, by: str) -> int:
    """A fee per quarter, or per another piece of work; returns minor units, each once.

    of  which one: a quarter that is over, or any word that names the piece
    NoFeeError where the party's agreement states none.
    """
    who, today = participant_id(party), ports.today()
    if not of.strip():
        raise FeePeriodError("nothing says for which period or piece the fee is")
    if per == "quarter" and (not _QUARTER.fullmatch(of) or of >= quarter_of(today)):
        raise FeePeriodError(f"{of!r} is no quarter that is over")
    tx = f"fee-{'-'.join(who.split())}-{'-'.join(per.split())}-{'-'.join(of.split())}"
    while True:
        head = ports.ledger.head()
        known = [one.tx for one in ledger_entries(ports, "books")
                 if isinstance(one, TransactionPosted)]  # fmt: skip
        bound = bound_agreement(ports, who, today)
        if bound is None or bound.agreement.kind not in PARTIES:
            raise NoFeeError(f"no agreement of a site, partner or member of staff binds {who}")
        minor = stated_fee(bound.agreement.terms, per, _roles(bound, who))
        if tx in known or not minor:
            return 0
        entries = _earned(bound, who, f"{per} {of}", minor, tx, today)
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return minor


def _roles(bound: Binding, party: str) -> Sequence[str]:
    return (bound.agreement.kind, party)


def _earned(
    bound: Binding, party: str, what: str, minor: int, tx: str, day: date
) -> tuple[Entry, ...]:
    currency = bound.agreement.currency
    posted = moved(tx, day, "fee", (currency, minor), debit=FEES, credit=owed(party),
                   source="fee")  # fmt: skip
    earned = FeeEarned(party=party, what=what, currency=currency, minor=minor, tx=tx)
    return (earned, posted)


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
    """All that somebody earned besides visits so far, booked or not.

    Of several agreements that bind, that counts by which it is more, as with visits.
    """
    found = [
        _of_binding(who, bound, day, standing, ended, sums)
        for bound in bound_agreements(ports, who, day) or paying_agreements(ports, who, day)[:1]
    ]
    return max(found, key=lambda one: one.minor, default=None)  # of several alike the first


def _of_binding(
    who: str, bound: Binding, day: date, standing: str, ended: date, sums: Sums
) -> PeriodPay:
    left = standing in GONE
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
