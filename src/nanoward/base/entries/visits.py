"""What can happen in visits and lodging of programme: who comes when, and who stays where."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAsked:
    """A visit wants a place: it waits, without a time, until it is booked."""

    booking: str
    participant: str  # or the visitor
    kind: str
    occasion: str  # of the schedule; empty for one beside it
    opens: date
    planned: date
    closes: date
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitBooked:
    """A visit has a half-day and what it needs there."""

    booking: str
    participant: str
    kind: str
    site: str
    day: date
    half: str  # morning or afternoon, in the site's own zone
    zone: str
    starts: datetime  # UTC
    needs: tuple[str, ...]  # "RESOURCE UNITS"
    by: str
    state: str = "booked"  # or held: until somebody confirms


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitConfirmed:
    """The person said that they come; the gate was asked again."""

    booking: str
    participant: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMoved:
    """A visit has another half-day: why, and told with the new time."""

    booking: str
    participant: str
    day: date
    half: str
    starts: datetime
    reason: str
    price: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitReleased:
    """A visit gave its place back."""

    booking: str
    participant: str
    reason: str
    by: str
    waits: bool = False  # it wants another place


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitArrived:
    """The person is here; the gate was asked again."""

    booking: str
    participant: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMade:
    """A visit was made, with its dose where it is one; pay is earned in the same append."""

    booking: str
    participant: str
    kind: str
    day: date
    outcome: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitMissed:
    """A visit was not made; nothing follows from it for the person but another place."""

    booking: str
    participant: str
    day: date
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StayBegun:
    """Somebody has a bed from a night on."""

    stay: str
    participant: str
    site: str
    room: str
    kind: str  # single, shared, apart, family
    first: date
    last: date | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StayEnded:
    """Somebody left a bed; their own wish, or 14 days after they were told at the earliest."""

    stay: str
    participant: str
    last: date
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorAdmitted:
    """A visitor came in, with their own short consent; whom they met is a contact."""

    participant: str  # the visitor
    participants: tuple[str, ...]  # whom they visit
    site: str
    day: date
    consent_sha256: str
    rules_read: bool
    ward_agreed: bool  # asked where somebody lives apart
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityChanged:
    """A resource of a site has other units on some days: leave, or a room that is gone."""

    site: str
    resource: str
    first: date
    last: date
    units: int
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanHeld:
    """A plan was made, checked and used."""

    plan_sha256: str
    solver: str
    visits: int
    unplaced: int
    cost: int
    bound: float
    moved: int
    first: date
    last: date


VISIT_ENTRIES = (
    VisitAsked,
    VisitBooked,
    VisitConfirmed,
    VisitMoved,
    VisitReleased,
    VisitArrived,
    VisitMade,
    VisitMissed,
    StayBegun,
    StayEnded,
    VisitorAdmitted,
    CapacityChanged,
    PlanHeld,
)
