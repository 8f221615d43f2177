"""Files between us and banks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from nanoward.base.entries.books import PaymentOrdered
from nanoward.programme.books.payments import BankStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """Where money goes to or comes from. Kept beside the programme, never on its ledger."""

    name: str
    iban: str
    bic: str = ""


@runtime_checkable
class PaymentFormats(Protocol):
    """ISO 20022 payment orders and status reports, and CSV."""

    def write_order(
        self,
        payments: Sequence[PaymentOrdered],
        payer: BankAccount,
        payees: Mapping[str, BankAccount],
        *,
        batch: str,
        made: datetime,
    ) -> bytes:
        """A pain.001 file; InputError for a payee without an account."""
        ...

    def write_csv(
        self, payments: Sequence[PaymentOrdered], payees: Mapping[str, BankAccount]
    ) -> str:
        """The same payments as CSV."""
        ...

    def read_status(self, content: bytes) -> tuple[BankStatus, ...]:
        """What a pain.002 file says of each payment; InputError for what is none."""
        ...
