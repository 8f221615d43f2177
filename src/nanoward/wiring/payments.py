"""Wiring of files between us and banks."""

from nanoward.adapters.formats.payments.iso20022 import Iso20022
from nanoward.ports.payments import BankAccount, PaymentFormats


def open_payment_formats() -> PaymentFormats:
    """ISO 20022 and CSV."""
    return Iso20022()


def bank_account(name: str, iban: str, bic: str) -> BankAccount:
    """An account as a file of payees states it."""
    return BankAccount(name=name, iban=iban, bic=bic)
