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
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import isfinite
from types import MappingProxyType
from typing import Final

from nanoward.base.canonical import canonical_json, sha256_of
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
    body_of,
    kind_of,
)
from nanoward.base.errors import IntegrityError

DOMAIN: Final = b"killcode-v1\0"
LONGEST: Final = timedelta(minutes=15)
CLOCK_STEP_S: Final = 2.0  # the two clocks may drift apart by no more
LARGE_COHORT: Final = 10  # more people than this need the council's signature too
MOST_BAD_PER_ORDER: Final = 5

PHYSICIAN: Final = "physician"
SAFETY_OFFICER: Final = "safety_officer"
COUNCIL: Final = "council"
ROLES: Final = (PHYSICIAN, SAFETY_OFFICER, COUNCIL)

WAITING, INTENDED, UNANSWERED = "waiting", "intended", "unanswered"
ACKNOWLEDGED, FAILED = "acknowledged", "failed"
CLEARED, ESCAPED = "cleared", "escaped"
OWED: Final = (INTENDED, UNANSWERED)
FIRED: Final = (ACKNOWLEDGED, CLEARED, ESCAPED)


class IllegalStepError(IntegrityError):
    """The ledger holds a step of a kill code that the protocol does not allow."""

    code = "INT-060"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The same instant on two clocks: of day (UTC), and one that never goes back (seconds)."""

    wall: datetime
    monotonic_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A person who may sign: key is a name for the public key (its SHA-256)."""

    name: str
    roles: frozenset[str]
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KillState:
    """One kill code as the ledger tells it.

    people    participant to what became of them
    since     participant to when that last changed
    fired_s   participant to the second clock's time when the driver answered
    sampled   participants of whom a valid sample was examined after firing
    """

    request: KillRequested
    people: Mapping[str, str]
    since: Mapping[str, datetime]
    fired_s: Mapping[str, float]
    approvals: tuple[KillApproved, ...] = ()
    bad: int = 0
    released: KillReleased | None = None
    released_at: datetime | None = None
    ended: KillEnded | None = None
    sampled: frozenset[str] = field(default_factory=frozenset)
    reviewed: bool = False


def order_bytes(request: KillRequested) -> bytes:
    """The order's canonical bytes: agent, lot, people, mechanism, dose, times, ledger."""
    return canonical_json(body_of(request)).encode()


def signed_bytes(request: KillRequested, *, signer: str, role: str) -> bytes:
    """What one person signs: the order, and who they are, and as what they sign."""
    who = canonical_json([signer, role]).encode()
    return DOMAIN + sha256_of(order_bytes(request)).encode() + b"\0" + who


def roles_needed(request: KillRequested) -> frozenset[str]:
    """Roles that must have signed: the council too for a large cohort or a partner's agent."""
    wide = len(request.participants) > LARGE_COHORT or request.owner != "ours"
    return frozenset(ROLES if wide else (PHYSICIAN, SAFETY_OFFICER))


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
            all(one.signer != approval.signer for one in state.approvals),
            f"{approval.signer} has signed already",
        ),
        (all(one.key != approval.key for one in state.approvals), "the key has signed already"),
        (state.bad < MOST_BAD_PER_ORDER, "too many bad signatures were offered"),
        (state.released is None, "it was released already"),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_open(state) + _not_within(state, now)


def may_release(
    state: KillState, *, revoked: frozenset[str], plan_sha256: str, now: Moment
) -> tuple[str, ...]:
    """Why it must not be released; () when two people in two roles, or more, have signed."""
    missing = roles_needed(state.request) - {one.role for one in state.approvals}
    people = {one.signer for one in state.approvals}
    keys = {one.key for one in state.approvals}
    needed = len(roles_needed(state.request))
    checks = (
        (not missing, f"not signed as {', '.join(sorted(missing))}"),
        (len(people) >= needed and len(keys) >= needed, f"fewer than {needed} people signed"),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_releasable(state, revoked, plan_sha256, now)


def may_break_glass(
    state: KillState, *, revoked: frozenset[str], plan_sha256: str, now: Moment
) -> tuple[str, ...]:
    """Why one physician alone must not release it; () when they may, for one participant."""
    checks = (
        (len(state.request.participants) == 1, "it names more than one participant"),
        (
            any(one.role == PHYSICIAN for one in state.approvals),
            "no physician has signed",
        ),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_releasable(state, revoked, plan_sha256, now)


def may_fire(state: KillState, participant: str, *, now: Moment) -> tuple[str, ...]:
    """Why it must not be fired at a participant; () when it may, this once."""
    checks = (
        (state.released is not None, "it was not released"),
        (participant in state.request.participants, f"it does not name {participant}"),
        (
            state.people.get(participant, WAITING) == WAITING,
            f"it was fired at {participant} already",
        ),
    )
    against = tuple(reason for holds, reason in checks if not holds)
    return against + _not_open(state) + _not_within(state, now)


def may_resend(state: KillState, participant: str, *, now: Moment) -> tuple[str, ...]:
    """Why an unanswered fire must not be sent again under the same identifier."""
    owed = state.people.get(participant) in OWED
    against = () if owed else (f"nothing is owed to {participant}",)
    return against + _not_within(state, now)


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
    """Whether an unreleased order bears the signature of a key that no longer counts."""
    open_ = state.released is None and state.ended is None
    return open_ and any(one.key in revoked for one in state.approvals)


def _not_releasable(
    state: KillState, revoked: frozenset[str], plan_sha256: str, now: Moment
) -> tuple[str, ...]:
    checks = (
        (state.released is None, "it was released already"),
        (all(one.key not in revoked for one in state.approvals), "a signer was revoked"),
        (state.request.plan_sha256 == plan_sha256, "the rules changed since it was asked for"),
        (state.bad < MOST_BAD_PER_ORDER, "too many bad signatures were offered"),
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
    length_s = (request.expires - request.not_before).total_seconds()
    checks = (
        (now.wall >= request.not_before, "it is not valid yet"),
        (now.wall < request.expires, "it has expired"),
        (0 <= gone_s < length_s, "it has expired on the second clock"),
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
            return replace(state, bad=state.bad + 1)
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


def _released(state: KillState, entry: KillReleased, at: datetime) -> KillState:
    people = {one.signer for one in state.approvals}
    roles = {one.role for one in state.approvals}
    alone = entry.break_glass and len(state.request.participants) == 1 and PHYSICIAN in roles
    needed = roles_needed(state.request)
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
