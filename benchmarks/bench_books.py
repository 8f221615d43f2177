"""Random postings with kills: the balance holds, and nothing is paid twice.

python benchmarks/bench_books.py fold [POSTINGS]     random histories in memory; a failing
                                                     append before or after each write
python benchmarks/bench_books.py kill [KILLS]        a real ledger on disk; the writing
                                                     process is killed, read and continued
python benchmarks/bench_books.py writer FOLDER SEED  the writing process itself
python benchmarks/bench_books.py exports BEAN_CHECK  the texts read by hledger and beancount,
                                                     which live outside this environment
"""

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from nanoward.base.entries import Entry
from nanoward.base.money import DIGITS
from nanoward.flows.programme.keep_books import books_state, order_payments, settle_payments
from nanoward.ports.ports import Ports
from nanoward.programme.books.accounts import (
    PARTICIPATION,
    Books,
    books_of,
    exchanged,
    moved,
    owed,
    reversal,
)
from nanoward.programme.books.exports import account_names, beancount_text, hledger_text
from nanoward.programme.books.payments import (
    BankStatus,
    Payment,
    attempts,
    ordered_payment,
    paid_twice,
    payables,
    payments_of,
    pending_posting,
    settled,
)
from nanoward.wiring import open_ports

DAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, tzinfo=UTC)


class Store:
    """Appends whole or not at all; now and then the writer dies before or after the write."""

    def __init__(self, rng: random.Random) -> None:
        self.rng, self.entries, self.kills = rng, [], 0

    def append(self, entries: Sequence[object]) -> bool:
        fate = self.rng.random()
        if fate < 0.05:  # killed before the write: nothing is there
            self.kills += 1
            return False
        self.entries += entries
        if fate < 0.10:  # killed after it: the writer does not know
            self.kills += 1
            return False
        return True


def history(rng: random.Random, steps: int) -> Store:
    """Earn, order and settle at random; whoever was killed begins again from what is there."""
    store = Store(rng)
    for number in range(steps):
        what = rng.random()
        if what < 0.6:
            sums = ("EUR", rng.randint(1, 99_999))
            who = owed(rng.choice("abcdef"))
            posted = moved(f"t{number}", DAY, "pay", sums, debit=PARTICIPATION, credit=who)
            while not store.append([posted]):  # said again under the same name: once it counts
                pass
            continue
        books, known = books_of(store.entries), payments_of(store.entries)
        if what < 0.75:
            store.append(orders(books, known))
        else:
            status = rng.choice(("ACSC", "ACSC", "RJCT", "PDNG"))
            store.append(settled(known, answers(rng, known, status), DAY).entries)
    return store


def orders(books: Books, known: dict[str, Payment]) -> list[object]:
    made: list[object] = []
    for one in payables(books, known, {}, day=DAY):
        order = ordered_payment(one, DAY, "b", attempt=1 + attempts(one, known))
        made += [order, pending_posting(order)]
    return made


def answers(rng: random.Random, known: dict[str, Payment], status: str) -> list[BankStatus]:
    many = [BankStatus(payment=one, status=status) for one in known if rng.random() < 0.7]
    return many + many[:2]  # a bank says things twice


def fold(postings: int = 1_000_000) -> None:
    rng, done, kills, worlds = random.Random(20), 0, 0, 0
    begun = time.process_time()
    while done < postings:
        store = history(rng, 120)
        books, known = books_of(store.entries), payments_of(store.entries)
        check(books, known)
        done += sum(len(one.postings) for one in books.transactions.values())
        kills, worlds = kills + store.kills, worlds + 1
    print(f"{done} postings in {worlds} histories, {kills} kills: every balance holds, nothing"
          f" paid twice; {time.process_time() - begun:.0f} CPU s")  # fmt: skip


def check(books: Books, known: dict[str, Payment]) -> None:
    """Sums are nothing; what is paid or on its way equals the orders; nothing is paid twice."""
    sums = books.balances()
    assert sum(sums.values()) == 0
    assert paid_twice(known.values()) == ()
    paid = sum(one.ordered.minor for one in known.values() if one.outcome == "paid")
    assert -sums.get(("cash:bank", "EUR"), 0) == paid
    on_its_way = sum(one.ordered.minor for one in known.values() if one.outcome == "pending")
    assert -sums.get(("cash:pending", "EUR"), 0) == on_its_way
    assert paid + on_its_way <= sums.get((PARTICIPATION, "EUR"), 0)


