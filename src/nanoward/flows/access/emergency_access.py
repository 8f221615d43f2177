"""Emergency access: one participant's record, for an hour, with a reason; the council knows."""

from nanoward.base.entries.programme import EmergencyAccessOpened, EmergencyAccessReviewed
from nanoward.base.names import participant_id
from nanoward.flows.access.grant_roles import Acting
from nanoward.flows.access.role_facts import RoleRefusedError, role_book
from nanoward.ports.notifier import Notifier
from nanoward.programme.access.role_book import EMERGENCY_LASTS, may_review

LONGEST_REASON = 2_000


def open_emergency(
    acting: Acting, participant: str, reason: str, access: str, duty: Notifier
) -> EmergencyAccessOpened:
    """Open one participant's record to whoever acts; the council is told at once.

    The ledger has it before anything is open. RoleRefusedError without a reason.
    """
    who = participant_id(participant)
    if len(reason.split()) < 3:
        raise RoleRefusedError("say in some words why it cannot wait")
    opened = EmergencyAccessOpened(
        access=access,
        account=acting.by,
        participants=(who,),
        reason=reason.strip()[:LONGEST_REASON],
        until=acting.at + EMERGENCY_LASTS,
    )
    acting.ledger.append([opened], actor=acting.by, at=acting.at)
    known = acting.accounts.account(acting.by)
    shown = known.shown if known else acting.by
    told = f"{shown} opened the record of {who} in an emergency: {opened.reason}"
    duty.notify(urgency="now", subject="council", message=told)
    acting.accounts.open_emergency(acting.by, who, opened.until)
    return opened


def review_emergency(acting: Acting, access: str, note: str) -> EmergencyAccessReviewed:
    """Somebody else looked at an emergency access; RoleRefusedError with every reason."""
    against = may_review(role_book(acting.ledger), access, by=acting.by)
    if not note.strip():
        against = (*against, "nothing is said about it")
    if against:
        raise RoleRefusedError("; ".join(against))
    reviewed = EmergencyAccessReviewed(
        access=access, reviewed_by=acting.by, note=note.strip()[:LONGEST_REASON]
    )
    acting.ledger.append([reviewed], actor=acting.by, at=acting.at)
    return reviewed
