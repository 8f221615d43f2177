import pytest

from nanoward.base.entries import KillRequested
from nanoward.control.kill_bytes import (
    glass_bytes,
    order_bytes,
    review_bytes,
    revoke_bytes,
    signed_bytes,
)
from nanoward.flows.killcode.release_kill import KillOrderRequest, request_kill
from nanoward.testing.desks import bay_of


def request() -> KillRequested:
    bay = bay_of()
    asked = KillOrderRequest(
        participants=("P1",), mechanism="inducer", reason="end", requested_by="anna"
    )
    return request_kill(bay.desk, bay.book, asked, actor="anna")


@pytest.mark.hazard("H-75")
def test_no_signature_stands_for_another_meaning_person_or_order() -> None:
    one, other = request(), request()
    texts = [
        *(signed_bytes(one, signer=who, role=role) for who in "ab" for role in "xy"),
        *(glass_bytes(one, signer=who, role=role) for who in "ab" for role in "xy"),
        *(review_bytes(one, signer=who, note=note) for who in "ab" for note in "xy"),
        signed_bytes(other, signer="a", role="x"),
        glass_bytes(other, signer="a", role="x"),
        review_bytes(other, signer="a", note="x"),
        *(revoke_bytes(key, signer="a", reason=why) for key in "kl" for why in "xy"),
        revoke_bytes("k", signer="b", reason="x"),
    ]
    assert len(set(texts)) == len(texts) == 20
    assert order_bytes(one).startswith(b'{"agent":"A1"')
