"""Measures by hand: each kind of case, silence, leavers, sites, and what cannot be read."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.flows.programme.programme_site import AGREEMENT

from nanoward.base.entries.books import PayEarned, PaymentOrdered, PaymentSettled
from nanoward.base.entries.exit import ReturnObstructed, ReturnOwed
from nanoward.base.entries.visits import (
    StayBegun,
    VisitAsked,
    VisitBooked,
    VisitMade,
    VisitMissed,
)
from nanoward.programme.agreements.document import read_agreement
from nanoward.programme.agreements.performance import Measure
from nanoward.programme.lodging.stays import Room, stays_of
from nanoward.programme.record_measures import (
    MEASURES,
    ProgrammeRecord,
    measured,
    quarters,
    stated_measures,
)
from nanoward.programme.visits.booking_board import board_of

DAY = date(2026, 11, 30)
BEFORE = DAY - timedelta(days=10)
OPEN = frozenset({"safety", "dose"})


def record(*entries: Any) -> ProgrammeRecord:
    return ProgrammeRecord(
        entries=entries,
        board=board_of(entries, lambda _: OPEN),
        stays=stays_of(entries),
        rooms={"ward/r1": Room(name="ward/r1", kind="shared", beds=1)},
        needs={"dose": {"bed": 1}},
        sites=frozenset({"ward", "north"}),
        day=DAY,
    )


def booked(who: str, day: date = BEFORE, kind: str = "safety", site: str = "ward") -> Any:
    return VisitBooked(
        booking=f"b{who}", participant=who, kind=kind, site=site, day=day, half="morning",
        zone="UTC", starts=datetime(2026, 11, 20, 8, tzinfo=UTC), needs=(), by="n",
    )  # fmt: skip


def made(who: str, kind: str = "safety") -> Any:
    return VisitMade(booking=f"b{who}", participant=who, kind=kind, day=BEFORE, outcome="done",
                     by="n")  # fmt: skip


def earned(who: str, due: date) -> Any:
    return PayEarned(participant=who, visit=f"b{who}", kind="safety", day=due, due=due,
                     currency="EUR", minor=1, tx=f"t{who}", agreement_sha256="")  # fmt: skip


def ordered(who: str, day: date) -> Any:
    return PaymentOrdered(payment=f"p{who}", payee=who, currency="EUR", minor=1,
                          covers=(f"t{who}",), batch="b", ordered=day, expires=day)  # fmt: skip


def cases(name: str, *entries: Any, party: str = "partner") -> dict[str, bool]:
    first, last = quarters(DAY)[1]
    return dict(MEASURES[name](record(*entries), party, first, last))


def test_late_pay_is_pay_that_no_sound_order_covers_by_its_day() -> None:
    void = PaymentSettled(
        payment="pC", outcome="void", settled=DAY, reason="", receipt="", tx=""
    )
    found = cases(
        "late pay",
        *(earned(who, BEFORE) for who in "ABCD"),
        earned("E", DAY),  # due today: not late yet
        earned("F", date(2026, 9, 30)),  # of the quarter before
        ordered("A", BEFORE),
        ordered("B", BEFORE + timedelta(days=1)),
        ordered("C", BEFORE),
        void,
    )
    assert found == {"A": True, "B": False, "C": False, "D": False}


def test_a_safety_visit_of_which_nobody_wrote_anything_was_missed() -> None:
    missed = VisitMissed(booking="bB", participant="B", day=BEFORE, reason="r", by="n")
    waits = VisitAsked(booking="bD", participant="D", kind="safety", occasion="", opens=BEFORE,
                       planned=BEFORE, closes=BEFORE, by="n")  # fmt: skip
    entries = [*(booked(who) for who in "ABC"), made("A"), missed, waits,
               booked("E", day=DAY + timedelta(days=1)), booked("F", kind="dose")]  # fmt: skip
    wanted = {"A": True, "B": False, "C": False}
    assert cases("missed safety visits", *entries) == {**wanted, "D": False}
    assert cases("missed safety visits", *entries, party="ward") == wanted
    assert cases("missed safety visits", *entries, party="north") == {}


def test_beds_are_counted_by_the_night_and_by_the_room_that_is_there() -> None:
    stay = [
        StayBegun(stay=f"s{who}", participant=who, site="ward", room=room, kind="shared",
                  first=BEFORE, last=None, by="n")
        for who, room in (("A", "r1"), ("C", "gone"))
    ]  # fmt: skip
    entries = [one for who in "AB" for one in (booked(who, kind="dose"), made(who, "dose"))]
    assert cases("beds not given", *entries, *stay) == {"A": True, "B": False, "C": False}


def test_a_return_is_obstructed_by_whoever_did_it_alone() -> None:
    owed = [ReturnOwed(participant=who, notice="n", since=BEFORE, due=BEFORE) for who in "AB"]
    kept = ReturnObstructed(participant="A", obstructed_by="Partner", how="locked")
    assert cases("obstructed returns", *owed, kept) == {"A": False, "B": True}
    assert cases("obstructed returns", *owed, kept, party="other") == {"A": True, "B": True}


@pytest.mark.hazard("H-304")
def test_verdicts_need_twenty_people_and_leavers_count_for_the_way_home_alone() -> None:
    names = [f"P{one:02d}" for one in range(30)]
    late = [earned(who, BEFORE) for who in names]
    left = [ReturnOwed(participant=who, notice="n", since=BEFORE, due=BEFORE) for who in names]
    kept = [ReturnObstructed(participant=who, obstructed_by="x", how="h") for who in names]
    pay = Measure(name="late pay", party="x", target=0.95)
    home = Measure(name="obstructed returns", party="x", target=0.95)
    now = measured(pay, record(*late))[1]
    assert (now.found.verdict, now.name) == ("breach", "2026-Q4-x-late-pay")
    assert "0 of 30 met in 2026-Q4" in now.told()
    assert measured(pay, record(*late[:19]))[1].found.verdict == "too few"
    assert measured(pay, record(*late))[0].found.n == 0
    assert measured(pay, record(*late, *left))[1].found.n == 0
    assert measured(pay, record(*late, left[0]))[1].found.n == 29
    assert measured(home, record(*left, *kept))[1].found.verdict == "breach"


def test_what_the_record_cannot_show_is_told() -> None:
    terms = ", ".join(
        f'{{ kind = "measure", {one} }}'
        for one in (
            'what = "late pay", target = "95 %", minimum_n = 25, window = "quarter"',
            'what = "smiles", target = "0.9"',
            'what = "late pay", target = "2"',
            'what = "late pay", target = "soon"',
            'what = "late pay"',
            'what = "beds not given", target = "1", window = "day"',
        )
    )
    text = AGREEMENT.replace("terms = [", f"terms = [ {terms},")
    stated = stated_measures(
        read_agreement(text.replace('kind = "participant"', 'kind = "site"').encode()), "x"
    )
    assert stated.measures == (Measure(name="late pay", party="x", target=0.95, minimum_n=25),)
    assert len(stated.unread) == 5
    none = stated_measures(read_agreement(text.encode()), "P1")
    assert (none.measures, none.unread) == ((), ())


def test_quarters_of_every_day_join_without_a_gap() -> None:
    for one in range(800):
        day = date(2026, 1, 1) + timedelta(days=one)
        (first, before), (start, last) = quarters(day)
        assert last == day
        assert start - before == timedelta(days=1)
        assert 90 <= (before - first).days + 1 <= 92
