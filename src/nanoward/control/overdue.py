"""What a kill code still owes: the sweeper's list, and the one word that says where it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from nanoward.control.kill_state import (
    ACKNOWLEDGED,
    CLEARED,
    ESCAPED,
    FAILED,
    FIRED,
    OWED,
    WAITING,
    KillState,
)

ACK_DUE: Final = timedelta(seconds=60)
SAMPLE_DUE: Final = timedelta(hours=24)
REVIEW_DUE: Final = timedelta(hours=24)
MOST_BAD_PER_KEY: Final = 20  # within an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something that should have happened by now."""

    order: str
    participant: str
    message: str
    urgency: str  # now, today


def status_of(state: KillState) -> str:
    """requested, approved, released, firing, verifying, cleared, escaped, failed, or how it
    ended before anybody was fired at: expired, withdrawn, voided, locked.

    The worst of the people decides: one who escaped makes the whole order `escaped`.
    """
    found = set(state.people.values())
    if state.released is None:
        if state.ended is not None:
            return state.ended.how
        return "approved" if state.approvals else "requested"
    for word, kinds in (
        (ESCAPED, {ESCAPED}),
        ("firing", set(OWED)),
        ("released" if state.ended is None else state.ended.how, {WAITING}),
        (FAILED, {FAILED}),
        ("verifying", {ACKNOWLEDGED}),
    ):
        if found & kinds:
            return word
    return CLEARED


def is_settled(state: KillState) -> bool:
    """Whether nothing more can come of it: ended unreleased, or an outcome for everybody."""
    if state.released is None:
        return state.ended is not None
    left = set(state.people.values()) - {CLEARED, ESCAPED, FAILED}
    return not left or (left == {WAITING} and state.ended is not None)


def must_end(state: KillState, now: datetime) -> bool:
    """Whether the ledger owes it an end: it expired before it was fired at everybody."""
    waits = state.released is None or WAITING in state.people.values()
    return waits and state.ended is None and now >= state.request.expires


def overdue(state: KillState, now: datetime) -> tuple[Due, ...]:
    """Everything that should have happened by `now`, and has not."""
    late = [one for who in state.people if (one := _late(state, who, now)) is not None]
    if state.released_at is not None and state.released is not None:
        alone = state.released.break_glass and not state.reviewed
        if alone and now - state.released_at >= REVIEW_DUE:
            late.append(_due(state, "", "fired by one person and not reviewed", "now"))
    return tuple(late)


def _late(state: KillState, who: str, now: datetime) -> Due | None:
    word, waited = state.people[who], now - state.since[who]
    if word in OWED and waited >= ACK_DUE:
        return _due(state, who, "no answer from the driver: is it off?", "now")
    if word in FIRED and who not in state.sampled and waited >= SAMPLE_DUE:
        return _due(state, who, "no valid sample since it was fired", "today")
    if word == ESCAPED:
        return _due(state, who, "escaped: use the second route", "now")
    if word == FAILED:
        return _due(state, who, "the code was not fired: ask for another", "now")
    return None


def _due(state: KillState, who: str, message: str, urgency: str) -> Due:
    return Due(order=state.request.order, participant=who, message=message, urgency=urgency)


def key_is_locked(refused_at: tuple[datetime, ...], *, now: datetime) -> bool:
    """Whether a key offered too many bad signatures within the last hour."""
    recent = [one for one in refused_at if one > now - timedelta(hours=1)]
    return len(recent) >= MOST_BAD_PER_KEY
