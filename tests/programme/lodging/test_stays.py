"""Beds: nobody is put out, people apart have their own air, shared rooms are contacts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nanoward.base.entries.visits import StayBegun, StayEnded
from nanoward.programme.lodging.stays import (
    Room,
    Stay,
    beds_taken,
    end_conflicts,
    lost_beds,
    room_contacts,
    stay_conflicts,
    stays_of,
    waiting_contacts,
)

DAY = date(2026, 12, 1)
ROOMS = {
    "w/r1": Room(name="w/r1", kind="shared", beds=2),
    "w/a1": Room(name="w/a1", kind="apart", beds=1, own_air=True),
}
STAY = Stay(stay="s", participant="P1", room="w/r1", kind="shared", first=DAY, last=None)


def conflicts(wish: Stay, *others: Stay, restricted: frozenset[str] = frozenset()) -> str:
    apart = frozenset({frozenset({"P1", "P9"})})
    known = {one.stay: one for one in others}
    return "; ".join(stay_conflicts(wish, known, ROOMS, apart=apart, restricted=restricted))


def mate(name: str, nights: int = 3, after: int = 0) -> Stay:
    first = DAY + timedelta(days=after)
    return Stay(stay=name, participant=name, room="w/r1", kind="shared", first=first,
                last=first + timedelta(days=nights))  # fmt: skip


@pytest.mark.hazard("H-312")
def test_a_room_is_full_in_any_night_of_the_stay() -> None:
    assert conflicts(STAY) == ""
    assert conflicts(STAY, mate("P2")) == ""
    assert "2 beds" in conflicts(STAY, mate("P2"), mate("P3", after=2))
    assert conflicts(STAY, mate("P2", 1), mate("P3", 1, after=5)) == ""


def test_every_conflict_of_a_stay() -> None:
    wish = replace(STAY, kind="single", last=DAY - timedelta(days=1))
    assert "is shared, not single" in conflicts(wish)
    assert "before it begins" in conflicts(wish)
    assert "no room" in conflicts(replace(STAY, room="w/x"))
    assert "has a bed" in conflicts(STAY, replace(mate("P1"), stay="other"))
    assert "P1 and P9 are kept apart" in conflicts(STAY, mate("P9"))
    assert "own air" in conflicts(STAY, restricted=frozenset({"P1"}))
    own = replace(STAY, room="w/a1", kind="apart")
    assert conflicts(own, restricted=frozenset({"P1"})) == ""


@pytest.mark.hazard("H-312")
def test_nobody_is_put_out_sooner_than_14_days_after_being_told() -> None:
    assert end_conflicts(STAY, DAY, by="P1", told_on=DAY) == ()
    assert end_conflicts(STAY, DAY + timedelta(days=13), by="staff", told_on=DAY)
    assert end_conflicts(STAY, DAY + timedelta(days=14), by="staff", told_on=DAY) == ()
    until = replace(STAY, last=DAY)
    assert end_conflicts(until, DAY, by="staff", told_on=DAY) == ()


def test_stays_from_entries() -> None:
    begun = StayBegun(stay="s", participant="P1", site="w", room="r1", kind="shared", first=DAY,
                      last=None, by="x")  # fmt: skip
    end = StayEnded(stay="s", participant="P1", last=DAY, reason="", by="P1")
    found = stays_of([begun, replace(end, last=DAY + timedelta(days=3)), end])["s"]
    assert (found.room, found.last) == ("w/r1", DAY)
    assert found.nights(DAY + timedelta(days=9)) == 1
    assert STAY.nights(DAY + timedelta(days=9)) == 9


def test_a_room_that_vanishes_is_told_and_nobody_is_lost() -> None:
    there = [STAY, mate("P2")]
    assert beds_taken(there, ROOMS, DAY) == {"apart": (0, 1), "shared": (2, 2)}
    assert lost_beds(there, ROOMS, DAY) == ()
    assert len(lost_beds(there, {}, DAY)) == 2
    smaller = {"w/r1": replace(ROOMS["w/r1"], beds=1)}
    assert len(lost_beds(there, smaller, DAY)) == 1


@pytest.mark.hazard("H-313")
def test_who_shared_a_room_or_waited_together_is_a_contact() -> None:
    (found,) = room_contacts([STAY, mate("P2"), replace(mate("P3"), room="w/a1")], DAY)
    assert (found.a, found.b, found.kind, found.first, found.last) == (
        "P1",
        "P2",
        "room",
        DAY,
        DAY,
    )
    assert not list(room_contacts([STAY, mate("P2", after=5)], DAY))
    half_days = {("w", DAY, "morning"): ["P2", "P1", "P1"], ("w", DAY, "afternoon"): ["P3"]}
    (met,) = waiting_contacts(half_days)
    assert (met.a, met.b, met.kind) == ("P1", "P2", "waiting room")


@pytest.mark.parametrize("mine", [None, DAY + timedelta(days=5)])
@pytest.mark.parametrize("theirs", [None, DAY + timedelta(days=2)])
def test_a_shared_room_is_a_contact_while_both_are_in_it(
    mine: date | None, theirs: date | None
) -> None:
    pair = [replace(STAY, last=mine), replace(mate("P2"), first=DAY, last=theirs)]
    as_of = DAY + timedelta(days=9)
    (found,) = room_contacts(pair, as_of)
    assert (found.a, found.b, found.first) == ("P1", "P2", DAY)
    assert found.last == min(one for one in (mine, theirs, as_of) if one is not None)
