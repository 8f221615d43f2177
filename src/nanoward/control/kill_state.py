"""The words of the kill code: roles, what can become of a person, and one code's state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from nanoward.base.entries import KillApproved, KillEnded, KillReleased, KillRequested

LONGEST: Final = timedelta(minutes=15)
CLOCK_STEP_S: Final = 2.0  # the two clocks may drift apart by no more
LARGE_COHORT: Final = 10  # more people than this need the council's signature too
RECENT: Final = timedelta(hours=24)  # orders asked for within it are one cohort
MOST_MISUSED: Final = 5  # signatures of one key at one order that verify and do not count

PHYSICIAN: Final = "physician"
SAFETY_OFFICER: Final = "safety_officer"
COUNCIL: Final = "council"
ROLES: Final = (PHYSICIAN, SAFETY_OFFICER, COUNCIL)

WAITING, INTENDED, UNANSWERED = "waiting", "intended", "unanswered"
ACKNOWLEDGED, FAILED = "acknowledged", "failed"
CLEARED, ESCAPED = "cleared", "escaped"
OWED: Final = (INTENDED, UNANSWERED)
FIRED: Final = (ACKNOWLEDGED, CLEARED, ESCAPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The same instant on two clocks: of day (UTC), and one that never goes back (seconds)."""

    wall: datetime
    monotonic_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A person who may sign: key is a name for the public key (its SHA-256).

    person  identifier of the person (a staff number); "" where the name is enough
    scopes  whose agents the key may set: "ours", a partner's name
    """

    name: str
    roles: frozenset[str]
    key: str
    person: str = ""
    scopes: tuple[str, ...] = ("ours",)


@dataclass(frozen=True, slots=True, kw_only=True)
class KillState:
    """One kill code as the ledger tells it.

    people    participant to what became of them
    since     participant to when that last changed
    fired_s   participant to the second clock's time when the driver answered
    misused   key to the signatures that it made here and that did not count
    sampled   participants of whom a valid sample was examined after firing
    """

    request: KillRequested
    people: Mapping[str, str]
    since: Mapping[str, datetime]
    fired_s: Mapping[str, float]
    approvals: tuple[KillApproved, ...] = ()
    misused: Mapping[str, frozenset[str]] = field(default_factory=dict)
    released: KillReleased | None = None
    released_at: datetime | None = None
    ended: KillEnded | None = None
    sampled: frozenset[str] = field(default_factory=frozenset)
    reviewed: bool = False
