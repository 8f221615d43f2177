"""The books as text of other programmes: every leg is written."""

import re
import shutil
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from nanoward.programme.books.accounts import PARTICIPATION, books_of, moved, owed, reversal
from nanoward.programme.books.exports import (
    account_name,
    account_names,
    beancount_text,
    hledger_text,
)

DAY = date(2026, 11, 30)
ONE = moved("pay-b-1", DAY, 'pay "x"; y', ("EUR", 4050), debit=PARTICIPATION, credit=owed("a1"))
MANY = (ONE, reversal(books_of([ONE]), "pay-b-1", "back", DAY, "wrong"))


def test_names_of_accounts() -> None:
    assert account_name("owed:a1b2") == "Liabilities:Owed:A1b2"
    assert account_name("cost:participation") == "Expenses:Cost:Participation"
    assert account_name("rounding") == "Equity:Rounding"
    assert account_name("odd:ä") == "Equity:Odd:X-"


def test_beancount_text() -> None:
    text = beancount_text(MANY, title="ward")
    assert '2026-11-30 * "pay \\"x\\"; y" "pay-b-1"' in text
    assert "  Liabilities:Owed:A1  -40.50 EUR" in text
    assert text.count("open ") == 2


def test_hledger_text() -> None:
    text = hledger_text(MANY)
    assert "2026-11-30 * (pay-b-1) pay" in text
    assert "    Expenses:Cost:Participation  40.50 EUR" in text
    assert hledger_text([]) == ""


POSTING = re.compile(
    r"\s+([A-Z]\w+(?::[A-Z0-9][A-Za-z0-9-]*)+)  (-?[0-9]+(?:\.[0-9]+)?) ([A-Z]{3})"
)


def read_back(text: str) -> list[list[tuple[str, Decimal, str]]]:
    """Transactions of either text: a dated line, then one posting a line, and nothing else."""
    found: list[list[tuple[str, Decimal, str]]] = []
    for line in text.splitlines():
        if re.match(r"\d{4}-\d\d-\d\d \* ", line):
            found.append([])
        elif line.startswith(" "):
            posting = POSTING.fullmatch(line)
            assert posting, line
            found[-1].append((posting[1], Decimal(posting[2]), posting[3]))
        else:
            assert re.match(r"option |\d{4}-\d\d-\d\d open |$", line), line
    return found


def test_every_leg_is_read_back_from_both_texts_and_each_transaction_is_nothing() -> None:
    """The real programmes read them too: bench_books.py exports."""
    many = [
        moved(
            "t 1", DAY, 'a "b"; c\nd', ("JPY", 7), debit=PARTICIPATION, credit=owed("S\u00fcd")
        ),
        moved("t 2", DAY, "", ("BHD", 1), debit=PARTICIPATION, credit=owed("S\u00f6d")),
        *MANY,
    ]
    texts = [beancount_text(many, title='a "ward"'), hledger_text(many)]
    first, second = (read_back(text) for text in texts)
    assert first == second
    assert [len(one) for one in first] == [2, 2, 2, 2]
    for legs in first:
        assert sum(amount for _, amount, _ in legs) == 0
        assert all(legs[0][2] == currency for _, _, currency in legs)
    names = {account for legs in first for account, _, _ in legs if ":Owed:" in account}
    assert len(names) == 3  # two parties whose letters are not allowed there stay two
    assert account_names(["owed:a1", "owed:A1"])["owed:a1"] != "Liabilities:Owed:A1"


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_reads_it_and_it_balances(tmp_path: Path) -> None:
    (tmp_path / "books.journal").write_text(hledger_text(MANY))
    command = ["hledger", "-f", str(tmp_path / "books.journal"), "check"]
    subprocess.run(command, check=True)
