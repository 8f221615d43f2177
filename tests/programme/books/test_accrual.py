"""Earned by what was done, however it ends; the pilot to the cent."""

import os
import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.programme.agreements.random_agreements import random_terms

from nanoward.programme.agreements.exit_paths import exit_paths
from nanoward.programme.agreements.terms import read_terms
from nanoward.programme.books.accounts import PARTICIPATION, books_of, moved, owed
from nanoward.programme.books.accrual import (
    UnknownOutcomeError,
    VisitDone,
    due_days,
    earned,
    is_lump,
    is_periodic,
    pay_besides_visits,
)

SHARED = Path(os.environ.get("NANOWARD_SHARED", Path(__file__).parents[4] / "shared"))
PILOT = SHARED / "data" / "cdiscpilot" / "sdtm_phuse"
DAY = date(2026, 11, 30)
TERMS = read_terms(
    [
        {"kind": "pay", "per": "visit", "amount": "40", "within_days": 7},
        {"kind": "pay", "per": "night", "amount": "15"},
        {"kind": "pay", "per": "hour", "amount": "10", "what": "any"},
        {"kind": "pay", "per": "safety", "amount": "25"},
        {"kind": "pay", "per": "complete", "amount": "50"},
    ],
    "EUR",
)
DONE = VisitDone(visit="v", kind="weekly", week=1, day=DAY)


@pytest.mark.parametrize(
    ("done", "minor"),
    [
        (DONE, 4000),
        (replace(DONE, outcome="broken off"), 4000),
        (replace(DONE, outcome="failed test"), 4000),
        (replace(DONE, outcome="called off late"), 2000),
        (replace(DONE, outcome="missed"), 0),
        (replace(DONE, nights=2), 7000),
        (replace(DONE, hours=Decimal("1.5")), 5500),
        (replace(DONE, kind="safety"), 2500),
        (replace(DONE, after=True), 2500),
    ],
)
def test_what_a_visit_earns(done: VisitDone, minor: int) -> None:
    found = earned(TERMS, done)
    assert found.minor == minor
    assert found.due == DAY + timedelta(days=7)


def test_an_outcome_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownOutcomeError):
        earned(TERMS, replace(DONE, outcome="odd"))


def test_pay_besides_visits_is_what_the_exit_paths_count() -> None:
    """26 weeks: 100 a month and 26 for completing, pro rata: 1 a week."""
    assert pay_besides_visits(TERMS, 26, 25) == 0
    assert pay_besides_visits(TERMS, 26, 26, completed=True) == 5000
    monthly = read_terms(
        [
            {"kind": "pay", "per": "visit", "amount": "40"},
            {"kind": "pay", "per": "month", "amount": "100"},
            {"kind": "bonus", "amount": "26", "prorated": True},
        ],
        "EUR",
    )
    assert pay_besides_visits(monthly, 26, 3) == 300
    assert pay_besides_visits(monthly, 26, 8) == 20_800
    assert pay_besides_visits(monthly, 26, 99, completed=True) == 62_600
    assert [is_lump(one) for one in monthly] == [False, False, True]
    assert [is_periodic(one) for one in monthly] == [False, True, False]
    assert due_days(TERMS) == 7
    assert due_days(monthly) == 30


@pytest.mark.hazard("H-298")
def test_pay_from_a_share_of_the_visits_on_is_paid_once_as_it_was_judged() -> None:
    tier = read_terms(
        [{"kind": "pay", "per": "visit", "amount": "50", "at_share": "0.8"}], "EUR"
    )
    assert earned(tier, DONE).minor == 0
    assert pay_besides_visits(tier, 10, 7) == 0
    assert pay_besides_visits(tier, 10, 8) == 5000


@pytest.mark.skipif(not PILOT.exists(), reason="the pilot is not here")
def test_pilot_pay_to_the_cent() -> None:
    """75 for a clinic visit, 25 for any other contact from baseline on (254 people)."""
    terms = read_terms(
        [
            {"kind": "pay", "per": "visit", "amount": "75", "what": "clinic"},
            {"kind": "pay", "per": "visit", "amount": "25", "what": "contact"},
        ],
        "USD",
    )
    people = pl.read_parquet(PILOT / "dm.parquet").filter(pl.col("ARM") != "Screen Failure")
    ends = pl.read_parquet(PILOT / "ds.parquet").filter(pl.col("DSDECOD") == "COMPLETED")
    visits = pl.read_parquet(PILOT / "sv.parquet").filter(
        pl.col("USUBJID").is_in(people["USUBJID"].to_list()) & (pl.col("VISITNUM") >= 3)
    )
    entries = []
    by_person: dict[str, int] = defaultdict(int)
    for number, row in enumerate(visits.iter_rows(named=True)):
        whole = row["VISITNUM"] == int(row["VISITNUM"]) and row["VISITNUM"] <= 13
        done = replace(DONE, visit=str(number), kind="clinic" if whole else "contact")
        minor = earned(terms, done).minor
        by_person[row["USUBJID"]] += minor
        who = owed(f"p{row['USUBJID']}")
        entries.append(
            moved(str(number), DAY, "pay", ("USD", minor), debit=PARTICIPATION, credit=who)
        )
    books = books_of(entries)
    sums = books.balances()
    assert sums[PARTICIPATION, "USD"] == 174_550_00
    assert sum(len(one.postings) for one in entries) == 5_868
    assert sum(sums.values()) == 0
    assert all(sum(leg[2] for leg in one.legs()) == 0 for one in entries)
    completed = set(ends["USUBJID"])
    assert sum(m for who, m in by_person.items() if who not in completed) == 70_250_00


@pytest.mark.hazard("H-298")
def test_what_is_booked_is_what_leaving_was_judged_by_in_every_week() -> None:
    """400 random agreements of visits, nights, months, tiers and lumps, allowed or not."""
    rng, seen = random.Random(20), 0
    while seen < 400:
        weeks = rng.randint(4, 26)
        terms = read_terms(random_terms(rng, weeks), "EUR")
        kinds = {one.kind for one in terms}
        if not kinds <= {"pay", "tier"} or any(one.forfeit for one in terms):
            continue
        seen += 1
        paths, visits = exit_paths(terms, weeks), 0
        for week in range(1, weeks + 1):
            done = replace(DONE, week=week, nights=7)
            visits += earned(terms, done).minor
            booked = visits + pay_besides_visits(terms, weeks, week)
            assert booked == paths.kept["withdraw"][week]
        assert visits + pay_besides_visits(terms, weeks, weeks, completed=True) == paths.pay
