"""A kill code signed with a passkey: the same bytes, and the same lane, as by command line."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nanoward.base.entries import KillRequested
from nanoward.base.errors import RefusedError
from nanoward.control.kill_bytes import signed_bytes
from nanoward.control.plan import ControlPlan, EnrolledSigner, control_plan
from nanoward.flows.lane.serve_lane import request_from
from nanoward.ports.ports import Ports
from nanoward.ports.service.accounts import Account
from nanoward.ports.service.credentials import Device
from nanoward.ports.service.passkeys import Assertion

Answer = Mapping[str, Any]
AskLane = Callable[[Mapping[str, Any]], Answer]
SCHEME = "webauthn"


class KillSignatureError(RefusedError):
    """This account must not sign this kill code so."""

    code = "REF-244"
    next_step = "Somebody else signs it, who holds the role and did not ask for the code."


@dataclass(frozen=True, slots=True, kw_only=True)
class KillSignature:
    """What is about to be signed: the order's bytes, by whom, with which of their passkeys."""

    order: str
    role: str
    signer: str
    message: bytes
    devices: tuple[str, ...]


def signing_plan(ports: Ports) -> ControlPlan:
    """Who may sign kill codes, as the plan has it now; BadControlError."""
    return control_plan(ports.folder.plan().section("control"))


def kill_to_sign(
    form: Answer, plan: ControlPlan, account: Account, devices: Sequence[Device], role: str
) -> KillSignature:
    """What an account signs under a kill code as it was shown; KillSignatureError.

    form  the lane's "kill show"
    """
    request = request_from(form["request"])
    mine = {
        one.key: (one, enrolled)
        for one in devices
        if (enrolled := _enrolled(plan, one.key)) is not None
    }
    signers = [one for one in mine.values() if role in one[1].signer.roles]
    names = sorted({enrolled.signer.name for _, enrolled in signers})
    usable = [
        one.device
        for one, enrolled in signers
        if one.bound and enrolled.signer.name == names[0]
    ]
    own = _asked_by(request, account, mine.values())
    checks = (
        (bool(mine), "none of your passkeys is enrolled as a signer of kill codes"),
        (not mine or bool(signers), f"you are not enrolled to sign as {role}"),
        (not signers or bool(usable), "a passkey that can be copied signs no kill code"),
        (not own, "whoever asks for a kill code does not sign it"),
    )
    if against := [reason for holds, reason in checks if not holds]:
        raise KillSignatureError("; ".join(against))
    return KillSignature(
        order=request.order,
        role=role,
        signer=names[0],
        message=signed_bytes(request, signer=names[0], role=role),
        devices=tuple(usable),
    )


def approve_kill_by_passkey(
    ask: AskLane, made: KillSignature, device: Device, assertion: Assertion
) -> Answer:
    """Hand a passkey's signature to the lane, which verifies it anew; the code's state.

    KillSignatureError for a passkey that says it can be copied.
    """
    if device.device not in made.devices or not assertion.bound:
        raise KillSignatureError("that passkey does not sign this kill code")
    return ask(
        {
            "do": "kill approve",
            "order": made.order,
            "by": made.signer,
            "role": made.role,
            "key": device.key,
            "signature": assertion.signature,
        }
    )


def _enrolled(plan: ControlPlan, key: str) -> EnrolledSigner | None:
    return next(
        (one for one in plan.signers if one.scheme == SCHEME and one.signer.key == key), None
    )


def _asked_by(request: KillRequested, account: Account, mine: Any) -> bool:
    """Whether the account asked for the code, under whichever of its names."""
    names = {account.account, account.shown}
    for _, enrolled in mine:
        names |= {enrolled.signer.name, enrolled.signer.person} - {""}
    return request.requested_by in names
