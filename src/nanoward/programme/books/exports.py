"""The books as text of other programmes: beancount and hledger. Every leg, nothing inferred."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from nanoward.base.canonical import sha256_of
from nanoward.base.entries.books import TransactionPosted
from nanoward.base.money import decimal_text

_ROOTS = {
    "owed": "Liabilities:Owed",
    "cost": "Expenses:Cost",
    "refunds": "Expenses:Refunds",
    "fees": "Expenses:Fees",
    "cash": "Assets:Cash",
    "held": "Liabilities:Held",
    "tax": "Liabilities:Tax",
    "penalties": "Income:Penalties",
    "rounding": "Equity:Rounding",
    "exchange": "Equity:Exchange",
}


def beancount_text(transactions: Iterable[TransactionPosted], *, title: str) -> str:
    """Beancount 3: accounts opened on the first day they are used, then every transaction."""
    many = sorted(transactions, key=lambda one: (one.day, one.tx))
    names = account_names(leg[0] for one in many for leg in one.legs())
    first = min((one.day for one in many), default=None)
    lines = [f'option "title" "{_quoted(title)}"', ""]
    lines += [f"{first} open {one}" for one in sorted(names.values())]
    for one in many:
        link = f" ^{_word(one.reverses)}" if one.reverses else ""
        lines += ["", f'{one.day} * "{_quoted(one.why)}" "{_quoted(one.tx)}"{link}']
        lines += [f"  {leg}" for leg in _legs(one, names)]
    return "\n".join(lines) + "\n"


def hledger_text(transactions: Iterable[TransactionPosted]) -> str:
    """An hledger journal: the same transactions, their names as codes."""
    many = sorted(transactions, key=lambda one: (one.day, one.tx))
    names = account_names(leg[0] for one in many for leg in one.legs())
    lines: list[str] = []
    for one in many:
        words = one.why.replace("\n", " ").replace(";", ",")
        lines += [
            f"{one.day} * ({_word(one.tx)}) {words}",
            *(f"    {leg}" for leg in _legs(one, names)),
        ]
        lines.append("")
    return "\n".join(lines)


def _legs(one: TransactionPosted, names: Mapping[str, str]) -> Iterator[str]:
    for account, currency, minor in one.legs():
        yield f"{names[account]}  {decimal_text(minor, currency)} {currency}"


def account_names(accounts: Iterable[str]) -> dict[str, str]:
    """Account to its name there; of two that would have one name each gets a number of its own.

    Two parties whose names differ in a letter that neither programme allows stay two.
    """
    names = {one: account_name(one) for one in sorted(set(accounts))}
    counts = Counter(names.values())
    return {
        one: f"{name}-{sha256_of(one.encode())[:8]}" if counts[name] > 1 else name
        for one, name in names.items()
    }


def account_name(account: str) -> str:
    """owed:a1b2 as Liabilities:Owed:A1b2; each part begins with a capital letter or digit."""
    root, _, rest = account.partition(":")
    parts = [_ROOTS.get(root, f"Equity:{_part(root)}")]
    parts += [_part(one) for one in rest.split(":") if one]
    return ":".join(parts)


def _part(text: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9-]", "-", text)
    return plain[:1].upper() + plain[1:] if plain[:1].isalnum() else f"X{plain}"


def _word(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._/-]", "-", text)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
