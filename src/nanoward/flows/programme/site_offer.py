"""What a site offers a plan: units of half-days and beds of nights, less what is used."""

from datetime import date, timedelta

import numpy as np

from nanoward.programme.programme_rules import ProgrammeRules
from nanoward.programme.visits.booking_board import OPEN, BookingBoard
from nanoward.programme.visits.overbooking import extra_units
from nanoward.programme.visits.plan_problem import BED, Offer
from nanoward.programme.visits.site_calendar import (
    BED_APART,
    BED_KINDS,
    HALVES,
    HalfDay,
    Site,
)


def half_day_number(start: date, at: HalfDay) -> int:
    """Half-days from the first morning of a plan."""
    return 2 * (at.day - start).days + at.number


def site_offer(
    rules: ProgrammeRules, site: Site, board: BookingBoard, start: date, weeks: int,
    asked: frozenset[str],
) -> Offer:  # fmt: skip
    """What the site offers less what is used by bookings that are not planned anew.

    A kind that the plan does not know any more needs nothing, and has no half-day either.
    """
    count = 14 * weeks
    days = [start + timedelta(days=one) for one in range(7 * weeks)]
    half_days = [HalfDay(day, half) for day in days for half in HALVES]
    wanted = {name for needs in rules.visits.needs.values() for name in needs}
    capacity = {
        name: np.array([board.offered(site, at, name) for at in half_days])
        for name in sorted(wanted - set(BED_KINDS))
    }
    if rules.overbooking:  # what was booked over within the rule is not planned away
        for number, at in enumerate(half_days):
            if any(board.taken(site.name, at, one) > capacity[one][number] for one in capacity):
                for name, units in extra_units(board, rules.visits, site, at).items():
                    capacity[name][number] += units
    mornings = [HalfDay(day, HALVES[0]) for day in days]
    beds = {
        name: np.array([board.offered(site, at, name) for at in mornings]) for name in BED_KINDS
    }
    has_apart = site.beds.get("apart") or site.room_beds.get("apart")
    places = {at: number for number, at in enumerate(half_days)}
    for name, one in board.bookings.items():
        counts = one.state in (*OPEN, "arrived", "done") and name not in asked
        if counts and one.at in places and one.site == site.name:
            for resource, units in one.needs:
                if resource in capacity:
                    capacity[resource][places[one.at]] -= units
                elif resource in beds:
                    beds[resource][places[one.at] // 2] -= units
    return Offer(
        half_days=count,
        capacity={name: np.maximum(units, 0) for name, units in capacity.items()},
        beds=np.maximum(beds.pop(BED), 0),
        nights={
            name: np.maximum(units, 0)
            for name, units in beds.items()
            if name in wanted or (name == BED_APART and has_apart)
        },
        needs={one.kind: {} for one in board.bookings.values()} | dict(rules.visits.needs),
        restricted=rules.visits.restricted,
        restricted_at_once=site.restricted_at_once,
        apart=tuple(sorted((min(one), max(one)) for one in rules.visits.apart)),
    )
