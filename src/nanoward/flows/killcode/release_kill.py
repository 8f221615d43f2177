"""A kill code from the asking to the release: request, approve, break the glass, withdraw."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from nanoward.base.entries import (
    AlarmRaised,
    Entry,
    KillApproved,
    KillEnded,
    KillReleased,
    KillRequested,
    KillSignatureRefused,
    SignerRevoked,
)
from nanoward.base.errors import RefusedError
from nanoward.control.killcode import (
    MOST_BAD_PER_ORDER,
    PHYSICIAN,
    KillState,
    Moment,
    Signer,
    is_voided,
    may_approve,
    may_break_glass,
    may_release,
    may_request,
    signed_bytes,
)
from nanoward.control.overdue import key_is_locked
from nanoward.control.strength import expected_escapees
from nanoward.flows.desk.order_state import OrderState
from nanoward.ports.desk import Desk


class KillRefusedError(RefusedError):
    """A step of a kill code is not allowed."""

    code = "REF-061"


@dataclass(frozen=True, slots=True, kw_only=True)
class KillOrderRequest:
    """What a person asks for; the flow adds identifier, times, lot and expected escapees."""

    participants: tuple[str, ...]
    mechanism: str
    reason: str
    requested_by: str
    holds: timedelta = timedelta(minutes=15)


def moment_of(desk: Desk) -> Moment:
    """This instant on both clocks."""
    return Moment(wall=desk.clock.now(), monotonic_s=desk.clock.monotonic())


def request_kill(
    desk: Desk, book: OrderState, asked: KillOrderRequest, *, actor: str
) -> KillRequested:
    """Write a request on the lane's ledger; KillRefusedError where it is not bound."""
    book.refresh(desk)
    now, head = moment_of(desk), desk.lane.head()
    carriers = [book.carriers.get(one) for one in asked.participants]
    first = next((one for one in carriers if one is not None), None)
    mechanism = desk.plan.mechanisms.get(asked.mechanism)
    if first is None or mechanism is None:
        raise KillRefusedError("nobody named carries an agent, or no such mechanism")
    request = KillRequested(
        order=secrets.token_hex(16),
        agent=first.agent,
        spec_sha256=first.spec_sha256,
        owner=first.owner,
        lot=first.lot,
        participants=asked.participants,
        mechanism=mechanism.name,
        dose=mechanism.dose,
        unit=mechanism.unit,
        reason=asked.reason,
        requested_by=asked.requested_by,
        not_before=now.wall,
        expires=now.wall + asked.holds,
        plan_sha256=desk.plan_sha256,
        ledger_size=head.size,
        ledger_hash=head.hash,
        expected_escapees=sum(
            expected_escapees(one.cells, mechanism.escape) for one in carriers if one
        ),
        monotonic_s=now.monotonic_s,
    )
    against = may_request(
        request, seen=request.order in book.kills, lots=_lots(book, request), now=now
    )
    if against:
        raise KillRefusedError("; ".join(against))
    _put(desk, book, [request], actor)
    return request


def approve_kill(
    desk: Desk, book: OrderState, approval: KillApproved, *, actor: str
) -> KillState:
    """Count one signature, or write why it does not count; release when all have signed."""
    state = kill_state(desk, book, approval.order)
    now = moment_of(desk)
    locked = key_is_locked(tuple(book.bad_keys.get(approval.key, ())), now=now.wall)
    signer, verified = known_signer(desk, book, approval.key), False
    if signer is not None and not locked:
        message = signed_bytes(state.request, signer=approval.signer, role=approval.role)
        verified = key_verifies(desk, approval.key, message, approval.signature)
    against = may_approve(state, approval, signer=signer, verified=verified, now=now)
    if locked:
        against = ("too many bad signatures were made with this key", *against)
    if against:
        _refuse_signature(desk, book, state, approval, against, actor=actor)
    _put(desk, book, [approval], actor)
    return _release(desk, book, approval.order, actor=actor)


def break_glass(desk: Desk, book: OrderState, order: str, *, actor: str) -> KillState:
    """One physician releases a code for one participant; the council is told at once."""
    state = kill_state(desk, book, order)
    against = may_break_glass(
        state,
        revoked=frozenset(book.revoked),
        plan_sha256=desk.plan_sha256,
        now=moment_of(desk),
    )
    if against:
        raise KillRefusedError("; ".join(against))
    alone = tuple(one.signer for one in state.approvals if one.role == PHYSICIAN)[:1]
    message = f"{alone[0]} alone released a kill code; review it within 24 hours"
    desk.notifier.notify(urgency="now", subject=order, message=message)
    entries: list[Entry] = [
        KillReleased(order=order, break_glass=True, released_by=alone),
        alarm("breakglass", order, state.request.participants[0], message),
    ]
    _put(desk, book, entries, actor)
    return book.kills[order]


