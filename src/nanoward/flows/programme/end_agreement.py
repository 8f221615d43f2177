"""End an agreement: the person at once, others when somebody has left; what was promised stays.

Its end takes nothing: what was earned is owed, safety visits after it go on being paid
(`paying_agreements`), and nobody who is in loses an agreement by somebody else's word.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from nanoward.base.entries import Entry
from nanoward.base.entries.books import AgreementEnded
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.names import participant_id
from nanoward.flows.programme.ask_gate import board_now
from nanoward.flows.programme.keep_agreements import bound_agreement
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.agreements.forbidden import LODGING_DAYS

GONE = frozenset({"withdrawn", "died", "completed", "discontinued"})
OWN = ("participant", "companion", "lodger", "visitor")  # kinds that bind people, not parties


class NotBoundError(UsageError):
    """Nobody is bound by an agreement of this name on that day."""

    code = "PRG-123"
    next_step = "See what binds them: nanoward programme agreements bound PROGRAMME WHO."


class EndRefusedError(RefusedError):
    """An end that would take an agreement from somebody who is in, or backdates it."""

    code = "PRG-124"
    next_step = "The person may end it at any time; others once they have left."


def end_agreement(
    ports: Ports,
    who: str,
    agreement: str,
    *,
    by: str,
    day: date | None = None,
    reason: str = "",
) -> date:
    """End an agreement on a day, today where none is named; returns the day.

    Twice is once. Nobody is asked for a reason. EndRefusedError names each thing against it.
    """
    person, ended = participant_id(who), day or ports.today()
    while True:
        head = ports.ledger.head()
        entries = _ended(ports, person, agreement, ended, by=by, reason=reason)
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return ended


def _ended(
    ports: Ports, person: str, agreement: str, ended: date, *, by: str, reason: str
) -> Sequence[Entry]:
    bound = bound_agreement(ports, person, max(ended, ports.today()))
    if bound is None or bound.agreement.name != agreement:
        raise NotBoundError(f"no agreement {agreement!r} binds {person} on {ended}")
    told = end_refusals(
        bound.agreement.kind, ended, ports.today(), own=participant_id(by) == person,
        left=board_now(ports).standing.get(person) in GONE,
    )  # fmt: skip
    if told:
        raise EndRefusedError(f"{agreement} with {person}: {'; '.join(told)}")
    return (
        AgreementEnded(participant=person, agreement=agreement, ended=ended, reason=reason),
    )


def end_refusals(
    kind: str, ended: date, today: date, *, own: bool, left: bool
) -> tuple[str, ...]:
    """What speaks against an end.

    own   the person whom it binds ends it;  left  they are not in any more
    """
    told = [f"it cannot end on {ended}, which is past"] if ended < today else []
    if kind == "participant" and not own and not left:
        told.append("it binds somebody who is in; only they can end it")
    earliest = today + timedelta(days=LODGING_DAYS)
    if kind in ("companion", "lodger") and not own and ended < earliest:
        told.append(f"it ends on {earliest} at the earliest: {LODGING_DAYS} days' notice")
    return tuple(told)
