"""Give somebody a bed, end a stay, admit a visitor; who shared a room is told to bonds."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.entries.bonds import ContactRecorded
from nanoward.base.entries.visits import StayBegun, StayEnded, VisitorAdmitted
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.names import participant_id
from nanoward.flows.programme.ask_gate import board_now, ledger_entries, rules_of_programme
from nanoward.ports.ledger import LedgerMovedError
from nanoward.ports.ports import Ports
from nanoward.programme.lodging.stays import (
    Stay,
    StayRefusedError,
    end_conflicts,
    room_contacts,
    stay_conflicts,
    stays_of,
    waiting_contacts,
)


class UnknownStayError(UsageError):
    """No stay has this name."""

    code = "PRG-118"
    next_step = "See the stays: nanoward programme lodging PROGRAMME."


class VisitorRefusedError(RefusedError):
    """A visitor who cannot come in yet; nothing was written."""

    code = "PRG-119"
    next_step = "Have them sign the visitor's consent, read the rules, and ask the ward."


@dataclass(frozen=True, slots=True, kw_only=True)
class BedWish:
    """Who wants a bed where, from the night of a day to that of another."""

    participant: str
    site: str
    room: str
    kind: str
    first: date
    last: date | None = None


def begin_stay(ports: Ports, wish: BedWish, *, by: str) -> str:
    """Give a bed; StayRefusedError with every conflict. Returns the name of the stay.

    Whoever sleeps in the room in the same nights is recorded as a contact when it happens.
    """
    who = participant_id(wish.participant)
    said = "|".join((who, wish.site, wish.room, wish.first.isoformat()))
    name = f"s-{sha256_of(said.encode())[:12]}"

    def decide() -> Sequence[Entry]:
        rules, stays = rules_of_programme(ports), stays_of(ledger_entries(ports, "visits"))
        if name in stays:
            return ()
        stay = Stay(
            stay=name, participant=who, room=f"{wish.site}/{wish.room}", kind=wish.kind,
            first=wish.first, last=wish.last,
        )  # fmt: skip
        told = stay_conflicts(
            stay, stays, rules.rooms, apart=rules.visits.apart,
            restricted=rules.visits.restricted,
        )  # fmt: skip
        if told:
            raise StayRefusedError(f"{who}: {'; '.join(told)}")
        begun = StayBegun(
            stay=name, participant=who, site=wish.site, room=wish.room, kind=wish.kind,
            first=wish.first, last=wish.last, by=by,
        )  # fmt: skip
        return (begun,)

    _append(ports, decide, by=by)
    return name


def end_stay(ports: Ports, name: str, last: date, *, reason: str, by: str) -> None:
    """End a stay: the person at once, anybody else 14 days after telling them."""

    def decide() -> Sequence[Entry]:
        stays = stays_of(ledger_entries(ports, "visits"))
        if name not in stays:
            raise UnknownStayError(f"there is no stay {name!r}")
        stay = stays[name]
        told = end_conflicts(stay, last, by=by, told_on=ports.today())
        if told:
            raise StayRefusedError("; ".join(told))
        ended = StayEnded(
            stay=name, participant=stay.participant, last=last, reason=reason, by=by
        )
        return (ended,)

    _append(ports, decide, by=by)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorPass:
    """A visitor with what they signed and read; whom they visit."""

    visitor: str
    participants: tuple[str, ...]
    site: str
    consent: bytes
    rules_read: bool
    ward_agreed: bool = False


def admit_visitor(ports: Ports, wanted: VisitorPass, *, by: str) -> None:
    """Let a visitor in; whom they meet is a contact from that day on.

    They need a short consent of their own and the rules read; the ward's yes where somebody
    lives apart.
    """
    rules, today = rules_of_programme(ports), ports.today()
    told = []
    if not wanted.consent.strip():
        told.append("the visitor signed no consent of their own")
    if not wanted.rules_read:
        told.append("the visitor has not read the rules")
    apart = [one for one in wanted.participants if one in rules.visits.restricted]
    if apart and not wanted.ward_agreed:
        told.append(f"{', '.join(apart)} lives apart, and the ward has not agreed")
    if told:
        raise VisitorRefusedError(f"{wanted.visitor}: {'; '.join(told)}")
    visitor = participant_id(wanted.visitor)
    admitted = VisitorAdmitted(
        participant=visitor, participants=wanted.participants, site=wanted.site, day=today,
        consent_sha256=sha256_of(wanted.consent), rules_read=True,
        ward_agreed=wanted.ward_agreed, by=by,
    )  # fmt: skip
    met = [
        ContactRecorded(a=visitor, b=one, kind="visitor", first=today, last=today)
        for one in wanted.participants
    ]
    ports.blobs.put(wanted.consent)
    ports.ledger.append([admitted, *met], actor=by, at=ports.clock.now())


def record_contacts(ports: Ports, day: date, *, by: str) -> tuple[ContactRecorded, ...]:
    """Put contacts through rooms and waiting rooms up to a day on the ledger, each once."""

    def decide() -> Sequence[Entry]:
        known = {
            one for one in ledger_entries(ports, "bonds") if isinstance(one, ContactRecorded)
        }
        return tuple(one for one in lodging_contacts(ports, day) if one not in known)

    return tuple(
        one for one in _append(ports, decide, by=by) if isinstance(one, ContactRecorded)
    )


def lodging_contacts(ports: Ports, day: date) -> tuple[ContactRecorded, ...]:
    """Contacts through shared rooms and waiting rooms up to a day."""
    stays = stays_of(ledger_entries(ports, "visits"))
    people: dict[tuple[str, date, str], Iterable[str]] = {}
    for one in board_now(ports).bookings.values():
        if one.state in ("arrived", "done") and one.at is not None and one.at.day <= day:
            key = (one.site, one.at.day, one.at.half)
            people[key] = (*people.get(key, ()), one.participant)
    return (*room_contacts(stays.values(), day), *waiting_contacts(people))


def _append(ports: Ports, decide: Callable[[], Sequence[Entry]], *, by: str) -> Sequence[Entry]:
    while True:
        head = ports.ledger.head()
        entries = decide()
        if not entries:
            return ()
        try:
            ports.ledger.append(entries, actor=by, at=ports.clock.now(), after=head.size)
        except LedgerMovedError:
            continue
        return entries
