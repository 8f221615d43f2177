"""How many more weekly visits than there are places a half-day of a site may take.

The history is the programme's own, by person; who sleeps here comes, so that nobody is booked
into their place. Beds, doses and everything that protects are never booked over.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from nanoward.programme.visits.booking_board import HOLDING, BookingBoard
from nanoward.programme.visits.booking_rules import SiteRules
from nanoward.programme.visits.expected_shows import (
    MissedVisits,
    bookable,
    overfull_probability,
    rates_of,
)
from nanoward.programme.visits.site_calendar import BED_KINDS, HalfDay, Site

WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overbooking:
    """One resource of one half-day, in weekly visits.

    places    that other visits leave;  booked  weekly visits there, the newcomer among them
    bookable  how many of these may be;  overfull  probability that more come than fit
    """

    places: int
    booked: int
    bookable: int
    overfull: float

    @property
    def extra(self) -> int:
        """Visits beyond the places that may be booked; none unless all of them may."""
        return max(0, self.booked - self.places) if self.bookable >= self.booked else 0


def missed_history(board: BookingBoard) -> dict[str, MissedVisits]:
    """Person to weekly visits that were due and that were missed."""
    found: dict[str, MissedVisits] = {}
    for one in board.bookings.values():
        if one.kind == WEEKLY and one.state in ("done", "missed"):
            known = found.get(one.participant, MissedVisits(due=0, missed=0))
            missed = known.missed + (one.state == "missed")
            found[one.participant] = MissedVisits(due=known.due + 1, missed=missed)
    return found


def overbooking(
    board: BookingBoard, rules: SiteRules, site: Site, at: HalfDay, *, newcomer: str = ""
) -> dict[str, Overbooking]:
    """Resource of a weekly visit to what may be booked of it, `newcomer` among the people."""
    needs = rules.needs.get(WEEKLY, {})
    weekly = [
        one
        for one in board.bookings.values()
        if (one.at, one.site, one.kind) == (at, site.name, WEEKLY) and one.state in HOLDING
    ]
    people = [one.participant for one in weekly]
    if newcomer and newcomer not in people:
        people.append(newcomer)
    rates, everybody = rates_of(missed_history(board))
    mean = (everybody.missed + 0.5) / (everybody.due + 1)
    missing = [_rate(who, board, at, rates, mean) for who in people]
    found = {}
    for resource, units in needs.items():
        if resource in BED_KINDS or not units:
            continue
        own = sum(dict(one.needs).get(resource, 0) for one in weekly)
        others = board.taken(site.name, at, resource) - own
        places = max(0, board.offered(site, at, resource) - others) // units
        found[resource] = Overbooking(
            places=places,
            booked=len(people),
            bookable=bookable(missing, places, everybody),
            overfull=overfull_probability(missing, places),
        )
    return found


def _rate(
    who: str, board: BookingBoard, at: HalfDay, rates: Mapping[str, float], mean: float
) -> float:
    lives_here = any(
        one.participant == who
        and one.first <= at.day
        and (one.last is None or at.day <= one.last)
        for one in board.stays.values()
    )
    return 0.0 if lives_here else rates.get(who, mean)


def extra_units(
    board: BookingBoard, rules: SiteRules, site: Site, at: HalfDay, *, newcomer: str = ""
) -> dict[str, int]:
    """Units beyond what there is that weekly visits may use in a half-day, by resource."""
    needs = rules.needs.get(WEEKLY, {})
    found = overbooking(board, rules, site, at, newcomer=newcomer)
    return {name: one.extra * needs[name] for name, one in found.items() if one.extra}
