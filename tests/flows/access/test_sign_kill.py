from dataclasses import replace
from typing import Any

import pytest
from tests.flows.access.access_world import NOON

from nanoward.base.entries import KillRequested, body_of
from nanoward.control.kill_bytes import signed_bytes
from nanoward.control.kill_state import Signer
from nanoward.control.plan import ControlPlan, EnrolledSigner, control_plan
from nanoward.flows.access.sign_kill import (
    KillSignatureError,
    approve_kill_by_passkey,
    kill_to_sign,
    signing_plan,
)
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.credentials import Device
from nanoward.ports.service.passkeys import Assertion
from nanoward.testing.desks import SECTION

ITO = Account(account="a-ito", shown="Dr Ito", roles=())
KEY = Device(
    device="d1", account="a-ito", public="00", key="k1", counter=1, bound=True, label="x",
    added=NOON,
)  # fmt: skip
REQUEST = KillRequested(
    order="o1", agent="A1", spec_sha256="5", owner="ours", lot="L1", participants=("P1",),
    mechanism="inducer", dose=1.0, unit="mg", reason="end", requested_by="anna",
    not_before=NOON, expires=NOON, plan_sha256="", ledger_size=1, ledger_hash="",
    expected_escapees=1.0, monotonic_s=0.0,
)  # fmt: skip


def plan(*signers: tuple[str, str]) -> ControlPlan:
    found = tuple(
        EnrolledSigner(
            signer=Signer(name="Ito", roles=frozenset({role}), key=key, person="a-ito"),
            scheme="webauthn",
            public="00",
        )
        for key, role in signers
    )
    return replace(control_plan(SECTION), signers=found)


def form(**changed: Any) -> dict[str, Any]:
    return {"request": body_of(replace(REQUEST, **changed))}


@pytest.mark.hazard("H-395")
def test_what_is_signed_is_what_the_command_line_signs() -> None:
    made = kill_to_sign(form(), plan(("k1", "physician")), ITO, [KEY], "physician")
    assert made.message == signed_bytes(REQUEST, signer="Ito", role="physician")
    assert made.devices == ("d1",)


@pytest.mark.hazard("H-395")
@pytest.mark.parametrize("by", ["Ito", "a-ito", "Dr Ito"])
def test_whoever_asks_for_a_kill_code_does_not_sign_it(by: str) -> None:
    with pytest.raises(KillSignatureError, match="whoever asks"):
        kill_to_sign(form(requested_by=by), plan(("k1", "physician")), ITO, [KEY], "physician")


@pytest.mark.hazard("H-395")
@pytest.mark.parametrize(
    ("signers", "device", "role", "why"),
    [
        ((), KEY, "physician", "none of your passkeys"),
        ((("k2", "physician"),), KEY, "physician", "none of your passkeys"),
        ((("k1", "physician"),), KEY, "council", "not enrolled to sign as council"),
        ((("k1", "physician"),), replace(KEY, bound=False), "physician", "can be copied"),
    ],
    ids=["nobody", "another key", "another role", "a synced passkey"],
)
def test_who_may_not_sign_is_told_why(
    signers: tuple[tuple[str, str], ...], device: Device, role: str, why: str
) -> None:
    with pytest.raises(KillSignatureError, match=why):
        kill_to_sign(form(), plan(*signers), ITO, [device], role)


@pytest.mark.hazard("H-395")
def test_a_signature_of_another_or_a_copied_passkey_is_not_handed_on() -> None:
    made = kill_to_sign(form(), plan(("k1", "physician")), ITO, [KEY], "physician")
    told = Assertion(device="d1", challenge=b"", counter=1, bound=True, signature="s")
    asked: list[Any] = []

    def ask(what: Any) -> dict[str, Any]:
        asked.append(what)
        return {}

    for device, assertion in (
        (replace(KEY, device="d2"), told),
        (KEY, replace(told, bound=False)),
    ):
        with pytest.raises(KillSignatureError):
            approve_kill_by_passkey(ask, made, device, assertion)
    approve_kill_by_passkey(ask, made, KEY, told)
    (sent,) = asked
    assert sent == {
        "do": "kill approve", "order": "o1", "by": "Ito", "role": "physician", "key": "k1",
        "signature": "s",
    }  # fmt: skip


def test_the_plan_says_who_signs() -> None:
    class Folder:
        def plan(self) -> Any:
            return type("P", (), {"section": lambda *_: SECTION})()

    ports: Any = type("Q", (), {"folder": Folder()})()
    assert signing_plan(ports).agent == SECTION["agent"]
