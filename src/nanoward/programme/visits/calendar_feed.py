"""A person's bookings as iCalendar (RFC 5545) that names nobody and tells no kind of visit.

A calendar can unblind (the visit of one arm alone) and tell a diagnosis (a scan, a clinic):
every event reads "Appointment", lasts the same, and is known by a keyed number. One feed for
each person, under an address that can be taken back.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nanoward.programme.visits.booking_board import HOLDING, Booking
from nanoward.programme.visits.site_calendar import Site

SUMMARY = "Appointment"
LASTS = timedelta(hours=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedKey:
    """What makes a feed's address and the numbers of its events; another one ends the feed."""

    secret: bytes

    def address(self, person: str) -> str:
        """The last part of the feed's address: says nothing of whom it is for."""
        return self._number("feed", person)[:32]

    def event(self, booking: str) -> str:
        """The number of an event: the same while the booking is, and of no meaning."""
        return self._number("event", booking)[:32]

    def _number(self, what: str, name: str) -> str:
        return hmac.new(self.secret, f"{what}\0{name}".encode(), hashlib.sha256).hexdigest()


def calendar_feed(
    bookings: Iterable[Booking], sites: dict[str, Site], key: FeedKey, made: datetime
) -> str:
    """The feed of one person's bookings; those that wait or are over for good are not in it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//appointments//EN",  # the software's name would tell something too
        "METHOD:PUBLISH",
    ]
    known = [one for one in bookings if one.state in HOLDING and one.at is not None]
    for one in sorted(known, key=lambda one: (str(one.at), one.booking)):
        lines += _event(one, sites[one.site], key, made)
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _event(one: Booking, site: Site, key: FeedKey, made: datetime) -> list[str]:
    assert one.at is not None  # filtered by the caller
    begins = site.starts(one.at)
    return [
        "BEGIN:VEVENT",
        f"UID:{key.event(one.booking)}",
        f"DTSTAMP:{_utc(made)}",
        f"DTSTART:{_utc(begins)}",
        f"DTEND:{_utc(begins + LASTS)}",
        f"SUMMARY:{SUMMARY}",
        "CLASS:PRIVATE",
        f"SEQUENCE:{len(one.moved)}",
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> str:
    """Lines of at most 75 octets (RFC 5545, 3.1); ours are plain ASCII."""
    return line if len(line) <= 75 else f"{line[:75]}\r\n {line[75:]}"
