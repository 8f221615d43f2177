"""Payments in two phases: ordered, then what the bank says. At most once, by identifier.

A payment that nobody has heard of is asked about and never sent again; one that is void or
expired leaves what was owed owed, to be ordered under a new identifier.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nanoward.base.canonical import sha256_of
from nanoward.base.entries.books import PaymentOrdered, PaymentSettled, TransactionPosted
from nanoward.programme.books.accounts import (
    CASH,
    PENDING,
    Books,
    moved,
    owed,
)

OPEN_DAYS = 10  # after which a payment without an answer is asked about
OUTCOMES = ("paid", "void", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment and what became of it: pending, paid, void, expired or unknown."""

    ordered: PaymentOrdered
    outcome: str = "pending"
    settled: date | None = None
    reason: str = ""
    receipt: str = ""

    def state(self, day: date) -> str:
        """As of a day: what is pending past its time is unknown, and is asked about."""
        late = self.outcome == "pending" and day > self.ordered.expires
        return "unknown" if late else self.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Payable:
    """What is owed to one payee in one currency, with the transactions that make it."""

    payee: str
    currency: str
    minor: int
    covers: tuple[str, ...]
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementPlan:
    """What a bank's answers change: entries to append, and answers that are told."""

    entries: tuple[PaymentSettled | TransactionPosted, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatus:
    """What a bank says of one payment (ISO 20022 pain.002), by its end-to-end identifier."""

    payment: str
    status: str  # ACSC, ACCC: paid; RJCT, CANC: void; the others: on its way
    reason: str = ""
    receipt: str = ""


_PAID = frozenset({"ACSC", "ACCC"})
_VOID = frozenset({"RJCT", "CANC"})
_ON_ITS_WAY = frozenset(
    {"ACTC", "ACCP", "ACSP", "ACWC", "PDNG", "RCVD", "PART", "PATC", "ACFC"}
)


def payments_of(entries: Iterable[object]) -> dict[str, Payment]:
    """Every payment by identifier; the first answer that settles it counts."""
    found: dict[str, Payment] = {}
    for one in entries:
        if isinstance(one, PaymentOrdered):
            found.setdefault(one.payment, Payment(ordered=one))
        elif isinstance(one, PaymentSettled) and one.payment in found:
            known = found[one.payment]
            if known.outcome == "pending":
                found[one.payment] = replace(
                    known, outcome=one.outcome, settled=one.settled, reason=one.reason,
                    receipt=one.receipt,
                )  # fmt: skip
    return found


def payables(
    books: Books, payments: Mapping[str, Payment], dues: Mapping[str, date], *, day: date
) -> tuple[Payable, ...]:
    """What is owed and in no payment that is pending or paid, by payee and currency.

    dues  transaction to the day until which it is to be paid
    What was reversed, and the reversal, cancel each other in the sum.
    """
    taken = {
        tx
        for one in payments.values()
        if one.outcome in ("pending", "paid")
        for tx in one.ordered.covers
    }
    sums: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for tx, posted in books.transactions.items():
        if tx in taken or posted.source.startswith("payment:"):
            continue
        for account, currency, minor in posted.legs():
            if account.startswith("owed:"):
                key = (account.removeprefix("owed:"), currency)
                sums.setdefault(key, []).append((tx, -minor))
    return tuple(
        Payable(
            payee=payee,
            currency=currency,
            minor=sum(minor for _, minor in many),
            covers=tuple(tx for tx, _ in many),
            due=min((dues[tx] for tx, _ in many if tx in dues), default=day),
        )
        for (payee, currency), many in sorted(sums.items())
        if sum(minor for _, minor in many) > 0
    )


def ordered_payment(
    what: Payable, day: date, batch: str, *, attempt: int = 1
) -> PaymentOrdered:
    """The payment of a payable: its identifier is what it covers, so it is made once.

    attempt  one more than payments over the same transactions that came to nothing
    The identifier keeps to the 35 characters that banks carry from end to end.
    """
    name = "|".join((what.payee, what.currency, str(what.minor), str(attempt), *what.covers))
    return PaymentOrdered(
        payment=f"NW{sha256_of(name.encode())[:32]}",
        payee=what.payee,
        currency=what.currency,
        minor=what.minor,
        covers=what.covers,
        batch=batch,
        ordered=day,
        expires=day + timedelta(days=OPEN_DAYS),
    )


def attempts(what: Payable, payments: Mapping[str, Payment]) -> int:
    """Payments over any of the same transactions that came to nothing."""
    wanted = set(what.covers)
    return sum(bool(wanted & set(one.ordered.covers)) for one in payments.values())


def pending_posting(one: PaymentOrdered) -> TransactionPosted:
    """What is owed moves to what is on its way."""
    return moved(
        f"order-{one.payment}",
        one.ordered,
        "payment ordered",
        (one.currency, one.minor),
        debit=owed(one.payee),
        credit=PENDING,
        source=f"payment:{one.payment}",
    )


def settled(
    payments: Mapping[str, Payment], answers: Sequence[BankStatus], day: date
) -> SettlementPlan:
    """What answers of the bank change. Twice the same changes once; others are told.

    Never guessed: an unknown status, identifier, or a second, other answer is told.
    """
    entries: list[PaymentSettled | TransactionPosted] = []
    told: list[str] = []
    done: dict[str, str] = {}
    for one in answers:
        known = payments.get(one.payment)
        outcome = _outcome(one.status)
        if known is None:
            told.append(f"{one.payment}: no payment of ours has this identifier")
        elif outcome is None:
            told.append(f"{one.payment}: the status {one.status!r} is not known; it stays open")
        elif outcome == "pending":
            continue
        elif (before := done.get(one.payment, known.outcome)) != "pending":
            if before != outcome:
                told.append(f"{one.payment}: {before} before, {outcome} now; ask the bank")
        else:
            done[one.payment] = outcome
            entries += _settlement(known.ordered, one, outcome, day)
    return SettlementPlan(entries=tuple(entries), told=tuple(told))


def _outcome(status: str) -> str | None:
    if status in _PAID:
        return "paid"
    if status in _VOID:
        return "void"
    return "pending" if status in _ON_ITS_WAY else None


def _settlement(
    ordered: PaymentOrdered, answer: BankStatus, outcome: str, day: date
) -> tuple[PaymentSettled, TransactionPosted]:
    tx = f"{outcome}-{ordered.payment}"
    account = CASH if outcome == "paid" else owed(ordered.payee)
    posted = moved(
        tx,
        day,
        f"payment {outcome}",
        (ordered.currency, ordered.minor),
        debit=PENDING,
        credit=account,
        source=f"payment:{ordered.payment}",
    )
    return (
        PaymentSettled(
            payment=ordered.payment, outcome=outcome, settled=day, reason=answer.reason,
            receipt=answer.receipt, tx=tx,
        ),
        posted,
    )  # fmt: skip


def paid_twice(payments: Iterable[Payment]) -> tuple[str, ...]:
    """Transactions that more than one payment on its way or made covers: there is none."""
    seen: set[str] = set()
    twice: list[str] = []
    for one in payments:
        if one.outcome not in ("pending", "paid"):
            continue
        twice += [tx for tx in one.ordered.covers if tx in seen]
        seen |= set(one.ordered.covers)
    return tuple(sorted(twice))
