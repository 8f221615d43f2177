"""Whose signatures a kill code needs, and over how many people that is counted."""

from collections.abc import Iterable
from datetime import datetime

from nanoward.base.entries import KillApproved, KillRequested
from nanoward.control.kill_state import (
    LARGE_COHORT,
    PHYSICIAN,
    RECENT,
    ROLES,
    SAFETY_OFFICER,
    KillState,
)


def roles_needed(request: KillRequested, people: int = 0) -> frozenset[str]:
    """Roles that must have signed: the council too for many people or a partner's agent.

    people  named by all open and recent orders together: a cohort is none the smaller for
            being asked for in parts
    """
    wide = max(people, len(request.participants)) > LARGE_COHORT or request.owner != "ours"
    return frozenset(ROLES if wide else (PHYSICIAN, SAFETY_OFFICER))


def people_asked_for(
    states: Iterable[KillState], request: KillRequested, now: datetime
) -> frozenset[str]:
    """Everybody named by a request, and by other orders that are open or were asked lately."""
    others = (
        one
        for one in states
        if one.released is not None or (one.ended is None and now < one.request.expires)
    )
    recent = (one.request for one in others if now - one.request.not_before <= RECENT)
    return frozenset(who for one in (request, *recent) for who in one.participants)


def person_of(approval: KillApproved) -> str:
    """Whose signature it is; entries of earlier versions name nobody but the signer."""
    return approval.person or approval.signer