def withdraw_kill(
    desk: Desk, book: OrderState, order: str, reason: str, *, actor: str
) -> KillState:
    """End an order for everybody at whom it was not fired yet."""
    state = kill_state(desk, book, order)
    if state.ended is not None:
        raise KillRefusedError(f"it ended: {state.ended.how}")
    _put(desk, book, [KillEnded(order=order, how="withdrawn", reason=reason)], actor)
    return book.kills[order]


def revoke_signer(
    desk: Desk, book: OrderState, key: str, reason: str, *, actor: str
) -> tuple[str, ...]:
    """A key counts no more. Returns the unreleased orders that are void by it."""
    book.refresh(desk)
    name = next((one.signer.name for one in desk.plan.signers if one.signer.key == key), "")
    _put(desk, book, [SignerRevoked(signer=name, key=key, reason=reason)], actor)
    void = [
        one.request.order
        for one in book.kills.values()
        if is_voided(one, revoked=frozenset(book.revoked))
    ]
    ends = [KillEnded(order=one, how="voided", reason=f"{name} was revoked") for one in void]
    if ends:
        _put(desk, book, ends, actor)
    return tuple(void)


def known_signer(desk: Desk, book: OrderState, key: str) -> Signer | None:
    """Who holds a key; None where it is unknown or revoked."""
    if key in book.revoked:
        return None
    return next((one.signer for one in desk.plan.signers if one.signer.key == key), None)


def key_verifies(desk: Desk, key: str, message: bytes, signature: str) -> bool:
    """Whether an enrolled key made a signature."""
    enrolled = next((one for one in desk.plan.signers if one.signer.key == key), None)
    return enrolled is not None and desk.signatures.verifies(
        scheme=enrolled.scheme, public=enrolled.public, message=message, signature=signature
    )


def alarm(what: str, order: str, subject: str, message: str) -> AlarmRaised:
    """An alarm of control that needs somebody now."""
    return AlarmRaised(
        alarm=f"{what}/{order}/{subject}",
        room="control",
        subject=subject,
        message=message,
        urgency="now",
    )


def _release(desk: Desk, book: OrderState, order: str, *, actor: str) -> KillState:
    """Release an order as soon as everybody needed has signed."""
    state = book.kills[order]
    against = may_release(
        state,
        revoked=frozenset(book.revoked),
        plan_sha256=desk.plan_sha256,
        now=moment_of(desk),
    )
    if not against:
        signed = tuple(one.signer for one in state.approvals)
        released = KillReleased(order=order, break_glass=False, released_by=signed)
        _put(desk, book, [released], actor)
    return book.kills[order]


def _refuse_signature(
    desk: Desk,
    book: OrderState,
    state: KillState,
    approval: KillApproved,
    against: tuple[str, ...],
    *,
    actor: str,
) -> None:
    order, reason = approval.order, "; ".join(against)
    entries: list[Entry] = [
        KillSignatureRefused(
            order=order, signer=approval.signer, key=approval.key, reason=reason
        )
    ]
    if state.bad + 1 >= MOST_BAD_PER_ORDER and state.released is None and state.ended is None:
        message = "locked: too many bad signatures were offered"
        desk.notifier.notify(urgency="now", subject=order, message=message)
        entries += [
            KillEnded(order=order, how="locked", reason=message),
            alarm("locked", order, approval.signer, message),
        ]
    _put(desk, book, entries, actor)
    raise KillRefusedError(reason)


def _lots(book: OrderState, request: KillRequested) -> dict[str, str]:
    return {
        one.participant: one.lot
        for one in book.carriers.values()
        if (one.agent, one.spec_sha256, one.owner)
        == (request.agent, request.spec_sha256, request.owner)
    }


def kill_state(desk: Desk, book: OrderState, order: str) -> KillState:
    """A kill code as it stands; KillRefusedError where there is none of that number."""
    state = book.refresh(desk).kills.get(order)
    if state is None:
        raise KillRefusedError(f"there is no kill code {order}")
    return state


def _put(desk: Desk, book: OrderState, entries: Sequence[Entry], actor: str) -> None:
    desk.lane.append(entries, actor=actor, at=desk.clock.now())
    book.refresh(desk)
