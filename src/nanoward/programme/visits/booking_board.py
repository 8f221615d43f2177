"""The state of all bookings, folded from entries: who has which place, and what is used.

asked (waits, without a time) -> held -> booked -> confirmed -> arrived -> done | missed;
released gives the place back. A standing that closes a kind of visit gives the places of that
kind back in the very append that records it: the board is a function of the entries, and no
second entry is waited for.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from nanoward.base.entries.clearance import ConsentWithdrawn, GatesClosed, StandingDecided
from nanoward.base.entries.visits import (
    CapacityChanged,
    StayBegun,
    StayEnded,
    VisitArrived,
    VisitAsked,
    VisitBooked,
    VisitConfirmed,
    VisitMade,
    VisitMissed,
    VisitMoved,
    VisitReleased,
)
from nanoward.programme.visits.site_calendar import BED_KINDS, HALVES, HalfDay, Site

WAITING = "asked"
HOLDING = frozenset({"held", "booked", "confirmed", "arrived"})  # has a place that is used
OPEN = frozenset({"held", "booked", "confirmed"})  # may still be moved or released
OpenKinds = Callable[[str], frozenset[str]]
LEFT = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One visit and where it stands; without a half-day while it waits."""

    booking: str
    participant: str
    kind: str
    state: str
    site: str = ""
    at: HalfDay | None = None
    needs: tuple[tuple[str, int], ...] = ()
    opens: date | None = None
    planned: date | None = None
    closes: date | None = None
    occasion: str = ""
    moved: tuple[date, ...] = ()
    reason: str = ""
    order: int = 0  # place in the waiting list: as it was asked
    before: HalfDay | None = None  # the place that it had before the last change
    changes: int = 0  # how often its place was given, moved or taken
    changed_by: str = ""  # who did so last; empty: a standing did


