from nanoward.adapters.signers.known import KnownSignatures
from nanoward.control.kill_bytes import signed_bytes
from nanoward.flows.killcode.fire_kill import review_kill
from nanoward.flows.killcode.release_kill import (
    KillOrderRequest,
    break_glass,
    request_kill,
    revoke_signer,
)
from nanoward.ports.desk import Desk
from nanoward.testing.desks import (
    NURSE,
    PETRA,
    SIGNERS,
    approval_of,
    asked_of,
    bay_of,
    fresh_reading,
    glass_of,
    key_of,
    lot_of,
    review_of,
    revocation_of,
)


def test_a_bay_holds_people_who_may_be_given_orders() -> None:
    bay = bay_of(("P1",))
    assert isinstance(bay.desk, Desk)
    assert bay.book.people.consent("P1").status(bay.clock.now().date()) == "active"
    assert bay.kinds().count("CarrierEnrolled") == 1
    fresh_reading(bay.desk, "P1")
    assert bay.book.refresh(bay.desk).people.readings[("P1", "pulse")].at == bay.clock.now()


def test_signatures_of_the_kit_are_real() -> None:
    bay = bay_of()
    asked = KillOrderRequest(
        participants=("P1",), mechanism="inducer", reason="", requested_by="anna"
    )
    request = request_kill(bay.desk, bay.book, asked, actor="anna")
    one = approval_of(request, "anna")
    assert KnownSignatures().verifies(
        scheme="ed25519",
        public=SIGNERS["anna"].public,
        message=signed_bytes(request, signer="anna", role="physician"),
        signature=one.signature,
    )


def test_orders_of_the_kit_are_signed_by_whoever_asks() -> None:
    bay = bay_of()
    assert asked_of()["key"] == NURSE.key
    assert asked_of(requested_by="petra")["key"] == PETRA.key
    assert asked_of(requested_by="P1")["key"] == key_of("P1").key
    assert "signature" not in asked_of(value="four")
    assert asked_of(key="", signature="")["key"] == ""
    assert lot_of("L9").spec_sha256 == bay.desk.plan.spec_sha256


def test_reviews_revocations_and_broken_glass_of_the_kit_are_taken() -> None:
    bay = bay_of()
    asked = KillOrderRequest(
        participants=("P1",), mechanism="inducer", reason="", requested_by="anna"
    )
    request = request_kill(bay.desk, bay.book, asked, actor="anna")
    break_glass(bay.desk, bay.book, glass_of(request, "anna"), actor="anna")
    review_kill(bay.desk, bay.book, review_of(request, "ben"))
    assert bay.book.kills[request.order].reviewed
    void = revocation_of(SIGNERS["anna"].key, "ben")
    assert revoke_signer(bay.desk, bay.book, void) == (request.order,)
