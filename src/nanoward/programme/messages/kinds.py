"""The closed list of kinds of messages, each with its own act at the gate."""

from collections.abc import Mapping
from dataclasses import dataclass

URGENCIES = ("now", "today", "week")
WANTS = ("receipt", "acknowledgement", "answer")
PARTICIPANT = "participant"  # the addressee where a message is for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageKind:
    """What is asked of a message of one kind, and what is granted to it.

    act      of the gate (clearance.permission) that is asked where it is for a participant;
             empty: it is never for a participant
    safety   quiet hours never move its moment
    lasting  it never expires, however late it comes
    leaving  it serves whoever leaves: a moment that has passed makes it due now, not refused
    raises   it starts or raises: what comes late is not acted on
    person   it must name whom it is for or about
    """

    name: str
    act: str
    safety: bool = False
    lasting: bool = False
    leaving: bool = False
    raises: bool = False
    person: bool = False


KINDS: Mapping[str, MessageKind] = {
    one.name: one
    for one in (
        MessageKind(name="withdrawal", act="withdraw", safety=True, lasting=True,
                    leaving=True, person=True),
        MessageKind(name="stop", act="safety follow-up", safety=True, lasting=True,
                    leaving=True),
        MessageKind(name="concern", act="doubt", safety=True, lasting=True, leaving=True,
                    person=True),
        MessageKind(name="flush", act="flush", safety=True, lasting=True, leaving=True,
                    person=True),
        MessageKind(name="pay owed", act="pay owed", lasting=True, leaving=True, person=True),
        MessageKind(name="own record", act="own record", lasting=True, person=True),
        MessageKind(name="kill code", act="kill code", safety=True, lasting=True),
        MessageKind(name="danger", act="safety follow-up", safety=True, lasting=True,
                    person=True),
        MessageKind(name="recall", act="safety follow-up", safety=True, lasting=True,
                    person=True),
        MessageKind(name="safety notice", act="safety follow-up", safety=True, lasting=True),
        MessageKind(name="adverse event", act="adverse event report", safety=True,
                    lasting=True, person=True),
        MessageKind(name="record", act="own record", lasting=True),
        MessageKind(name="alarm", act="", safety=True, lasting=True),
        MessageKind(name="task", act=""),
        MessageKind(name="drill", act=""),
        MessageKind(name="message", act="message"),
        MessageKind(name="consent document", act="message"),
        MessageKind(name="visit", act="visit", person=True),
        MessageKind(name="assessment", act="assessment", person=True),
        MessageKind(name="sample", act="sample", person=True),
        MessageKind(name="dose", act="dose", raises=True, person=True),
        MessageKind(name="order", act="order", raises=True, person=True),
    )
}  # fmt: skip

OPEN_ACTS = frozenset(
    {
        "withdraw",
        "doubt",
        "safety follow-up",
        "adverse event report",
        "flush",
        "kill code",
        "pay owed",
        "own record",
    }
)  # clearance's ALWAYS, by a test: never asked for, never waited for
