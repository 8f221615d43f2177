"""Council: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass, field
from datetime import date, datetime

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionBody:
    """What is to be done, by whom, until when; done when its query is true."""

    what: str
    who: str
    due: date
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """Something that somebody does by a day."""

    action: str
    what: str
    who: str
    due: date
    query: str
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilDone:
    """What was written, by its name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRow:
    """A pack, who opened it, who has spoken, and what was decided on it."""

    pack: str
    as_of: date
    closes: datetime
    by: str
    opened: list[str]
    spoken: list[str]
    decision: str | None
    minority: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseRow:
    """A pause: nobody is dosed or raised while it stands."""

    pause: str
    reason: str
    at: datetime
    meets_by: datetime
    by: str
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Matters:
    """Everything of the council as the ledger has it now."""

    packs: list[PackRow]
    pauses: list[PauseRow]
    actions: list[ActionRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackBody:
    """The day of the round that it is of; rows of the open part that are not shown."""

    as_of: date | None = None
    leave_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMade:
    """The open part of a pack; rows that could tell an arm were left out and are named."""

    pack: str
    open_part: str
    removed: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseBody:
    """Why nobody is dosed or raised from now on."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionBody:
    """A question to the council, or of it to a role of the plan."""

    words: str
    to: str = "council"


class CouncilPart:
    """The part of the API about council."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def matters(self) -> Matters:
        """Packs, pauses and actions."""
        return self._transport.ask(Matters, "GET", "/api/v1/programme/council")

    def pack(self, body: PackBody, *, key: str | None = None) -> PackMade:
        """Make the pack of the last round of a day."""
        return self._transport.ask(
            PackMade, "POST", "/api/v1/programme/council/packs", body=body, key=key
        )

    def pause(self, body: PauseBody, *, key: str | None = None) -> CouncilDone:
        """Nobody is dosed or raised from now on, until the council decides; one word ..."""
        return self._transport.ask(
            CouncilDone, "POST", "/api/v1/programme/council/pauses", body=body, key=key
        )

    def act(self, body: ActionBody, *, key: str | None = None) -> CouncilDone:
        """Agree on an action; it closes by itself when its query is true."""
        return self._transport.ask(
            CouncilDone, "POST", "/api/v1/programme/council/actions", body=body, key=key
        )

    def question(self, body: QuestionBody, *, key: str | None = None) -> CouncilDone:
        """Ask; a message that wants an answer."""
        return self._transport.ask(
            CouncilDone, "POST", "/api/v1/programme/council/questions", body=body, key=key
        )
