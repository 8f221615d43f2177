"""Which site a person's visits are planned at, and half-days that they have elsewhere."""

from collections.abc import Iterable, Mapping

from nanoward.programme.visits.booking_board import HOLDING, BookingBoard
from nanoward.programme.visits.site_calendar import HalfDay, Site


def home_sites(
    sites: Mapping[str, Site], board: BookingBoard, people: Iterable[str]
) -> dict[str, str]:
    """Person to site: the plan's, else that of their newest place, else the first.

    Everybody has one, so that nobody is planned at none, or at two.
    """
    named = {who: site.name for site in sites.values() for who in site.people}
    newest: dict[str, tuple[HalfDay, str]] = {}
    for one in board.bookings.values():
        if one.at is not None and one.site in sites:
            found = (one.at, one.site)
            newest[one.participant] = max(newest.get(one.participant, found), found)
    first = next(iter(sites), "")
    return {
        who: named.get(who) or (newest[who][1] if who in newest else first) for who in people
    }


def busy_half_days(board: BookingBoard, who: str, planned: Iterable[str]) -> set[HalfDay]:
    """Half-days of a person's other visits, at whatever site, that are not planned anew."""
    anew = set(planned)
    return {
        one.at
        for name in board.by_person.get(who, ())
        if (one := board.bookings[name]).at is not None
        and name not in anew
        and one.state in (*HOLDING, "done")
    }
