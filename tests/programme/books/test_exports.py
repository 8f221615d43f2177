"""The books as text of other programmes: every leg is written."""

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from nanoward.programme.books.accounts import PARTICIPATION, books_of, moved, owed, reversal
from nanoward.programme.books.exports import account_name, beancount_text, hledger_text

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


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_reads_it_and_it_balances(tmp_path: Path) -> None:
    (tmp_path / "books.journal").write_text(hledger_text(MANY))
    command = ["hledger", "-f", str(tmp_path / "books.journal"), "check"]
    subprocess.run(command, check=True)
