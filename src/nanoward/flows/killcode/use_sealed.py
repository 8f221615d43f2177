"""Sealed codes: issue one for a clinic that may be cut off, and fire it there."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries import (
    KINDS,
    Entry,
    KillApproved,
    KillIntended,
    KillReleased,
    KillRequested,
    SealedCodeIssued,
    body_of,
    entry_of,
    kind_of,
)
from nanoward.base.errors import InputError
from nanoward.control.kill_state import FIRED, OWED, KillState
from nanoward.control.sealed import (
    LONGEST_SEALED,
    CodeContext,
    SealedCode,
    may_use,
    sealed_bytes,
    use_bytes,
)
from nanoward.flows.desk.known_keys import key_verifies, known_signer
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.fire_kill import act_on_kill
from nanoward.flows.killcode.release_kill import (
    KillOrderRequest,
    KillRefusedError,
    moment_of,
)
from nanoward.ports.desk import Desk
from nanoward.ports.signer import Signer

USE_HOLDS = timedelta(minutes=2)  # between the device's signature and the lane


class BadCodeError(InputError):
    """A file holds no sealed code."""

    code = "INP-062"
    next_step = "Ask for the code to be issued anew."


def draft_code(desk: Desk, book: OrderState, asked: KillOrderRequest) -> KillRequested:
    """The request of a sealed code, to be signed over `sealed_bytes` by those needed."""
    carrier = book.refresh(desk).carriers.get(asked.participants[0])
    mechanism = desk.plan.mechanisms.get(asked.mechanism)
    if carrier is None or mechanism is None or len(asked.participants) != 1:
        raise KillRefusedError("a sealed code is for one participant and one mechanism")
    now, head = moment_of(desk), desk.lane.head()
    return KillRequested(
        order=secrets.token_hex(16),
        agent=carrier.agent,
        spec_sha256=carrier.spec_sha256,
        owner=carrier.owner,
        lot=carrier.lot,
        participants=asked.participants,
        mechanism=mechanism.name,
        dose=mechanism.dose,
        unit=mechanism.unit,
        reason=asked.reason,
        requested_by=asked.requested_by,
        not_before=now.wall,
        expires=now.wall + min(asked.holds, LONGEST_SEALED),
        plan_sha256=desk.plan_sha256,
        ledger_size=head.size,
        ledger_hash=head.hash,
        expected_escapees=carrier.cells * mechanism.escape,
        monotonic_s=now.monotonic_s,
    )


def signed_code(
    request: KillRequested, *, device_key: str, by: Signer, name: str, role: str
) -> KillApproved:
    """One person's signature under a draft."""
    message = sealed_bytes(request, device_key=device_key, signer=name, role=role)
    return KillApproved(
        order=request.order, signer=name, role=role, key=by.key, signature=by.sign(message)
    )


