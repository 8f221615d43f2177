"""The order of one half-day: who is seen by whom in which quarter of an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from nanoward.base.errors import RefusedError
from nanoward.flows.programme.ask_gate import board_now, rules_of_programme
from nanoward.flows.programme.plan_weeks import chosen_site
from nanoward.ports.ports import Ports
from nanoward.programme.visits.booking_board import HOLDING
from nanoward.programme.visits.half_day_order import (
    PAYMENT,
    HalfDayOrder,
    Step,
    half_day_order,
)
from nanoward.programme.visits.site_calendar import HALVES, HalfDay

QUARTER = timedelta(minutes=15)
DAY_ENDS = 20  # quarters of an afternoon: five hours


class NoOrderError(RefusedError):
    """A half-day that cannot be put in order: unstated steps, or staff that is not there."""

    code = "PRG-127"
    next_step = "State [programme.steps.KIND], or book fewer people; nanoward programme board."


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedHalfDay:
    """A half-day in order.

    begins    UTC;  quarters  that there are until the next half
    """

    order: HalfDayOrder
    begins: datetime
    quarters: int

    @property
    def fits(self) -> bool:
        """Whether everybody is seen within the half-day."""
        return self.order.quarters <= self.quarters


def order_half_day(
    ports: Ports, at: HalfDay, *, site: str = "", rng: np.random.Generator
) -> OrderedHalfDay:
    """Everybody who is booked in a half-day, in the order of the time-forward rule.

    NoOrderError where a kind of visit states no steps, or a step's staff is not there.
    """
    rules, board = rules_of_programme(ports), board_now(ports)
    place = chosen_site(rules, site)
    here = [
        one
        for one in board.bookings.values()
        if (one.at, one.site) == (at, place.name) and one.state in HOLDING
    ]
    unstated = sorted({one.kind for one in here if one.kind not in rules.steps})
    if unstated:
        raise NoOrderError(f"no steps are stated for visits of the kind {', '.join(unstated)}")
    steps = [
        Step(person=one.participant, staff=staff, quarters=quarters)
        for one in sorted(here, key=lambda one: one.booking)
        for staff, quarters in sorted(rules.steps[one.kind].items())
    ]
    staff = {one.staff: board.offered(place, at, one.staff) for one in steps}
    if PAYMENT in staff and PAYMENT not in place.capacity:
        staff[PAYMENT] = 1
    away = sorted(name for name, count in staff.items() if count < 1)
    if away:
        raise NoOrderError(f"nobody is there for {', '.join(away)} on {at}")
    begins = place.starts(at)
    end = begins + DAY_ENDS * QUARTER
    if at.half == HALVES[0]:
        end = place.starts(HalfDay(at.day, HALVES[1]))
    return OrderedHalfDay(
        order=half_day_order(steps, staff, rng), begins=begins,
        quarters=(end - begins) // QUARTER,
    )  # fmt: skip