@dataclass(slots=True)
class BookingBoard:
    """Every booking, and what is used of each resource of each half-day.

    open_kinds  standing to the kinds of visit that it leaves open: the gate's own answer
    """

    open_kinds: OpenKinds
    bookings: dict[str, Booking]
    used: Counter[tuple[str, HalfDay, str]]
    people: dict[tuple[str, HalfDay], set[str]]
    by_person: dict[str, set[str]]
    changes: list[CapacityChanged]
    standing: dict[str, str]
    stays: dict[str, StayBegun] = field(default_factory=dict)

    @classmethod
    def empty(cls, open_kinds: OpenKinds) -> "BookingBoard":
        """A board on which nothing stands."""
        return cls(open_kinds, {}, Counter(), defaultdict(set), defaultdict(set), [], {})

    def apply(self, entry: object) -> None:
        """One more entry; those of other rooms that change nothing are passed over."""
        match entry:
            case VisitAsked():
                self._put(_asked(entry, len(self.bookings)))
            case VisitBooked():
                self._put(self._booked(entry))
            case VisitConfirmed():
                self._state(entry.booking, "confirmed")
            case VisitArrived():
                self._state(entry.booking, "arrived")
            case VisitMoved() if entry.booking in self.bookings:
                old = self.bookings[entry.booking]
                at = HalfDay(entry.day, entry.half)
                moved = (*old.moved, entry.day)
                new = replace(old, at=at, moved=moved, reason=entry.reason)
                self._put(_changed(new, old.at, entry.by))
            case VisitReleased() if entry.booking in self.bookings:
                self._release(entry.booking, entry.reason, waits=entry.waits, by=entry.by)
            case VisitMade():
                self._state(entry.booking, "done", entry.outcome)
            case VisitMissed():
                self._state(entry.booking, "missed", entry.reason)
            case _:
                self._apply_standing(entry)

    def _apply_standing(self, entry: object) -> None:
        """A standing that closes kinds of visit; or what changes at a site."""
        match entry:
            case StandingDecided():
                self._standing(entry.participant, entry.standing)
            case GatesClosed():
                self._standing(entry.participant, LEFT)
            case ConsentWithdrawn() if not entry.uses:
                self._standing(entry.participant, LEFT)
            case _:
                self._apply_site(entry)

    def _apply_site(self, entry: object) -> None:
        match entry:
            case CapacityChanged():
                self.changes.append(entry)
            case StayBegun():
                self.stays.setdefault(entry.stay, entry)
            case StayEnded() if entry.stay in self.stays:
                known = self.stays[entry.stay]
                if known.last is None or entry.last < known.last:
                    self.stays[entry.stay] = replace(known, last=entry.last)
            case _:
                pass

    def _booked(self, entry: VisitBooked) -> Booking:
        known = self.bookings.get(entry.booking)
        base = known or Booking(
            booking=entry.booking,
            participant=entry.participant,
            kind=entry.kind,
            state="",
            order=len(self.bookings),
        )
        needs = tuple((name, int(units)) for name, units in map(str.split, entry.needs))
        new = replace(
            base,
            state=entry.state,
            site=entry.site,
            at=HalfDay(entry.day, entry.half),
            needs=needs,
        )
        return _changed(new, None, entry.by)

    def _standing(self, who: str, word: str) -> None:
        self.standing[who] = word
        kinds = self.open_kinds(word)
        for name in sorted(self.by_person[who]):
            one = self.bookings[name]
            if one.state in (*OPEN, WAITING) and one.kind not in kinds:
                self._release(name, f"standing {word}", waits=False)

    def _state(self, name: str, state: str, reason: str = "") -> None:
        if name in self.bookings:
            self._put(replace(self.bookings[name], state=state, reason=reason))

    def _release(self, name: str, reason: str, *, waits: bool, by: str = "") -> None:
        old = self.bookings[name]
        if old.state in ("done", "missed"):
            return
        state = WAITING if waits else "released"
        new = replace(old, state=state, at=None, site="", needs=(), reason=reason)
        self._put(_changed(new, old.at, by))

    def _put(self, new: Booking) -> None:
        old = self.bookings.get(new.booking)
        if old is not None:
            self._count(old, -1)
        self.bookings[new.booking] = new
        self.by_person[new.participant].add(new.booking)
        self._count(new, +1)

    def _count(self, one: Booking, sign: int) -> None:
        if one.at is None or one.state not in (*HOLDING, "done"):
            return
        for resource, units in one.needs:
            self.used[one.site, one.at, resource] += sign * units
        there = self.people[one.site, one.at]
        if sign > 0:
            there.add(one.participant)
        elif not self._stands_twice(one):
            there.discard(one.participant)

    def _stands_twice(self, one: Booking) -> bool:
        return any(
            other != one.booking
            and (known := self.bookings[other]).at == one.at
            and known.site == one.site
            and known.state in (*HOLDING, "done")
            for other in self.by_person[one.participant]
        )

    def waiting(self) -> tuple[Booking, ...]:
        """The waiting list, in its order."""
        found = (one for one in self.bookings.values() if one.state == WAITING)
        return tuple(sorted(found, key=lambda one: one.order))

    def offered(self, site: Site, at: HalfDay, resource: str) -> int:
        """Units of a resource of a site in a half-day; of beds, in the night of its day.

        Beds of rooms are there for visits as far as nobody who lives here sleeps in them.
        """
        if resource not in BED_KINDS:
            return self.units(site.capacity, site.name, at, resource)
        kind = BED_KINDS[resource]
        if kind in site.beds:
            return self.units({resource: site.beds[kind]}, site.name, at, resource)
        sleepers = sum(
            one.site == site.name
            and one.kind == kind
            and one.first <= at.day
            and (one.last is None or at.day <= one.last)
            for one in self.stays.values()
        )
        left = max(0, site.room_beds.get(kind, 0) - sleepers)
        return self.units({resource: left}, site.name, at, resource)

    def taken(self, site: str, at: HalfDay, resource: str) -> int:
        """Units that bookings use in a half-day; of beds, in the night of its day."""
        if resource not in BED_KINDS:
            return self.used[site, at, resource]
        return sum(self.used[site, HalfDay(at.day, half), resource] for half in HALVES)

    def units(self, capacity: Mapping[str, int], site: str, at: HalfDay, resource: str) -> int:
        """Units of a resource in a half-day; of two changes of one day the later counts."""
        units = capacity.get(resource, 0)
        for one in self.changes:
            if (one.site, one.resource) == (site, resource) and one.first <= at.day <= one.last:
                units = one.units
        return units


def _changed(new: Booking, before: HalfDay | None, by: str) -> Booking:
    return replace(new, before=before, changes=new.changes + 1, changed_by=by)


def _asked(entry: VisitAsked, order: int) -> Booking:
    return Booking(
        booking=entry.booking,
        participant=entry.participant,
        kind=entry.kind,
        state=WAITING,
        opens=entry.opens,
        planned=entry.planned,
        closes=entry.closes,
        occasion=entry.occasion,
        reason=entry.reason,
        order=order,
    )


def board_of(entries: Iterable[object], open_kinds: OpenKinds) -> BookingBoard:
    """The board after all entries, in their order."""
    board = BookingBoard.empty(open_kinds)
    for one in entries:
        board.apply(one)
    return board
