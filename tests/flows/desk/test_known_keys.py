from dataclasses import replace

import pytest

from nanoward.base.entries import SignerRevoked
from nanoward.control.orders import Order, order_of
from nanoward.flows.desk.known_keys import identified, is_signed, key_verifies, known_signer
from nanoward.testing.desks import NOW, NURSE, PETRA, SIGNERS, Bay, asked_of, bay_of, key_of


def order(bay: Bay, **changes: object) -> Order:
    found, faults = order_of(asked_of(**changes), received=NOW)
    assert found is not None, faults
    return identified(bay.desk, bay.book, found)


@pytest.mark.hazard("H-73")
def test_role_and_scope_come_from_the_programme() -> None:
    bay = bay_of()
    staff = order(bay, role="participant", scopes=("acme",))
    assert (staff.role, staff.scopes, is_signed(bay.desk, bay.book, staff)) == (
        "staff",
        ("ours",),
        True,
    )
    partner = order(bay, requested_by="petra")
    assert (partner.key, partner.scopes) == (PETRA.key, ("acme",))
    own = order(bay, requested_by="P1")
    assert (own.role, own.scopes, is_signed(bay.desk, bay.book, own)) == (
        "participant",
        ("ours",),
        True,
    )
    nobody = order(bay, key="x", signature="y", role="staff", scopes=("ours",))
    assert (nobody.role, nobody.scopes) == ("", ())
    assert not is_signed(bay.desk, bay.book, nobody)


@pytest.mark.hazard("H-73")
def test_a_member_of_the_council_gives_no_orders() -> None:
    bay = bay_of()
    cara = SIGNERS["cara"]
    assert order(bay, key=cara.key, signature="").role == "observer"


@pytest.mark.hazard("H-77")
def test_a_key_that_may_be_two_peoples_is_nobodys() -> None:
    bay = bay_of()
    assert known_signer(bay.desk, bay.book, NURSE.key) is not None
    first = bay.desk.plan.signers[0]
    twin = replace(first, signer=replace(first.signer, name="Anna", key="k2"))
    plan = replace(bay.desk.plan, signers=(*bay.desk.plan.signers, twin))
    desk = replace(bay.desk, plan=plan)
    assert known_signer(desk, bay.book, first.signer.key) is None
    assert known_signer(desk, bay.book, NURSE.key) is not None


def test_revoked_and_unknown_keys_are_nobodys() -> None:
    bay = bay_of()
    assert known_signer(bay.desk, bay.book, "unknown") is None
    assert not key_verifies(bay.desk, "unknown", b"", "")
    for key in (NURSE.key, key_of("P1").key):
        void = SignerRevoked(signer="", key=key, reason="lost")
        bay.desk.lane.append([void], actor="anna", at=NOW)
    bay.book.refresh(bay.desk)
    assert known_signer(bay.desk, bay.book, NURSE.key) is None
    assert not is_signed(bay.desk, bay.book, order(bay, requested_by="P1"))
