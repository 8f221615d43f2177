"""A kill code from the asking to the release: request, approve, break the glass, withdraw."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from nanoward.control.identity import identity_of
from nanoward.control.kill_bytes import glass_bytes, revoke_bytes, signed_bytes
from nanoward.control.kill_roles import people_asked_for
from nanoward.control.kill_state import MOST_MISUSED, KillState, Moment, Signer
from nanoward.control.killcode import (
    after,
    is_voided,
    may_approve,
    may_break_glass,
    may_release,
    may_request,
)
from nanoward.control.overdue import key_is_locked
from nanoward.control.strength import expected_escapees
from nanoward.flows.desk.known_keys import key_verifies, known_signer
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
    message = signed_bytes(state.request, signer=approval.signer, role=approval.role)
    signer, verified = _checked(desk, book, approval, message)
    approval = replace(approval, person=identity_of(signer) if signer else "")
    against = may_approve(
        state, approval, signer=signer, verified=verified, now=moment_of(desk)
    )
    against = (*_locked(desk, book, approval.key), *against)
    if against:
        _refuse_signature(desk, book, approval, against, verified=verified, actor=actor)
    _put(desk, book, [approval], actor)
    return _release(desk, book, approval.order, actor=actor)


def break_glass(
    desk: Desk, book: OrderState, approval: KillApproved, *, actor: str
) -> KillState:
    """One physician releases a code for one participant; the council is told at once.

    approval  signed over `glass_bytes`: a signature for a release by two does not do
    """
    state = kill_state(desk, book, approval.order)
    message = glass_bytes(state.request, signer=approval.signer, role=approval.role)
    signer, verified = _checked(desk, book, approval, message)
    against = may_break_glass(
        state,
        approval,
        signer=signer,
        verified=verified,
        revoked=frozenset(book.revoked),
        plan_sha256=desk.plan_sha256,
        now=moment_of(desk),
    )
    against = (*_locked(desk, book, approval.key), *against)
    if against:
        _refuse_signature(desk, book, approval, against, verified=verified, actor=actor)
    order, who = approval.order, approval.signer
    told = f"{who} alone released a kill code; review it within 24 hours"
    desk.notifier.notify(urgency="now", subject=order, message=told)
    released = KillReleased(
        order=order,
        break_glass=True,
        released_by=(who,),
        key=approval.key,
        signature=approval.signature,
        people=1,
    )
    raised = alarm("breakglass", order, state.request.participants[0], told)
    _put(desk, book, [released, raised], actor)
    return book.kills[order]


def _checked(
    desk: Desk, book: OrderState, approval: KillApproved, message: bytes
) -> tuple[Signer | None, bool]:
    """Who holds the key, None where it counts for nothing; and whether it signed."""
    signer = known_signer(desk, book, approval.key)
    verified = signer is not None and key_verifies(
        desk, approval.key, message, approval.signature
    )
    return signer, verified


def _locked(desk: Desk, book: OrderState, key: str) -> tuple[str, ...]:
    locked = key_is_locked(tuple(book.bad_keys.get(key, ())), now=desk.clock.now())
    doubt = desk.plan.doubtful().get(key)
    return (
        *(("too many signatures of this key did not count",) if locked else ()),
        *((doubt,) if doubt else ()),
    )


def withdraw_kill(
    desk: Desk, book: OrderState, order: str, reason: str, *, actor: str
) -> KillState:
    """End an order for everybody at whom it was not fired yet."""
    state = kill_state(desk, book, order)
    if state.ended is not None:
        raise KillRefusedError(f"it ended: {state.ended.how}")
    _put(desk, book, [KillEnded(order=order, how="withdrawn", reason=reason)], actor)
    return book.kills[order]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """Who revokes which key and why, signed with the key of whoever asks."""

    key: str
    reason: str
    by: str
    by_key: str
    signature: str


def revoke_signer(desk: Desk, book: OrderState, asked: Revocation) -> tuple[str, ...]:
    """A key counts no more. Returns the orders, not yet fired at everybody, that it voids."""
    key, reason, actor = asked.key, asked.reason, asked.by
    signer = known_signer(desk, book.refresh(desk), asked.by_key)
    message = revoke_bytes(key, signer=asked.by, reason=reason)
    sound = key_verifies(desk, asked.by_key, message, asked.signature)
    if signer is None or signer.name != asked.by or not sound:
        raise KillRefusedError(f"{asked.by} has no key that counts, or did not sign")
    book.refresh(desk)
    name = next((one.signer.name for one in desk.plan.signers if one.signer.key == key), "")
    _put(desk, book, [SignerRevoked(signer=name, key=key, reason=reason)], actor)
    desk.notifier.notify(
        urgency="now", subject=name or key, message=f"{actor} revoked the key: {reason}"
    )
    void = [
        one.request.order
        for one in book.kills.values()
        if is_voided(one, revoked=frozenset(book.revoked))
    ]
    ends = [KillEnded(order=one, how="voided", reason=f"{name} was revoked") for one in void]
    if ends:
        _put(desk, book, ends, actor)
    return tuple(void)


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
    state, now = book.kills[order], moment_of(desk)
    asked_for = len(people_asked_for(book.kills.values(), state.request, now.wall))
    against = may_release(
        state,
        revoked=frozenset(book.revoked),
        plan_sha256=desk.plan_sha256,
        now=now,
        asked_for=asked_for,
    )
    if not against:
        signed = tuple(one.signer for one in state.approvals)
        released = KillReleased(
            order=order, break_glass=False, released_by=signed, people=asked_for
        )
        _put(desk, book, [released], actor)
    return book.kills[order]


def _refuse_signature(
    desk: Desk,
    book: OrderState,
    approval: KillApproved,
    against: tuple[str, ...],
    *,
    verified: bool,
    actor: str,
) -> None:
    """Write down a signature that does not count; one that verifies counts against its key.

    Anybody can offer rubbish in somebody's name: that locks nobody out and ends no order.
    """
    order, reason = approval.order, "; ".join(against)
    before, now = book.kills[order], desk.clock.now()
    known = {one.signature for one in before.approvals}.union(*before.misused.values())
    counts = verified and approval.signature not in known  # anybody can replay a signature
    refused = KillSignatureRefused(
        order=order,
        signer=approval.signer,
        key=approval.key,
        reason=reason,
        signature=approval.signature if counts else "",
    )
    entries: list[Entry] = [refused]
    if (
        len(after(before, refused, now).misused.get(approval.key, ()))
        == MOST_MISUSED
        > len(before.misused.get(approval.key, ()))
    ):
        message = f"{approval.signer} signs again and again what does not count"
        desk.notifier.notify(urgency="now", subject=order, message=message)
        entries.append(alarm("misused", order, approval.signer, message))
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
