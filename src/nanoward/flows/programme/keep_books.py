"""The books of a programme: refunds, payment files out, the bank's answers in, statements.

Every append holds whole transactions; a payment that was ordered is never ordered again, and
what a bank says twice counts once. Paying what is owed is always open: for who withdrew, for
the estate of who died, and for who was erased, under the payee's name alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nanoward.base.entries import Entry
from nanoward.base.entries.books import (
    DisputeDecided,
    DisputeOpened,
    PayEarned,
    PayeeNamed,
    PaymentOrdered,
    RefundMade,
    TransactionPosted,
)
from nanoward.base.entries.visits import VisitMade
from nanoward.base.names import participant_id
from nanoward.flows.programme.ask_gate import (
    entries_about,
    ledger_entries,
    require_on_record,
    rules_of_programme,
)
from nanoward.flows.programme.keep_agreements import paying_agreements
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.books.accounts import (
    TRAVEL,
    Books,
    books_of,
    moved,
    owed,
    reversal,
)
from nanoward.programme.books.payments import (
    BankStatus,
    Payment,
    attempts,
    ordered_payment,
    payables,
    payments_of,
    pending_posting,
    settled,
)
from nanoward.programme.books.statements import (
    PayeeMoney,
    Statement,
    late_pay,
    statement,
    tax_notice,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksState:
    """The books, payments, and earnings as the ledger has them."""

    books: Books
    payments: Mapping[str, Payment]
    earnings: tuple[PayEarned, ...]
    refunds: tuple[RefundMade, ...]
    payees: Mapping[str, str]  # person to payee
    disputes: tuple[DisputeOpened, ...]

    def covered(self) -> frozenset[str]:
        """Transactions that a payment on its way or made covers."""
        return frozenset(
            tx
            for one in self.payments.values()
            if one.outcome in ("pending", "paid")
            for tx in one.ordered.covers
        )


def books_state(ports: Ports) -> BooksState:
    """Everything about money, as the ledger has it now."""
    return state_of(ledger_entries(ports, "books"))


def state_of(entries: Sequence[Entry]) -> BooksState:
    """Everything about money, folded from entries in their order."""
    decided = {one.dispute for one in entries if isinstance(one, DisputeDecided)}
    return BooksState(
        books=books_of(entries),
        payments=payments_of(entries),
        earnings=tuple(one for one in entries if isinstance(one, PayEarned)),
        refunds=tuple(one for one in entries if isinstance(one, RefundMade)),
        payees={one.participant: one.payee for one in entries if isinstance(one, PayeeNamed)},
        disputes=tuple(
            one
            for one in entries
            if isinstance(one, DisputeOpened) and one.dispute not in decided
        ),
    )


def refund(
    ports: Ports, participant: str, what: str, minor: int, receipt_sha256: str, *, payee: str,
    by: str,
) -> str:  # fmt: skip
    """Give a cost back against a receipt, apart from pay; one receipt is refunded once.

    UnknownPersonError for a name that stands nowhere on the ledger: it is misspelt.
    """
    who, tx = participant_id(participant), f"refund-{receipt_sha256[:24]}"
    require_on_record(ports, who)
    while True:
        head = ports.ledger.head()
        state = books_state(ports)
        if tx in state.books.transactions:
            return tx
        currency = rules_of_programme(ports).currency
        named = state.payees.get(who)
        name = named or payee
        posted = moved(
            tx, ports.today(), "refund", (currency, minor), debit=TRAVEL, credit=owed(name),
            source=receipt_sha256,
        )  # fmt: skip
        made = RefundMade(
            participant=who, what=what, receipt_sha256=receipt_sha256, currency=currency,
            minor=minor, tx=tx,
        )  # fmt: skip
        new = () if named else (PayeeNamed(participant=who, payee=name),)
        try:
            ports.ledger.append(
                [*new, made, posted], actor=by, at=ports.clock.now(), after=head.size
            )
        except LedgerMovedError:
            continue
        return tx


def order_payments(ports: Ports, *, by: str) -> tuple[PaymentOrdered, ...]:
    """Order everything that is owed and in no payment yet; nothing where nothing is."""
    while True:
        head = ports.ledger.head()
        state, today = books_state(ports), ports.today()
        dues = {one.tx: one.due for one in state.earnings}
        many = payables(state.books, state.payments, dues, day=today)
        batch = f"NW{today:%Y%m%d}-{head.size}"
        orders = tuple(
            ordered_payment(one, today, batch, attempt=1 + attempts(one, state.payments))
            for one in many
        )
        if not orders:
            return ()
        entries: list[Entry] = [
            entry for one in orders for entry in (one, pending_posting(one))
        ]
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return orders


def settle_payments(ports: Ports, answers: Sequence[BankStatus], *, by: str) -> tuple[str, ...]:
    """Take the bank's answers; returns what could not be understood, to be told."""
    while True:
        head = ports.ledger.head()
        plan = settled(books_state(ports).payments, answers, ports.today())
        if not plan.entries:
            return plan.told
        try:
            ports.ledger.append(plan.entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return plan.told


def reverse(ports: Ports, tx: str, why: str, *, by: str) -> str:
    """Take a transaction back by another; the books are corrected in no other way."""
    while True:
        head = ports.ledger.head()
        books = books_state(ports).books
        back = reversal(books, tx, f"back-{tx}", ports.today(), why)
        try:
            ports.ledger.append([back], actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return back.tx


def person_statement(ports: Ports, participant: str, day: date) -> Statement:
    """What one person earned, was paid and is owed, and what leaving today would change."""
    who, state = participant_id(participant), books_state(ports)
    require_on_record(ports, who)
    bindings = paying_agreements(ports, who, day)  # one that ended still tells the currency
    agreement = bindings[0].agreement if bindings else None
    currency = rules_of_programme(ports).currency if agreement is None else agreement.currency
    payee = state.payees.get(who, "")
    money = PayeeMoney(
        earnings=[one for one in state.earnings if one.participant == who],
        refunds=[one for one in state.refunds if one.participant == who],
        payments=[one for one in state.payments.values() if one.ordered.payee == payee],
    )
    return statement(who, money, agreement, currency, day)


def person_tax_notice(ports: Ports, participant: str, day: date) -> str:
    """What is told of the year's threshold, for the payer's country."""
    rules, state = rules_of_programme(ports), books_state(ports)
    who = participant_id(participant)
    minor = sum(
        one.minor
        for one in state.earnings
        if (one.participant, one.day.year, one.currency) == (who, day.year, rules.currency)
    )
    return tax_notice(rules.country, day.year, rules.currency, minor)


def overdue_pay(ports: Ports, day: date) -> tuple[PayEarned, ...]:
    """Pay whose day has passed and that is in no payment."""
    state = books_state(ports)
    return late_pay(state.earnings, state.covered(), day)


def all_transactions(ports: Ports) -> tuple[TransactionPosted, ...]:
    """Every transaction, in order."""
    return tuple(books_state(ports).books.transactions.values())


def visits_without_pay(ports: Ports) -> tuple[str, ...]:
    """Visits that were made under an agreement and earned nothing in their append."""
    entries = ledger_entries(ports, "books", "visits")
    paid = {one.visit for one in entries if isinstance(one, PayEarned)}
    made = [one for one in entries if isinstance(one, VisitMade)]
    return tuple(one.booking for one in made if one.booking not in paid)


def payee_of(ports: Ports, participant: str) -> str:
    """The name under which the books know somebody; empty where they do not yet."""
    named = [
        one
        for one in entries_about(ports, participant, "books")
        if isinstance(one, PayeeNamed) and one.participant == participant
    ]
    return named[0].payee if named else ""
