from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.adapters.signers.ed25519 import Ed25519Signer
from nanoward.control.kill_state import KillState
from nanoward.control.sealed import SealedCode
from nanoward.flows.killcode.fire_kill import resume_kills, sweep_kills
from nanoward.flows.killcode.release_kill import KillOrderRequest, KillRefusedError
from nanoward.flows.killcode.use_sealed import (
    BadCodeError,
    code_of,
    draft_code,
    issue_code,
    signed_code,
    signed_use,
    text_of,
    use_code,
    with_approval,
)
from nanoward.flows.killcode.verify_flush import verify_flush
from nanoward.flows.lane.serve_lane import serve_lane
from nanoward.testing.desks import ROLES, SIGNERS, Bay, bay_of

DEVICE = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"d" * 32))
ASKED = KillOrderRequest(
    participants=("P1",),
    mechanism="inducer",
    reason="in case",
    requested_by="anna",
    holds=timedelta(days=7),
)


def used(bay: Bay, code: SealedCode, device: Ed25519Signer) -> KillState:
    return use_code(bay.desk, bay.book, code, signed_use(code, device, bay.clock.now()))


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
    state = used(clinic, code_of(text), DEVICE)
    assert state.people == {"P1": "acknowledged"}
    assert state.released is not None
    assert state.released.sealed  # its times are of another machine's clock
    assert [one[1:4] for one in clinic.agents.effects()] == [("P1", "kill", "inducer")]
    with pytest.raises(KillRefusedError, match="already"):
        used(clinic, code, DEVICE)
    assert len(clinic.agents.effects()) == 1


@pytest.mark.hazard("H-80")
def test_a_code_used_at_a_silent_driver_is_owed_sent_again_and_verified_as_any_other() -> None:
    server, clinic = bay_of(), bay_of()
    code = made(server, "anna", "ben")
    clinic.clock.advance(timedelta(days=2))
    clinic.agents.misbehave("P1", ["silent"])
    state = used(clinic, code, DEVICE)
    assert state.people == {"P1": "unanswered"}
    (kill,) = serve_lane(clinic.desk, clinic.book, {"do": "status"})["kills"]
    assert (kill["status"], kill["participants"]) == ("firing", {"P1": "unanswered"})
    clinic.clock.advance(timedelta(minutes=2))
    due = sweep_kills(clinic.desk, clinic.book, actor="lane")
    assert "no answer from the driver" in due[0].message
    resume_kills(clinic.desk, clinic.book, actor="lane")
    assert clinic.book.kills[code.request.order].people == {"P1": "acknowledged"}
    assert [one[0] for one in clinic.agents.effects()] == [f"{code.request.order}:P1"]
    (decided,) = verify_flush(clinic.desk, clinic.book, actor="lane")
    assert (decided.participant, decided.outcome) == ("P1", "verifying")


@pytest.mark.hazard("H-80")
def test_of_the_codes_of_several_days_one_works_for_a_person_and_mechanism() -> None:
    server, clinic = bay_of(), bay_of()
    monday = made(server, "anna", "ben")
    server.clock.advance(timedelta(days=1))
    tuesday = made(server, "anna", "ben")
    clinic.clock.advance(timedelta(days=2))
    used(clinic, monday, DEVICE)
    with pytest.raises(KillRefusedError, match="used at this participant already"):
        used(clinic, tuesday, DEVICE)
    assert len(clinic.agents.effects()) == 1


@pytest.mark.hazard("H-80")
def test_a_code_for_another_lot_than_the_one_carried_now_does_not_fire() -> None:
    server, clinic = bay_of(), bay_of()
    code = made(server, "anna", "ben")
    moved = replace(clinic.book.carriers["P1"], lot="L2")
    clinic.desk.lane.append([moved], actor="nurse", at=clinic.clock.now())
    with pytest.raises(KillRefusedError, match="made for lot L1"):
        used(clinic, code, DEVICE)


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
            used(clinic, wrong, device)
    clinic.clock.advance(timedelta(days=7))
    with pytest.raises(KillRefusedError, match="expired"):
        used(clinic, code, DEVICE)
    assert clinic.agents.effects() == []


@pytest.mark.hazard("H-28")
def test_a_thief_who_names_the_clinics_key_and_an_old_or_early_signature_fire_nothing() -> None:
    server, clinic = bay_of(), bay_of()
    code = made(server, "anna", "ben")
    now = clinic.clock.now()
    thief = Ed25519Signer(Ed25519PrivateKey.generate())
    posing = replace(signed_use(code, thief, now), key=DEVICE.key)
    kept = signed_use(code, DEVICE, now - timedelta(minutes=3))
    early = signed_use(code, DEVICE, now + timedelta(minutes=3))
    for wrong in (posing, kept, early):
        with pytest.raises(KillRefusedError):
            use_code(clinic.desk, clinic.book, code, wrong)
    assert clinic.agents.effects() == []
    assert used(clinic, code, DEVICE).people == {"P1": "acknowledged"}


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
