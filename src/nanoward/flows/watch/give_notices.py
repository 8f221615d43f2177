"""Notices of incidents, given as messages: what carries, reminds and takes back is theirs.

A notice is a message under a cause of its own, the incident and the level: given again after a
crash it is the same message, and what a channel did not take is tried at every tick.
"""

from collections.abc import Mapping
from typing import Protocol

from nanoward.flows.messages.answer_message import SettledMessageError, close_message
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.run_tick import run_tick
from nanoward.flows.messages.write_message import write_message
from nanoward.ports.messages import MessageDesk
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.messages.threads import Thread
from nanoward.watch.incidents.incident import Incident
from nanoward.watch.incidents.rota import WatchPlan

SENDER = "watch"
LONGEST = 2000  # characters of a title that a notice repeats
URGENCIES = {"now": "now", "today": "today", "this week": "week"}


class IncidentNotices(Protocol):
    """How a level of the rota hears of an incident."""

    def give(self, incident: Incident, level: int, people: tuple[str, ...]) -> None:
        """Once, however often it is called; on return it is on its way and cannot be lost."""
        ...

    def settle(self, incidents: Mapping[str, Incident]) -> None:
        """Take back notices of incidents that somebody holds, or that ended."""
        ...


def notice_cause(incident: str, level: int) -> str:
    """The cause under which a level is told, once."""
    return f"watch/{incident}/{level}"


class MessageNotices:
    """Notices through the programme's messages."""

    def __init__(self, desk: MessageDesk, plan: WatchPlan) -> None:
        self._desk, self._plan = desk, plan
        self._book = MessageBook(desk.rules.site)

    def give(self, incident: Incident, level: int, people: tuple[str, ...]) -> None:
        """Write the message unless it is written, and let everything due be delivered."""
        cause = notice_cause(incident.name, level)
        if not any(one.written.cause == cause for one in self._threads()):
            write_message(self._desk, self._draft(incident, level, people, cause))
        run_tick(self._desk, self._book)

    def settle(self, incidents: Mapping[str, Incident]) -> None:
        """Close what was asked of others, and tell the channels so."""
        taken = {
            notice_cause(one.name, level): f"taken by {one.holder}" if one.holder else "ended"
            for one in incidents.values()
            for level in range(one.level + 1)
            if one.holder or one.ended
        }
        left = [
            one
            for one in self._threads()
            if one.written.cause in taken and not (one.closed or one.answered)
        ]
        for one in left:
            try:
                close_message(
                    self._desk, one.message, by=SENDER, reason=taken[one.written.cause]
                )
            except SettledMessageError:
                continue  # somebody was faster
        if left:
            run_tick(self._desk, self._book)

    def _threads(self) -> list[Thread]:
        return list(self._book.refresh(self._desk.ports.ledger).box.threads.values())

    def _draft(
        self, incident: Incident, level: int, people: tuple[str, ...], cause: str
    ) -> Draft:
        opened = incident.opened
        role, doubt = self._role(level)
        to = f" For {', '.join(people)}." if people else ""
        body = (
            f"{'EXERCISE: ' if opened.exercise else ''}{incident.name}: "
            f"{opened.title[:LONGEST]}.{to}{doubt} Take it: nanoward watch ack PROGRAMME "
            f"{incident.name} --by NAME"
        )
        return Draft(
            sender=SENDER,
            to=role,
            kind="drill" if opened.exercise else "alarm",
            body=body,
            urgency="now" if level else URGENCIES.get(opened.urgency, "now"),
            cause=cause,
        )

    def _role(self, level: int) -> tuple[str, str]:
        """The role of [programme.messages] that a level is told by, and a word where none is.

        An alarm waits for no plan to be corrected: where the named role is unknown another is
        told, and hears of it.
        """
        roles, named = self._desk.rules.roles, self._plan.role(level)
        usual = "coordinator" if "coordinator" in roles else next(iter(roles))
        if not named or named in roles:
            return named or usual, ""
        return usual, f" (The rota names a role {named!r} that [programme.messages] has not.)"