def issue_code(desk: Desk, book: OrderState, code: SealedCode, *, actor: str) -> str:
    """Write on the lane's ledger that a code went out; returns it as text for the clinic."""
    against = _against(desk, book, code, code.request.not_before, device_signed=True)
    if against:
        raise KillRefusedError("; ".join(against))
    issued = SealedCodeIssued(
        order=code.request.order,
        participant=code.request.participants[0],
        device_key=code.device_key,
        expires=code.request.expires,
        mechanism=code.request.mechanism,
        lot=code.request.lot,
    )
    desk.lane.append([issued], actor=actor, at=desk.clock.now())
    book.refresh(desk)
    return text_of(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeUse:
    """The clinic's device has signed that a code is used, at a moment of its own clock."""

    at: datetime
    key: str
    public: str
    signature: str
    scheme: str = "ed25519"


def signed_use(code: SealedCode, device: Signer, at: datetime) -> CodeUse:
    """What the clinic's device signs when the code is used."""
    return CodeUse(
        at=at,
        key=device.key,
        public=device.public,
        signature=device.sign(use_bytes(code, at)),
        scheme=device.scheme,
    )


def use_code(desk: Desk, book: OrderState, code: SealedCode, use: CodeUse) -> KillState:
    """Fire a code in the clinic: it needs no server, but the device's own key.

    `desk` is the clinic's: its own lane ledger and its own driver. The use is on the ledger as
    a released kill code, owed to the driver before it is called: a driver that is silent gets
    the same identifier again by `resume_kills`, and status, sweep and flush know of it.
    """
    book.refresh(desk)
    now = desk.clock.now()
    signed = (
        abs(now - use.at) <= USE_HOLDS
        and use.key == code.device_key == _name_of(use.public)
        and desk.signatures.verifies(
            scheme=use.scheme,
            public=use.public,
            message=use_bytes(code, use.at),
            signature=use.signature,
        )
    )
    against = _against(desk, book, code, now, device_signed=signed)
    if against:
        raise KillRefusedError("; ".join(against))
    request, who = code.request, code.request.participants[0]
    entries: list[Entry] = [
        request,
        *code.approvals,
        KillReleased(
            order=request.order,
            break_glass=False,
            released_by=tuple(one.signer for one in code.approvals),
            key=code.device_key,
            signature=use.signature,
            people=1,
            sealed=True,
        ),
        KillIntended(order=request.order, participant=who, driver=book.carriers[who].driver),
    ]
    desk.lane.append(entries, actor="clinic", at=now)
    book.refresh(desk)
    act_on_kill(desk, book, request.order, (who,), actor="clinic")
    return book.kills[request.order]


def text_of(code: SealedCode) -> str:
    """A sealed code as it is printed or carried."""
    return canonical_json(
        {
            "request": body_of(code.request),
            "device_key": code.device_key,
            "approvals": [body_of(one) for one in code.approvals],
        }
    )


def code_of(text: str) -> SealedCode:
    """The code that `text_of` wrote; BadCodeError where it is none."""
    try:
        told: Mapping[str, Any] = json.loads(text)
        request = entry_of(kind_of(KillRequested), told["request"], KINDS)
        approvals = [entry_of(kind_of(KillApproved), one, KINDS) for one in told["approvals"]]
        key = str(told["device_key"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadCodeError("this is no sealed code") from None
    assert isinstance(request, KillRequested)
    kept = tuple(one for one in approvals if isinstance(one, KillApproved))
    return SealedCode(request=request, device_key=key, approvals=kept)


def with_approval(code: SealedCode, approval: KillApproved) -> SealedCode:
    """The code with one more signature."""
    return replace(code, approvals=(*code.approvals, approval))


def _name_of(public: str) -> str:
    """The name of a public key; "" where it is no hexadecimal."""
    try:
        return sha256_of(bytes.fromhex(public))
    except ValueError:
        return ""


def _against(
    desk: Desk, book: OrderState, code: SealedCode, now: datetime, *, device_signed: bool
) -> tuple[str, ...]:
    request = code.request
    carrier = book.carriers.get(request.participants[0])
    known = CodeContext(
        signers=tuple(known_signer(desk, book, one.key) for one in code.approvals),
        verified=tuple(
            key_verifies(
                desk,
                one.key,
                sealed_bytes(
                    request, device_key=code.device_key, signer=one.signer, role=one.role
                ),
                one.signature,
            )
            for one in code.approvals
        ),
        device_signed=device_signed,
        lot=carrier.lot if carrier else "",
        spec_sha256=carrier.spec_sha256 if carrier else "",
        last_use=_last_use(book, request),
        now=now,
    )
    return may_use(code, known)


def _last_use(book: OrderState, request: KillRequested) -> datetime | None:
    """When a code of this mechanism was last released at the participant and not in vain."""
    who = request.participants[0]
    uses = [
        one.released_at
        for one in book.kills.values()
        if one.released_at is not None
        and one.request.mechanism == request.mechanism
        and one.people.get(who) in (*OWED, *FIRED)
    ]
    return max(uses, default=None)
