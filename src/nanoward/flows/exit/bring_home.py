"""Write down how somebody who left gets home, what keeps them, and that they are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from nanoward.audit.receipts import Head
from nanoward.base.entries import Entry
from nanoward.base.entries.exit import (
    FollowUpEnded,
    HomeConfirmed,
    ReturnArranged,
    ReturnObstructed,
)
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.names import identity_of, participant_id
from nanoward.clearance.consent.return_duty import (
    ReturnDuty,
    open_follow_ups,
    return_duties,
)
from nanoward.flows.consent.read_spool import entries_of
from nanoward.ports.ledger import Ledger
from nanoward.ports.ports import Ports


class NothingOwedError(UsageError):
    """Nobody owes this person a way home or a follow-up."""

    code = "USE-098"
    next_step = "See who left: nanoward clearance leaving PROGRAMME."


class NotTheirWordError(RefusedError):
    """Somebody else said that a person is home; nothing was written."""

    code = "REF-097"
    next_step = "Let the person say it themselves, on any channel, and name them with --by."


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeNews:
    """What is known anew; empty words are not news.

    confirmed_by  who says that the person is home
    clear         why the agent is not in them any more, or never was
    """

    where: str = ""
    brought_by: str = ""
    payer: str = ""
    due: date | None = None
    obstructed_by: str = ""
    how: str = ""
    confirmed_by: str = ""
    clear: str = ""


def bring_home(ports: Ports, participant: str, news: HomeNews, *, by: str) -> Head:
    """Append the news; NothingOwedError for somebody who never left."""
    who, now = participant_id(participant), ports.clock.now()
    duty = duties_of(ports.ledger, who).get(who)
    owed = open_follow_ups(entries_of(ports.ledger.about(who)))
    if duty is None and who not in owed:
        raise NothingOwedError(f"nothing is owed to {who}: they have not left")
    entries: list[Entry] = []
    if duty is not None and (news.where or news.brought_by or news.payer or news.due):
        entries.append(
            ReturnArranged(
                participant=who,
                where=news.where or duty.where,
                brought_by=news.brought_by or duty.brought_by,
                due=news.due or duty.due,
                payer=news.payer or duty.payer,
            )
        )
    if news.obstructed_by:
        entries.append(
            ReturnObstructed(participant=who, obstructed_by=news.obstructed_by, how=news.how)
        )
    if news.confirmed_by:
        if identity_of(news.confirmed_by) != who:
            raise NotTheirWordError(
                f"{news.confirmed_by} cannot say for {who} that they are home"
            )
        entries.append(HomeConfirmed(participant=who, confirmed=now, by=who))
    if news.clear:
        entries.append(FollowUpEnded(participant=who, ended=now.date(), reason=news.clear))
    return ports.ledger.append(entries, actor=by, at=now)


def duties_of(ledger: Ledger, participant: str) -> dict[str, ReturnDuty]:
    """The way home that is owed to one person."""
    return return_duties(entries_of(ledger.about(participant)))


def all_owed(ledgers: Sequence[Ledger], kinds: Sequence[str]) -> list[Entry]:
    """Entries of some kinds of all ledgers, in order."""
    return [
        entry
        for ledger in ledgers
        for entry in entries_of(one for one in ledger.records() if one.kind in kinds)
    ]
