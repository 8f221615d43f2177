"""Ask the gate before anything is done with or to a participant; the answer is kept."""

from nanoward.base.entries import ActPermitted, ActRefused
from nanoward.clearance.consent.permissions import ACTIVE, Permission, permission
from nanoward.clearance.policy.policy import policy_of
from nanoward.flows.consent.read_consent import ConsentRecord, on_record
from nanoward.flows.consent.read_pause import RAISING
from nanoward.flows.consent.read_spool import spool_reasons
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports


def permit_act(
    ports: Ports, participant: str, act: str, *, by: str, use: str = ""
) -> Permission:
    """Yes, or no with every reason, by the ledger as it stands now.

    The answer is written before it is given, so that nothing was done that is not on record.
    """
    while True:
        head = ports.ledger.head()
        known = on_record(ports.ledger, participant)
        answer = permission_now(ports, known, act, use=use)
        entry = (
            ActPermitted(participant=known.participant, act=act, use=use, by=by)
            if answer.allowed
            else ActRefused(
                participant=known.participant, act=act, use=use, by=by, reasons=answer.reasons
            )
        )
        try:
            ports.ledger.append([entry], actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:  # the answer may be another by now
            continue
        return answer


def permission_now(
    ports: Ports, known: ConsentRecord, act: str, *, use: str = ""
) -> Permission:
    """Whether an act may be done on this day, by the plan's rules; nothing is written.

    Nothing that starts or goes on passes for somebody who stands in the exit's spool, and
    nothing that starts or raises while the council has paused.
    """
    policy = policy_of(ports.folder.plan().section("clearance"))
    answer = permission(
        known.consent, known.stood, act, ports.today(), lasts=policy.standing_lasts, use=use
    )
    left = spool_reasons(ports.spool, ports.ledger, known.participant) if act in ACTIVE else ()
    paused = known.paused if act in RAISING else ()
    if not left and not paused:
        return answer
    return Permission(allowed=False, reasons=(*answer.reasons, *left, *paused))
