"""The kill code: asked for, signed by two people in two roles, released, fired once, verified.

The ledger's entries are folded into a `KillState`; `may_*` functions say what may happen next
(an empty tuple: it may; else every reason why not); `after` refuses an entry that the protocol
does not allow where it stands. No clock, no key and no driver is known here: a signature comes
in as verified or not, a moment as two clocks.

What holds, whatever comes in: no fire without two people in two roles (break-glass apart: one
physician, one participant, reviewed within 24 h); never after it expired on either clock; never
at anybody whom the order does not name; at most once at each. Patterns: split roles and limited
tries of permissive action links; thresholds and expiry of TUF; 21 CFR 11.200.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import isfinite
from types import MappingProxyType
from typing import Final

from nanoward.base.entries import (
    Entry,
    FlushDecided,
    FlushSampled,
    KillAcknowledged,
    KillApproved,
    KillEnded,
    KillFailed,
    KillIntended,
    KillReleased,
    KillRequested,
    KillReviewed,
    KillSignatureRefused,
    KillUnanswered,
    kind_of,
)
from nanoward.base.errors import IntegrityError
from nanoward.control.kill_roles import person_of, roles_needed
from nanoward.control.kill_state import (
    ACKNOWLEDGED,
    CLEARED,
    CLOCK_STEP_S,
    ESCAPED,
    FAILED,
    FIRED,
    INTENDED,
    LONGEST,
    MOST_MISUSED,
    OWED,
    PHYSICIAN,
    UNANSWERED,
    WAITING,
    KillState,
    Moment,
    Signer,
)


class IllegalStepError(IntegrityError):
    """The ledger holds a step of a kill code that the protocol does not allow."""

    code = "INT-060"


# ---- what may happen ---------------------------------------------------------------------


def may_request(
    request: KillRequested, *, seen: bool, lots: Mapping[str, str], now: Moment
) -> tuple[str, ...]:
    """Why a kill code must not even be asked for; () when it may.

    seen  an order of this identifier is on the ledger
    lots  participant to lot, of everyone who carries the agent and spec that the order names
    """
    length, people = request.expires - request.not_before, request.participants
    strangers = ", ".join(one for one in people if one not in lots)
    others = ", ".join(one for one in people if lots.get(one, request.lot) != request.lot)
    checks = (
        (not seen, "an order of this identifier was seen before"),
        (timedelta(0) < length <= LONGEST, "it must hold for at most 15 minutes"),
        (request.expires > now.wall, "it has expired already"),
        (
            abs((request.not_before - now.wall).total_seconds()) <= CLOCK_STEP_S,
            "it must hold from the moment it is asked for",
        ),
        (0 < len(set(people)) == len(people), "people are none, or named twice"),
        (strangers == "", f"does not carry this agent: {strangers}"),
        (others == "", f"carries another lot than {request.lot}: {others}"),
        (isfinite(request.dose) and request.dose > 0, "the dose is no amount"),
        (request.mechanism != "", "no mechanism is named"),
        (request.monotonic_s == now.monotonic_s, "it was asked for on another clock"),
    )
    return tuple(reason for holds, reason in checks if not holds)


def may_approve(
    state: KillState,
    approval: KillApproved,
    *,
    signer: Signer | None,
    verified: bool,
    now: Moment,
) -> tuple[str, ...]:
    """Why a signature does not count; () when it does. `signer` None: unknown or revoked."""
    if signer is None:
        return (f"{approval.signer} has no key that counts",)
    checks = (
        (state.request.order == approval.order, "it is for another order"),
        (
            signer.name == approval.signer and signer.key == approval.key,
            "the key is another person's",
        ),
        (approval.role in signer.roles, f"{signer.name} may not sign as {approval.role}"),
        (verified, "the signature does not verify"),
        (
            all(person_of(one) != person_of(approval) for one in state.approvals),
            f"{approval.signer} has signed already",
        ),
        (all(one.key != approval.key for one in state.approvals), "the key has signed already"),
        (_misuses(state, approval.key) < MOST_MISUSED, "the key was misused too often"),
        (state.released is None, "it was released already"),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_open(state) + _not_within(state, now)


def may_release(
    state: KillState,
    *,
    revoked: frozenset[str],
    plan_sha256: str,
    now: Moment,
    asked_for: int = 0,
) -> tuple[str, ...]:
    """Why it must not be released; () when two people in two roles, or more, have signed.

    asked_for  people named by all open and recent orders, see `people_asked_for`
    """
    roles = roles_needed(state.request, asked_for)
    missing = roles - {one.role for one in state.approvals}
    people = {person_of(one) for one in state.approvals}
    keys = {one.key for one in state.approvals}
    needed = len(roles)
    checks = (
        (not missing, f"not signed as {', '.join(sorted(missing))}"),
        (len(people) >= needed and len(keys) >= needed, f"fewer than {needed} people signed"),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_releasable(state, revoked, plan_sha256, now)


def may_break_glass(
    state: KillState,
    approval: KillApproved,
    *,
    signer: Signer | None,
    verified: bool,
    revoked: frozenset[str],
    plan_sha256: str,
    now: Moment,
) -> tuple[str, ...]:
    """Why one physician alone must not release it; () when they may, for one participant.

    verified  the signature is one over `glass_bytes`: one given for a release by two is none
    """
    if signer is None:
        return (f"{approval.signer} has no key that counts",)
    checks = (
        (state.request.order == approval.order, "it is for another order"),
        (len(state.request.participants) == 1, "it names more than one participant"),
        (
            signer.name == approval.signer and signer.key == approval.key,
            "the key is another person's",
        ),
        (
            PHYSICIAN in signer.roles and approval.role == PHYSICIAN,
            "only a physician breaks the glass",
        ),
        (verified, "the signature does not verify as one that breaks the glass"),
        (_misuses(state, approval.key) < MOST_MISUSED, "the key was misused too often"),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_releasable(state, revoked, plan_sha256, now)


def may_fire(
    state: KillState, participant: str, *, revoked: frozenset[str], now: Moment
) -> tuple[str, ...]:
    """Why it must not be fired at a participant; () when it may, this once."""
    checks = (
        (state.released is not None, "it was not released"),
        (not _revoked(state, revoked), "a signer's key was revoked"),
        (participant in state.request.participants, f"it does not name {participant}"),
        (
            state.people.get(participant, WAITING) == WAITING,
            f"it was fired at {participant} already",
        ),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_open(state) + _not_within(state, now)


def may_resend(
    state: KillState, participant: str, *, revoked: frozenset[str], now: Moment
) -> tuple[str, ...]:
    """Why an unanswered fire must not be sent again under the same identifier."""
    checks = (
        (state.people.get(participant) in OWED, f"nothing is owed to {participant}"),
        (not _revoked(state, revoked), "a signer's key was revoked"),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_within(state, now)


def _misuses(state: KillState, key: str) -> int:
    return len(state.misused.get(key, ()))


def _revoked(state: KillState, revoked: frozenset[str]) -> bool:
    keys = {one.key for one in state.approvals}
    alone = state.released.key if state.released is not None else ""
    return bool((keys | {alone}) & revoked)


def may_clear(
    state: KillState,
    participant: str,
    *,
    window: timedelta,
    sampled: datetime,
    now: Moment,
) -> tuple[str, ...]:
    """Why a participant must not be called cleared; the flush rule must say so besides.

    Three clocks must agree that the window has passed: ours of day, the laboratory's
    (`sampled`, when the last negative sample was taken), and, unless the machine was started
    anew since, the one that never goes back.
    """
    if state.people.get(participant) != ACKNOWLEDGED:
        return (f"it is not known that it was fired at {participant}",)
    fired = state.since[participant]
    gone_s = now.monotonic_s - state.fired_s[participant]
    checks = (
        (now.wall - fired >= window, "the window for the slowest survivor has not passed"),
        (sampled - fired >= window, "no sample was taken behind the window"),
        (
            gone_s < 0 or gone_s >= window.total_seconds(),
            "the second clock says that the window has not passed",
        ),
    )
    return tuple(reason for holds, reason in checks if not holds)


def is_voided(state: KillState, *, revoked: frozenset[str]) -> bool:
    """Whether an order bears the signature of a key that no longer counts, and could go on."""
    waits = state.released is None or WAITING in state.people.values()
    return waits and state.ended is None and _revoked(state, revoked)


def _not_releasable(
    state: KillState, revoked: frozenset[str], plan_sha256: str, now: Moment
) -> tuple[str, ...]:
    checks = (
        (state.released is None, "it was released already"),
        (all(one.key not in revoked for one in state.approvals), "a signer was revoked"),
        (state.request.plan_sha256 == plan_sha256, "the rules changed since it was asked for"),
        (clock_step_s(state.request, now) <= CLOCK_STEP_S, "a clock was set: ask for it anew"),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_open(state) + _not_within(state, now)


def clock_step_s(request: KillRequested, now: Moment) -> float:
    """How far the two clocks moved apart since the order was asked for, seconds."""
    wall_s = (now.wall - request.not_before).total_seconds()
    return abs(wall_s - (now.monotonic_s - request.monotonic_s))


def _not_open(state: KillState) -> tuple[str, ...]:
    return () if state.ended is None else (f"it ended: {state.ended.how}",)


def _not_within(state: KillState, now: Moment) -> tuple[str, ...]:
    """Expiry on both clocks; a clock that started anew cannot tell, so it does not count."""
    request, gone_s = state.request, now.monotonic_s - state.request.monotonic_s
    sealed = state.released is not None and state.released.sealed  # on another machine's clock
    length_s = (request.expires - request.not_before).total_seconds()
    checks = (
        (now.wall >= request.not_before, "it is not valid yet"),
        (now.wall < request.expires, "it has expired"),
        (sealed or 0 <= gone_s < length_s, "it has expired on the second clock"),
    )
    return tuple(reason for holds, reason in checks if not holds)


# ---- what happened -----------------------------------------------------------------------

STEPS: Final[Mapping[type, tuple[tuple[str, ...], str]]] = MappingProxyType(
    {
        KillIntended: ((WAITING,), INTENDED),
        KillUnanswered: (OWED, UNANSWERED),
        KillAcknowledged: (OWED, ACKNOWLEDGED),
        KillFailed: (OWED, FAILED),
    }
)


def begun(request: KillRequested, at: datetime) -> KillState:
    """The state once a kill code was asked for."""
    return KillState(
        request=request,
        people=dict.fromkeys(request.participants, WAITING),
        since=dict.fromkeys(request.participants, at),
        fired_s={},
    )


def after(state: KillState, entry: Entry, at: datetime) -> KillState:
    """The state once an entry of this order was appended; IllegalStepError where it may not."""
    match entry:
        case KillApproved():
            _must(state.released is None and state.ended is None, entry)
            return replace(state, approvals=(*state.approvals, entry))
        case KillSignatureRefused():
            return _misused(state, entry)
        case KillReleased():
            return _released(state, entry, at)
        case KillIntended() | KillUnanswered() | KillAcknowledged() | KillFailed():
            return _stepped(state, entry, at)
        case KillEnded():
            _must(state.ended is None, entry)
            return replace(state, ended=entry)
        case KillReviewed():
            _must(state.released is not None, entry)
            return replace(state, reviewed=True)
        case FlushSampled():
            fired = state.people.get(entry.participant) in FIRED and entry.valid
            sampled = state.sampled | {entry.participant} if fired else state.sampled
            return replace(state, sampled=sampled)
        case FlushDecided():
            return _decided(state, entry, at)
    raise IllegalStepError(f"{kind_of(entry)} is no step of a kill code")


def _misused(state: KillState, entry: KillSignatureRefused) -> KillState:
    """One that does not verify, or was offered before, counts for nothing against its key."""
    if not entry.signature or any(one.signature == entry.signature for one in state.approvals):
        return state
    known = state.misused.get(entry.key, frozenset()) | {entry.signature}
    return replace(state, misused={**state.misused, entry.key: known})


def _released(state: KillState, entry: KillReleased, at: datetime) -> KillState:
    people = {person_of(one) for one in state.approvals}
    roles = {one.role for one in state.approvals}
    one_physician = bool(entry.signature) or PHYSICIAN in roles  # unsigned: an earlier version
    alone = entry.break_glass and len(state.request.participants) == 1 and one_physician
    needed = roles_needed(state.request, entry.people)
    _must(alone or (needed <= roles and len(people) >= len(needed)), entry)
    _must(state.released is None and state.ended is None, entry)
    return replace(state, released=entry, released_at=at)


def _stepped(
    state: KillState,
    entry: KillIntended | KillUnanswered | KillAcknowledged | KillFailed,
    at: datetime,
) -> KillState:
    before, then = STEPS[type(entry)]
    _must(state.released is not None, entry)
    _must(state.people.get(entry.participant) in before, entry)
    if isinstance(entry, KillIntended):
        _must(state.ended is None, entry)
    since = state.since if then == UNANSWERED else {**state.since, entry.participant: at}
    people = {**state.people, entry.participant: then}
    if isinstance(entry, KillAcknowledged):
        fired_s = {**state.fired_s, entry.participant: entry.monotonic_s}
        return replace(state, people=people, since=since, fired_s=fired_s)
    return replace(state, people=people, since=since)


def _decided(state: KillState, entry: FlushDecided, at: datetime) -> KillState:
    before = state.people.get(entry.participant)
    if entry.outcome == CLEARED:
        _must(before in (ACKNOWLEDGED, CLEARED), entry)
    if entry.outcome == ESCAPED:
        _must(before in FIRED, entry)
    if entry.outcome not in (CLEARED, ESCAPED) or before == entry.outcome:
        return state
    people = {**state.people, entry.participant: entry.outcome}
    return replace(state, people=people, since={**state.since, entry.participant: at})


def _must(holds: bool, entry: Entry) -> None:  # noqa: FBT001
    if not holds:
        raise IllegalStepError(f"{kind_of(entry)} stands where the protocol does not allow it")
