"""Visits: models and operations."""

# made by tools/write_client.py from the API's document; do not edit

from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from nanoward.client.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBody:
    """A visit that somebody wants, meant for a day, some days before or after."""

    participant: str
    kind: str
    planned: date
    before: int = 0
    after: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookBody:
    """A half-day for a visit; `booking` where it waits already."""

    participant: str
    kind: str
    day: date
    half: Literal["morning", "afternoon"]
    site: str = ""
    booking: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingDone:
    """What stands of a visit now, and what was earned by it."""

    booking: str
    state: str
    earned_minor_units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """A visit: waiting, offered, booked, confirmed, here, done, missed, released."""

    booking: str
    participant: str
    kind: str
    state: str
    site: str
    day: date | None
    half: str
    planned: date | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffBody:
    """Why the programme calls a visit off; `late`: less than a day before, half is earned."""

    reason: str
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBody:
    """How a visit went, with nights and hours beyond it."""

    outcome: Literal["done", "broken off", "failed test"] = "done"
    nights: int = 0
    hours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissBody:
    """Why, where somebody says so."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBody:
    """Another half-day, and why."""

    day: date
    half: Literal["morning", "afternoon"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRowPage:
    """One page of a list; `next` is null on the last."""

    items: list[BookingRow]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBody:
    """Why the place is given back; `waits`: the visit waits for another."""

    reason: str
    waits: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StayBody:
    """A bed from a day on, until a day or on and on."""

    participant: str
    site: str
    room: str
    kind: str
    first: date
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StayDone:
    """A stay by its name."""

    stay: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StayEndBody:
    """The last day of a stay, and why."""

    last: date
    reason: str


class VisitsPart:
    """The part of the API about visits."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def visits(self, *, after: str | None = None, limit: int = 50) -> BookingRowPage:
        """Every booking and everybody who waits for one, by name of the booking."""
        return self._transport.ask(
            BookingRowPage,
            "GET",
            "/api/v1/programme/visits",
            query={"after": after, "limit": limit},
        )

    def ask(self, body: AskBody, *, key: str | None = None) -> BookingDone:
        """Put a visit on the waiting list; asked for twice it waits once."""
        return self._transport.ask(
            BookingDone, "POST", "/api/v1/programme/visits", body=body, key=key
        )

    def book(self, body: BookBody, *, key: str | None = None) -> BookingDone:
        """Give a visit a half-day; refused with every conflict."""
        return self._transport.ask(
            BookingDone, "POST", "/api/v1/programme/visits/places", body=body, key=key
        )

    def confirm(self, booking: str, *, key: str | None = None) -> BookingDone:
        """The person comes; the gate is asked again."""
        return self._transport.ask(
            BookingDone,
            "POST",
            f"/api/v1/programme/visits/{_quoted(booking)}/confirmation",
            key=key,
        )

    def move(self, booking: str, body: MoveBody, *, key: str | None = None) -> BookingDone:
        """Another half-day for a booked visit, with a reason."""
        return self._transport.ask(
            BookingDone,
            "POST",
            f"/api/v1/programme/visits/{_quoted(booking)}/move",
            body=body,
            key=key,
        )

    def release(
        self, booking: str, body: ReleaseBody, *, key: str | None = None
    ) -> BookingDone:
        """Give a place back; nothing is taken for it."""
        return self._transport.ask(
            BookingDone,
            "POST",
            f"/api/v1/programme/visits/{_quoted(booking)}/release",
            body=body,
            key=key,
        )

    def arrive(self, booking: str, *, key: str | None = None) -> BookingDone:
        """The person is here; the gate is asked again."""
        return self._transport.ask(
            BookingDone, "POST", f"/api/v1/programme/visits/{_quoted(booking)}/arrival", key=key
        )

    def complete(self, booking: str, body: MadeBody, *, key: str | None = None) -> BookingDone:
        """A visit was made; what it earns is earned in the same append."""
        return self._transport.ask(
            BookingDone,
            "POST",
            f"/api/v1/programme/visits/{_quoted(booking)}/completion",
            body=body,
            key=key,
        )

    def miss(self, booking: str, body: MissBody, *, key: str | None = None) -> BookingDone:
        """A visit was not made; it costs the person nothing."""
        return self._transport.ask(
            BookingDone,
            "POST",
            f"/api/v1/programme/visits/{_quoted(booking)}/miss",
            body=body,
            key=key,
        )

    def call_off(
        self, booking: str, body: CallOffBody, *, key: str | None = None
    ) -> BookingDone:
        """The programme calls a visit off: it waits for another place."""
        return self._transport.ask(
            BookingDone,
            "POST",
            f"/api/v1/programme/visits/{_quoted(booking)}/call-off",
            body=body,
            key=key,
        )

    def stay(self, body: StayBody, *, key: str | None = None) -> StayDone:
        """Give a bed; refused with every conflict."""
        return self._transport.ask(
            StayDone, "POST", "/api/v1/programme/stays", body=body, key=key
        )

    def leave_bed(self, stay: str, body: StayEndBody, *, key: str | None = None) -> StayDone:
        """End a stay."""
        return self._transport.ask(
            StayDone, "POST", f"/api/v1/programme/stays/{_quoted(stay)}/end", body=body, key=key
        )


def _quoted(value: object) -> str:
    return quote(str(value), safe="")
