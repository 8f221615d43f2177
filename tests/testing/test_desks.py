from nanoward.adapters.signers.known import KnownSignatures
from nanoward.control.killcode import signed_bytes
from nanoward.flows.killcode.release_kill import KillOrderRequest, request_kill
from nanoward.ports.desk import Desk
from nanoward.testing.desks import SIGNERS, approval_of, bay_of, fresh_reading


def test_a_bay_holds_people_who_may_be_given_orders() -> None:
    bay = bay_of(("P1",))
    assert isinstance(bay.desk, Desk)
    assert bay.book.consent == {"P1": True}
    assert bay.kinds().count("CarrierEnrolled") == 1
    fresh_reading(bay.desk, "P1")
    assert bay.book.refresh(bay.desk).read_at["P1"] == bay.clock.now()


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