def kill(kills: int = 30) -> None:
    """A process that writes to a real ledger is killed at a random moment, again and again."""
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "programme.toml").write_text('name = "w"\n[programme]\ncurrency = "EUR"\n')
        for number in range(kills):
            words = [sys.executable, __file__, "writer", name, str(number)]
            process = subprocess.Popen(words, stdout=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()  # it has begun to write
            time.sleep(rng.random())
            process.send_signal(signal.SIGKILL)
            process.wait()
            with open_ports(name, quiet=True, use="read") as ports:
                state = books_state(ports)
                check(state.books, dict(state.payments))
                size = ports.ledger.head().size
        legs = sum(len(one.postings) for one in state.books.transactions.values())
        print(f"{kills} kills, {size} records, {legs} postings: every balance holds, nothing"
              " paid twice")  # fmt: skip


def writer(folder: str, seed: int) -> None:
    rng = random.Random(seed)
    with open_ports(folder, quiet=True, wait_s=60) as ports:
        number = 0
        while True:
            write(ports, rng, seed, number)
            number += 1
            if number == 1:
                print("writing", flush=True)


def write(ports: Ports, rng: random.Random, seed: int, number: int) -> None:
    if rng.random() < 0.6:
        many: list[Entry] = [
            moved(f"t{seed}-{number}-{n}", DAY, "pay", ("EUR", rng.randint(1, 99_999)),
                  debit=PARTICIPATION, credit=owed(rng.choice("abcdef"))) for n in range(5)
        ]  # fmt: skip
        ports.ledger.append(many, actor="x", at=NOW)
    elif rng.random() < 0.5:
        order_payments(ports, by="clerk")
    else:
        known = dict(books_state(ports).payments)
        settle_payments(ports, answers(rng, known, rng.choice(("ACSC", "RJCT"))), by="clerk")


NASTY = ('a "quote"', "a; comment", "two\nlines", "back\\slash", "umlaut \u00e4", "", "tag: x")

PAYEES = ("a1", "A1", "B 2", "9c", "-x", "\u00e9", "\u00e4")


def exports(bean_check: str) -> None:
    """Books of a thousand transactions in three currencies, read by the real programmes.

    hledger's balance of every account is held against ours, to the last unit.
    """
    rng, many = random.Random(20), []
    for number in range(1_000):
        sums = (rng.choice(("EUR", "JPY", "BHD")), rng.randint(1, 10**9))
        why, who = (
            rng.choice(NASTY),
            owed(rng.choice(("a1", "B 2", "9c", "-x", "\u00e9", "\u00e4"))),
        )
        many.append(moved(f"t {number}", DAY, why, sums, debit=PARTICIPATION, credit=who))
    books = books_of(many)
    many += [reversal(books, f"t {n}", f"back {n}", DAY, "wrong") for n in range(0, 1_000, 7)]
    many += exchanged("x", DAY, ("cash:bank", "EUR", 1001), ("cash:bank", "JPY"),
                      Decimal("1.6"), rate_source="bank")  # fmt: skip
    books = books_of(many)
    with tempfile.TemporaryDirectory() as name:
        journal, beans = Path(name) / "b.journal", Path(name) / "b.beancount"
        journal.write_text(hledger_text(many), encoding="utf-8")
        beans.write_text(beancount_text(many, title='a "ward"'), encoding="utf-8")
        subprocess.run(["hledger", "-f", str(journal), "check"], check=True)
        subprocess.run([bean_check, str(beans)], check=True)
        words = ["hledger", "-f", str(journal), "balance", "--flat", "-E", "-N", "-O", "json"]
        told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    read = {
        (row[0], amount["acommodity"]): amount["aquantity"]["decimalMantissa"]
        * 10 ** (DIGITS[amount["acommodity"]] - amount["aquantity"]["decimalPlaces"])
        for row in json.loads(told)[0]
        for amount in row[3]
    }
    names = account_names(account for account, _ in books.balances())
    ours = {
        (names[one], currency): minor for (one, currency), minor in books.balances().items()
    }
    wrong = {key for key in {*read, *ours} if read.get(key, 0) != ours.get(key, 0)}
    print(f"{len(many)} transactions, {len(ours)} balances: hledger and beancount read them,"
          f" {len(wrong)} balances differ")  # fmt: skip
    assert not wrong


if __name__ == "__main__":
    kind, *rest = sys.argv[1:]
    if kind == "exports":
        exports(rest[0])
    elif kind == "writer":
        writer(rest[0], int(rest[1]))
    else:
        {"fold": fold, "kill": kill}[kind](*map(int, rest))
