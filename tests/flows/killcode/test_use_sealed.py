from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.adapters.signers.ed25519 import Ed25519Signer
from nanoward.control.sealed import SealedCode
from nanoward.flows.killcode.release_kill import KillOrderRequest, KillRefusedError
from nanoward.flows.killcode.use_sealed import (
    BadCodeError,
    code_of,
    draft_code,
    issue_code,
    signed_code,
    text_of,
    use_code,
    with_approval,
)
from nanoward.testing.desks import ROLES, SIGNERS, Bay, bay_of

DEVICE = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"d" * 32))
ASKED = KillOrderRequest(
    participants=("P1",),
    mechanism="inducer",
    reason="in case",
    requested_by="anna",
    holds=timedelta(days=7),
)


def made(bay: Bay, *names: str) -> SealedCode:
    request = draft_code(bay.desk, bay.book, ASKED)
    code = SealedCode(request=request, device_key=DEVICE.key, approvals=())
    for name in names:
        one = signed_code(
            request, device_key=DEVICE.key, by=SIGNERS[name], name=name, role=ROLES[name]
        )
        code = with_approval(code, one)
    return code


def test_a_code_is_carried_as_text_and_fires_once_in_a_clinic_that_is_cut_off() -> None:
    server, clinic = bay_of(), bay_of()
    code = made(server, "anna", "ben")
    text = issue_code(server.desk, server.book, code, actor="anna")
    assert code_of(text) == code
    clinic.clock.advance(timedelta(days=6))
    carried = use_code(clinic.desk, clinic.book, code_of(text), DEVICE, DEVICE.public)
    assert not carried.repeated
    assert [one[1:4] for one in clinic.agents.effects()] == [("P1", "kill", "inducer")]
    with pytest.raises(KillRefusedError, match="used already"):
        use_code(clinic.desk, clinic.book, code, DEVICE, DEVICE.public)
    assert len(clinic.agents.effects()) == 1


@pytest.mark.hazard("H-28")
def test_a_code_that_was_stolen_changed_or_is_late_does_not_fire() -> None:
    server, clinic = bay_of(), bay_of()
    code = made(server, "anna", "ben")
    thief = Ed25519Signer(Ed25519PrivateKey.generate())
    other = replace(code, request=replace(code.request, participants=("P2",)))
    moved = replace(code, device_key=thief.key)
    for wrong, device in (
        (code, thief),
        (other, DEVICE),
        (moved, thief),
        (made(server, "anna"), DEVICE),
    ):
        with pytest.raises(KillRefusedError):
            use_code(clinic.desk, clinic.book, wrong, device, device.public)
    clinic.clock.advance(timedelta(days=7))
    with pytest.raises(KillRefusedError, match="expired"):
        use_code(clinic.desk, clinic.book, code, DEVICE, DEVICE.public)
    assert clinic.agents.effects() == []


def test_a_code_is_not_issued_with_one_signature_or_for_two_people() -> None:
    bay = bay_of()
    with pytest.raises(KillRefusedError, match="signature"):
        issue_code(bay.desk, bay.book, made(bay, "anna"), actor="anna")
    with pytest.raises(KillRefusedError, match="one participant"):
        draft_code(bay.desk, bay.book, replace(ASKED, participants=("P1", "P2")))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"request": 3, "approvals": [], "device_key": 1}']
)
def test_a_text_that_is_no_code_is_refused(text: str) -> None:
    with pytest.raises((BadCodeError, Exception)) as caught:
        code_of(text)
    assert getattr(caught.value, "code", "").startswith("IN")
    assert text_of(made(bay_of(), "anna")).startswith('{"approvals"')
