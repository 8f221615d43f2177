"""Ask the gate before anything is done with or to a participant; the answer is kept."""

from nanoward.base.entries import ActPermitted, ActRefused
from nanoward.clearance.consent.permissions import Permission, permission
from nanoward.clearance.policy.policy import policy_of
from nanoward.flows.consent.read_consent import ConsentRecord, on_record
from nanoward.ports.ports import Ports


def permit_act(
    ports: Ports, participant: str, act: str, *, by: str, use: str = ""
) -> Permission:
    """Yes, or no with every reason, by the ledger as it stands now.

    The answer is written before it is given, so that nothing was done that is not on record.
    """
    answer = permission_now(ports, on_record(ports.ledger, participant), act, use=use)
    entry = (
        ActPermitted(participant=participant, act=act, use=use, by=by)
        if answer.allowed
        else ActRefused(
            participant=participant, act=act, use=use, by=by, reasons=answer.reasons
        )
    )
    ports.ledger.append([entry], actor=by, at=ports.clock.now())
    return answer


def permission_now(
    ports: Ports, known: ConsentRecord, act: str, *, use: str = ""
) -> Permission:
    """Whether an act may be done on this day, by the plan's rules; nothing is written."""
    policy = policy_of(ports.folder.plan().section("clearance"))
    return permission(
        known.consent, known.stood, act, ports.today(), lasts=policy.standing_lasts, use=use
    )
