from dataclasses import replace
from datetime import timedelta

import pytest

from nanoward.base.entries import KillApproved, KillEnded, KillReleased, KillRequested
from nanoward.control.kill_roles import people_asked_for, person_of, roles_needed
from nanoward.control.killcode import after, begun
from nanoward.testing.desks import NOW


def request(name: str, *people: str, owner: str = "ours") -> KillRequested:
    return KillRequested(
        order=name,
        agent="A1",
        spec_sha256="",
        owner=owner,
        lot="L1",
        participants=people,
        mechanism="inducer",
        dose=1.0,
        unit="mg",
        reason="",
        requested_by="anna",
        not_before=NOW,
        expires=NOW + timedelta(minutes=15),
        plan_sha256="",
        ledger_size=0,
        ledger_hash="",
        expected_escapees=0.0,
        monotonic_s=0.0,
    )


@pytest.mark.hazard("H-78")
def test_open_and_recent_orders_are_counted_and_what_came_to_nothing_is_not() -> None:
    mine = request("K9", "P1")
    signed = (
        KillApproved(order="K1", signer="anna", role="physician", key="a", signature=""),
        KillApproved(order="K1", signer="ben", role="safety_officer", key="b", signature=""),
        KillReleased(order="K1", break_glass=False, released_by=("anna", "ben")),
    )
    fired = begun(request("K1", "P2", "P3"), NOW)
    for entry in signed:
        fired = after(fired, entry, NOW)
    waiting = begun(request("K2", "P3", "P4"), NOW)
    ended = after(waiting, KillEnded(order="K2", how="withdrawn", reason=""), NOW)
    assert people_asked_for([fired, waiting], mine, NOW) == {"P1", "P2", "P3", "P4"}
    assert people_asked_for([fired, ended], mine, NOW) == {"P1", "P2", "P3"}
    later = NOW + timedelta(hours=24)
    assert people_asked_for([fired, waiting], mine, later) == {"P1", "P2", "P3"}
    assert people_asked_for([fired], mine, later + timedelta(seconds=1)) == {"P1"}


def test_the_council_is_needed_above_ten_people_or_for_a_partner() -> None:
    two = {"physician", "safety_officer"}
    assert roles_needed(request("K", "P1")) == two
    assert roles_needed(request("K", "P1"), 10) == two
    assert roles_needed(request("K", "P1"), 11) == {*two, "council"}
    assert roles_needed(request("K", *map(str, range(11)))) == {*two, "council"}
    assert roles_needed(request("K", "P1", owner="acme")) == {*two, "council"}


def test_a_signature_of_an_earlier_version_is_its_signers() -> None:
    old = KillApproved(order="K", signer="anna", role="", key="", signature="")
    assert person_of(old) == "anna"
    assert person_of(replace(old, person="007")) == "007"
