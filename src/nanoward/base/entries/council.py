"""What can happen in the council: packs, positions, decisions, pauses, actions, unblinding."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PackMade:
    """A pack was made: a function of the ledger's head, a day and the plan."""

    pack: str
    as_of: date
    head_size: int
    head_sha256: str
    plan_sha256: str
    open_sha256: str
    closed_sha256: str  # of the closed part before it was sealed
    sealed: tuple[str, ...]  # "MEMBER SHA-256" of each sealed copy
    closes: datetime  # no position is taken afterwards
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackOpened:
    """Somebody opened a part of a pack."""

    pack: str
    part: str  # open, closed
    member: str
    at: datetime
    signature: str  # of the member; empty for the open part


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionCommitted:
    """A member took a position; what it is nobody knows before all have spoken."""

    pack: str
    member: str
    commitment: str  # SHA-256 of the position with a random number
    sealed_sha256: str  # the position, sealed for the member alone
    at: datetime
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionShown:
    """A member's position, as it was committed."""

    pack: str
    member: str
    decision: str
    reason: str
    conflict: str  # of interests; empty: none
    accepts_guess: bool  # signs that a raise may rest on a guess
    nonce: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilDecided:
    """What the council decided, with everybody's position; minority words stay."""

    pack: str
    decision: str
    positions: tuple[str, ...]  # "MEMBER: DECISION: REASON"
    minority: tuple[str, ...]
    rests_on: tuple[str, ...]  # numbers, with their grades
    at: datetime
    by: str
    accepts: tuple[str, ...] = ()  # guesses that a raise may rest on, as its members signed


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilPaused:
    """Nobody is dosed or raised from now on, until the council decides."""

    pause: str
    role: str  # member, sponsor
    reason: str
    at: datetime
    meets_by: datetime
    by: str
    signature: str  # of a member; a sponsor needs none to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilPauseEnded:
    """The council decided that a pause ends: by a quorum, never by whoever called it."""

    pause: str
    pack: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionAgreed:
    """Somebody does something by a day; it is done when a query says so."""

    action: str
    pack: str
    what: str
    who: str
    due: date
    query: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionClosed:
    """An action is done: its query became true, or two members said so with a reason."""

    action: str
    how: str  # query, members
    members: tuple[str, ...]
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRevealed:
    """Somebody came to know which arm a participant is in; analyses of theirs are unblinded."""

    participant: str
    who: str
    how: str  # emergency, vote
    reason: str
    pack: str  # of the vote; empty in an emergency
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilAsked:
    """Somebody asked the council something, or the council somebody."""

    question: str
    words: str
    to: str
    at: datetime
    by: str


COUNCIL_ENTRIES = (
    PackMade,
    PackOpened,
    PositionCommitted,
    PositionShown,
    CouncilDecided,
    CouncilPaused,
    CouncilPauseEnded,
    ActionAgreed,
    ActionClosed,
    ArmRevealed,
    CouncilAsked,
)
