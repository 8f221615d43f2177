"""Ask the gate before anything is done with or to a participant; the answer is kept."""

from nanoward.base.entries import ActPermitted, ActRefused
from nanoward.clearance.consent.permissions import ACTIVE, Permission, permission
from nanoward.flows.consent.read_consent import on_record
from nanoward.flows.consent.read_spool import spool_reasons
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports


def permit_act(
    ports: Ports, participant: str, act: str, *, by: str, use: str = ""
) -> Permission:
    """Yes, or no with every reason, by the ledger as it stands now.

    The answer is written before it is given, so that nothing was done that is not on record.
    """
    now = ports.clock.now()
    while True:
        head = ports.ledger.head()
        known = on_record(ports.ledger, participant)
        answer = permission(known.consent, known.standing, act, now.date(), use=use)
        if act in ACTIVE:
            left = spool_reasons(ports.spool, ports.ledger, participant)
            if left:
                answer = Permission(allowed=False, reasons=(*answer.reasons, *left))
        entry = (
            ActPermitted(participant=known.participant, act=act, use=use, by=by)
            if answer.allowed
            else ActRefused(
                participant=known.participant, act=act, use=use, by=by, reasons=answer.reasons
            )
        )
        try:
            ports.ledger.append([entry], actor=by, at=now, after=head.size)
        except LedgerMovedError:  # the answer may be another by now
            continue
        return answer
