"""Beds on the ledger: conflicts told, nobody put out, contacts appended for bonds."""

from datetime import timedelta

import pytest
from tests.flows.programme.programme_site import SECTION, TODAY, site

from nanoward.base.entries.bonds import ContactRecorded
from nanoward.flows.programme.ask_gate import ledger_entries
from nanoward.flows.programme.lodge_people import (
    BedWish,
    UnknownStayError,
    VisitorPass,
    VisitorRefusedError,
    admit_visitor,
    begin_stay,
    end_stay,
    lodging_contacts,
    record_contacts,
)
from nanoward.programme.lodging.stays import StayRefusedError, stays_of


def bed(who: str, room: str = "r1", kind: str = "shared") -> BedWish:
    return BedWish(participant=who, site="ward", room=room, kind=kind, first=TODAY)


@pytest.mark.hazard("H-313")
def test_room_mates_are_contacts_once() -> None:
    ports = site("P1", "P2")
    name = begin_stay(ports, bed("P1"), by="nurse")
    assert begin_stay(ports, bed("P1"), by="nurse") == name
    begin_stay(ports, bed("P2"), by="nurse")
    assert len(lodging_contacts(ports, TODAY)) == 1
    (made,) = record_contacts(ports, TODAY, by="lodging")
    assert (made.a, made.b, made.kind) == ("P1", "P2", "room")
    assert record_contacts(ports, TODAY, by="lodging") == ()
    with pytest.raises(StayRefusedError, match="2 beds"):
        begin_stay(ports, bed("P3"), by="nurse")


@pytest.mark.hazard("H-312")
def test_nobody_is_put_out_and_the_person_may_go_at_once() -> None:
    ports = site("P1")
    name = begin_stay(ports, bed("P1"), by="nurse")
    with pytest.raises(StayRefusedError, match="keeps the bed"):
        end_stay(ports, name, TODAY + timedelta(days=3), reason="room needed", by="nurse")
    end_stay(ports, name, TODAY + timedelta(days=14), reason="room needed", by="nurse")
    end_stay(ports, name, TODAY, reason="home", by="P1")
    assert stays_of(ledger_entries(ports, "visits"))[name].last == TODAY
    with pytest.raises(UnknownStayError):
        end_stay(ports, "s-x", TODAY, reason="", by="P1")


@pytest.mark.hazard("H-313")
def test_a_visitor_signs_reads_and_asks_the_ward_and_is_a_contact() -> None:
    ports = site("P1", section={**SECTION, "restricted": ["P1"]})
    wanted = VisitorPass(visitor="Mum", participants=("P1",), site="ward", consent=b"",
                         rules_read=False)  # fmt: skip
    with pytest.raises(VisitorRefusedError) as told:
        admit_visitor(ports, wanted, by="door")
    for part in ("no consent", "not read", "ward has not agreed"):
        assert part in str(told.value)
    fine = VisitorPass(visitor="Mum", participants=("P1",), site="ward", consent=b"signed",
                       rules_read=True, ward_agreed=True)  # fmt: skip
    admit_visitor(ports, fine, by="door")
    (met,) = (one for one in ledger_entries(ports, "bonds") if isinstance(one, ContactRecorded))
    assert (met.a, met.b, met.kind) == ("Mum", "P1", "visitor")
