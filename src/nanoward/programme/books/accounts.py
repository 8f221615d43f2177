"""Accounts, and transactions of each kind with every leg written out.

What is owed to people, what participation costs, and refunds are never one account. A positive
posting is a debit: an expense or money in hand grows; what is owed stands negative.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from nanoward.base.entries.books import TransactionPosted
from nanoward.base.errors import InputError, RefusedError
from nanoward.base.money import rounded

PARTICIPATION = "cost:participation"
TRAVEL = "refunds:travel"
FEES = "fees:partner"
CASH = "cash:bank"
PENDING = "cash:pending"
DISPUTED = "held:dispute"
TAX = "tax:withheld"
PENALTIES = "penalties:partner"
ROUNDING = "rounding"
EXCHANGE = "exchange"
RETURN = "cost:return"


class BooksError(InputError):
    """A transaction that the books cannot take: nothing, a name twice, or an unknown one."""

    code = "PRG-106"
    next_step = "Look at the books: nanoward programme books PROGRAMME."


class ReversedTwiceError(RefusedError):
    """A transaction was taken back already, or takes one back itself."""

    code = "PRG-107"
    next_step = "Post what is right now as a new transaction."


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One posting before it is written."""

    account: str
    currency: str
    minor: int

    def text(self) -> str:
        """As the entry has it."""
        return f"{self.account} {self.currency} {self.minor}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Every transaction by name, in order."""

    transactions: Mapping[str, TransactionPosted] = field(default_factory=dict)

    def balances(self) -> dict[tuple[str, str], int]:
        """Minor units by account and currency."""
        sums: dict[tuple[str, str], int] = defaultdict(int)
        for one in self.transactions.values():
            for account, currency, minor in one.legs():
                sums[account, currency] += minor
        return dict(sums)

    def reversed_ones(self) -> frozenset[str]:
        """Transactions that were taken back."""
        return frozenset(one.reverses for one in self.transactions.values() if one.reverses)


def books_of(entries: Iterable[object]) -> Books:
    """The books as entries make them; the first of two with one name counts, once."""
    found: dict[str, TransactionPosted] = {}
    for one in entries:
        if isinstance(one, TransactionPosted):
            found.setdefault(one.tx, one)
    return Books(transactions=found)


def transaction(
    tx: str, day: date, why: str, legs: Iterable[Leg], *, source: str = "", reverses: str = ""
) -> TransactionPosted:
    """A transaction of legs; UnbalancedError where it does not sum to nothing."""
    return TransactionPosted(
        tx=tx, day=day, why=why, source=source, reverses=reverses,
        postings=tuple(one.text() for one in legs),
    )  # fmt: skip


def moved(
    tx: str, day: date, why: str, sums: tuple[str, int], *, debit: str, credit: str,
    source: str = "",
) -> TransactionPosted:  # fmt: skip
    """So much (currency, minor units) from one account to another."""
    currency, minor = sums
    if minor <= 0:
        raise BooksError(f"{tx} moves {minor} {currency}")
    legs = (
        Leg(account=debit, currency=currency, minor=minor),
        Leg(account=credit, currency=currency, minor=-minor),
    )
    return transaction(tx, day, why, legs, source=source)


def owed(payee: str) -> str:
    """The account of what is owed to somebody."""
    return f"owed:{'-'.join(payee.split())}"  # an account has no blanks


def reversal(books: Books, tx: str, name: str, day: date, why: str) -> TransactionPosted:
    """The transaction that takes another back; the books are corrected in no other way."""
    known = books.transactions.get(tx)
    if known is None:
        raise BooksError(f"there is no transaction {tx!r}")
    if tx in books.reversed_ones() or known.reverses:
        raise ReversedTwiceError(f"{tx} was taken back already, or takes one back")
    legs = (
        Leg(account=account, currency=currency, minor=-minor)
        for account, currency, minor in known.legs()
    )
    return transaction(name, day, why, legs, source=known.source, reverses=tx)


def exchanged(
    tx: str, day: date, taken: tuple[str, str, int], given: tuple[str, str], rate: Decimal,
    *, rate_source: str,
) -> tuple[TransactionPosted, TransactionPosted]:  # fmt: skip
    """Money of one currency for another, as two transactions through the exchange account.

    taken  account, currency, minor units;  given  account, currency
    rate   minor units of the second for one of the first; rounded once, half to even
    """
    account, currency, minor = taken
    to, wanted = given
    got = rounded(Decimal(minor) * rate)
    told = f"exchange at {rate} ({rate_source}, {day})"
    first = moved(
        f"{tx}-out", day, told, (currency, minor), debit=EXCHANGE, credit=account, source=tx
    )
    second = moved(f"{tx}-in", day, told, (wanted, got), debit=to, credit=EXCHANGE, source=tx)
    return first, second


def split(minor: int, shares: Mapping[str, Decimal], currency: str) -> tuple[Leg, ...]:
    """A sum over accounts by shares that sum to one; the remainder goes to rounding."""
    if sum(shares.values()) != 1:
        raise BooksError(f"the shares sum to {sum(shares.values())}, not to one")
    legs = [
        Leg(account=account, currency=currency, minor=rounded(minor * share))
        for account, share in shares.items()
    ]
    rest = minor - sum(one.minor for one in legs)
    return (*legs, *((Leg(account=ROUNDING, currency=currency, minor=rest),) if rest else ()))
