"""Wiring of files between us and banks."""

from nanoward.adapters.formats.payments.iso20022 import Iso20022
from nanoward.adapters.formats.payments.payee_accounts import account_of, payee_accounts
from nanoward.ports.payments import BankAccount, PaymentFormats


def open_payment_formats() -> PaymentFormats:
    """ISO 20022 and CSV."""
    return Iso20022()


def bank_account(name: str, iban: str, bic: str) -> BankAccount:
    """An account whose check digits are right."""
    return account_of(name, iban, bic)


def payees_of(content: bytes, file: str) -> dict[str, BankAccount]:
    """Accounts of payees from CSV."""
    return payee_accounts(content, file)
