"""Stays: bed-nights by kind, people apart, and nobody put out to make room.

A stay ends by the person's own wish at once, and by anybody else's 14 days after they were
told at the earliest. Sharing a room is a contact, and is handed to bonds as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from nanoward.base.entries.bonds import ContactRecorded
from nanoward.base.entries.visits import StayBegun, StayEnded
from nanoward.base.errors import RefusedError

KINDS = ("single", "shared", "apart", "family")
NOTICE_DAYS = 14
LONGEST = date.max


class StayRefusedError(RefusedError):
    """A bed that cannot be had, or an end that puts somebody out."""

    code = "PRG-114"
    next_step = "Choose another room or day; whoever has a bed keeps it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One room of a site: how many beds, and whether it has its own air and bathroom."""

    name: str
    kind: str
    beds: int
    own_air: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One person's bed; `last` is the last night, None while nobody said."""

    stay: str
    participant: str
    room: str
    kind: str
    first: date
    last: date | None

    def nights(self, until: date) -> int:
        """Nights up to a day, that day's night not counted."""
        end = until if self.last is None else min(until, self.last + timedelta(days=1))
        return max(0, (end - self.first).days)

    def is_there(self, night: date) -> bool:
        """Whether the person sleeps there in the night of a day."""
        return self.first <= night <= (self.last or LONGEST)


def stays_of(entries: Iterable[object]) -> dict[str, Stay]:
    """Every stay by name."""
    found: dict[str, Stay] = {}
    for one in entries:
        if isinstance(one, StayBegun):
            found.setdefault(one.stay, _stay(one))
        elif isinstance(one, StayEnded) and one.stay in found:
            known = found[one.stay]
            if known.last is None or one.last < known.last:
                found[one.stay] = replace(known, last=one.last)
    return found


def _stay(one: StayBegun) -> Stay:
    return Stay(
        stay=one.stay, participant=one.participant, room=f"{one.site}/{one.room}",
        kind=one.kind, first=one.first, last=one.last,
    )  # fmt: skip


def stay_conflicts(
    wish: Stay,
    stays: Mapping[str, Stay],
    rooms: Mapping[str, Room],
    *,
    apart: frozenset[frozenset[str]],
    restricted: frozenset[str],
) -> tuple[str, ...]:
    """Every conflict of a stay that is asked for; none: the bed can be had.

    restricted  people who need a room apart, with its own air and bathroom
    """
    room = rooms.get(wish.room)
    if room is None:
        return (f"there is no room {wish.room!r}",)
    told = []
    if room.kind != wish.kind:
        told.append(f"{room.name} is {room.kind}, not {wish.kind}")
    if wish.last is not None and wish.last < wish.first:
        told.append(f"it ends on {wish.last}, before it begins")
    others = [one for one in stays.values() if one.stay != wish.stay and _meets(one, wish)]
    mates = [one for one in others if one.room == wish.room]
    if _most_at_once(mates, wish) + 1 > room.beds:
        told.append(f"{room.name} has {room.beds} beds, taken in a night of the stay")
    twice = [one.room for one in others if one.participant == wish.participant]
    told += [f"{wish.participant} has a bed in {one} already" for one in twice]
    told += [
        f"{wish.participant} and {one.participant} are kept apart"
        for one in mates
        if frozenset((wish.participant, one.participant)) in apart
    ]
    if wish.participant in restricted and not (room.own_air and room.beds == 1):
        told.append(f"{wish.participant} needs a room apart with its own air and bathroom")
    return tuple(told)


def _meets(one: Stay, other: Stay) -> bool:
    return one.first <= (other.last or LONGEST) and other.first <= (one.last or LONGEST)


def _most_at_once(mates: Iterable[Stay], wish: Stay) -> int:
    """Most people of a room in one night of a stay; it is reached on somebody's first night."""
    many = list(mates)
    starts = {max(one.first, wish.first) for one in many}
    return max((sum(one.is_there(night) for one in many) for night in starts), default=0)


def end_conflicts(stay: Stay, last: date, *, by: str, told_on: date) -> tuple[str, ...]:
    """What speaks against an end: nobody is put out sooner than 14 days after being told."""
    if by == stay.participant:
        return ()
    earliest = told_on + timedelta(days=NOTICE_DAYS)
    if last < earliest and (stay.last is None or last < stay.last):
        return (f"{stay.participant} keeps the bed until {earliest} at the earliest",)
    return ()


def beds_taken(
    stays: Iterable[Stay], rooms: Mapping[str, Room], night: date
) -> dict[str, tuple[int, int]]:
    """Kind of bed to (taken, there) in a night. A room that is gone gives no bed."""
    there: dict[str, int] = defaultdict(int)
    taken: dict[str, int] = defaultdict(int)
    for room in rooms.values():
        there[room.kind] += room.beds
    for one in stays:
        if one.is_there(night):
            taken[one.kind] += 1
    return {kind: (taken[kind], there[kind]) for kind in sorted({*there, *taken})}


def lost_beds(
    stays: Iterable[Stay], rooms: Mapping[str, Room], night: date
) -> tuple[Stay, ...]:
    """People whose room is not there any more, or has fewer beds than sleepers: told, kept."""
    found = []
    by_room: dict[str, list[Stay]] = defaultdict(list)
    for one in stays:
        if one.is_there(night):
            by_room[one.room].append(one)
    for name, many in sorted(by_room.items()):
        beds = rooms[name].beds if name in rooms else 0
        found += sorted(many, key=lambda one: (one.first, one.stay))[beds:]
    return tuple(found)


def room_contacts(stays: Iterable[Stay], as_of: date) -> Iterator[ContactRecorded]:
    """A contact for each pair that slept in one room, over the nights that they shared."""
    by_room: dict[str, list[Stay]] = defaultdict(list)
    for one in stays:
        by_room[one.room].append(one)
    for many in by_room.values():
        for one, other in combinations(sorted(many, key=lambda one: one.participant), 2):
            first = max(one.first, other.first)
            last = min(one.last or as_of, other.last or as_of, as_of)
            if first <= last and one.participant != other.participant:
                yield ContactRecorded(
                    a=one.participant, b=other.participant, kind="room", first=first, last=last
                )


def waiting_contacts(
    half_days: Mapping[tuple[str, date, str], Iterable[str]],
) -> Iterator[ContactRecorded]:
    """A contact for each pair that was in one waiting room in one half-day."""
    for (_, day, _half), people in sorted(half_days.items()):
        for one, other in combinations(sorted(set(people)), 2):
            yield ContactRecorded(a=one, b=other, kind="waiting room", first=day, last=day)
