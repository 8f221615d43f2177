"""Accounts of payees from CSV: payee, name, iban and, where there is one, bic.

A number that is wrong by one digit is somebody else's account: the check digits of ISO 13616
(modulo 97 of ISO 7064) are recomputed, and a payee that stands twice has no account.
"""

import csv
import re
from io import StringIO

from nanoward.adapters.formats.payments.iso20022 import PaymentFileError
from nanoward.ports.payments import BankAccount

NEEDED = ("payee", "name", "iban")
KNOWN = (*NEEDED, "bic")
_FORM = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def is_iban(text: str) -> bool:
    """Whether a text is an IBAN whose check digits are right; blanks are passed over."""
    plain = "".join(text.split()).upper()
    if not _FORM.fullmatch(plain):
        return False
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def account_of(name: str, iban: str, bic: str = "", *, whose: str = "") -> BankAccount:
    """An account; PaymentFileError where it cannot be one."""
    if not name.strip():
        raise PaymentFileError(f"the account {whose or iban} names nobody")
    if not is_iban(iban):
        raise PaymentFileError(f"{whose or name}: {iban!r} is no IBAN, or a digit is wrong")
    return BankAccount(name=name.strip(), iban="".join(iban.split()).upper(), bic=bic.strip())


def payee_accounts(content: bytes, file: str) -> dict[str, BankAccount]:
    """Payee to account; PaymentFileError names file, line and cause."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise PaymentFileError(f"{file} is no UTF-8 text: {fault.reason}") from None
    rows = csv.reader(StringIO(text, newline=""))
    names = [one.strip() for one in next(rows, [])]
    missing = [one for one in NEEDED if one not in names]
    odd = [one for one in names if one not in KNOWN]
    if missing or odd or len(set(names)) < len(names):
        told = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(odd) or names}"
        raise PaymentFileError(f"{file} {told}; its columns are {', '.join(KNOWN)}")
    found: dict[str, BankAccount] = {}
    for row in rows:
        if not any(row):
            continue
        where = f"{file}, line {rows.line_num}"
        if len(row) != len(names):
            raise PaymentFileError(f"{where} has {len(row)} values, not {len(names)}")
        said = dict(zip(names, row, strict=True))
        payee = said["payee"].strip()
        if not payee or payee in found:
            raise PaymentFileError(f"{where}: payee {payee!r} is empty, or stands twice")
        found[payee] = account_of(said["name"], said["iban"], said.get("bic", ""), whose=where)
    return found
