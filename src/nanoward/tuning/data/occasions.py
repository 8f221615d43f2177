"""Occasions by the clock, for agents that drift: which etas hold when.

An agent that adapts changes a person's parameters slowly. Each period of the model's `period`
has etas of its own, and those of neighbouring periods are correlated (dynamics.py, `omega`): an
Ornstein-Uhlenbeck process seen once per period, fitted jointly with all else. A period without
a record is only as well known as its neighbours make it, and so is one still to come.
"""

from dataclasses import replace
from math import ceil

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.models.dynamics import Dynamics

MOST_PERIODS = 12  # with etas of their own: the last ones; all earlier ones share the first's


def in_periods(model: Dynamics, one: History, ahead: float = 0.0) -> History:
    """The history with its occasions numbered by time, up to `ahead` after its last record.

    Period k holds for times in (k, k + 1] x period after the first record. Where a period ends
    between two records an empty record is put in, so that parameters change there.
    """
    if model.period <= 0 or not one.events or not model.between_occasions:
        return one
    begin, every = one.events[0].time, model.period

    def number(time: float) -> int:
        return max(0, ceil((time - begin) / every - 1e-9) - 1)

    last = number(one.last + ahead)
    first = max(0, last + 1 - MOST_PERIODS)
    told: list[Event] = []
    for event in one.events:
        before = told[-1] if told else event
        for k in range(max(number(before.time), first), number(event.time)):
            end = begin + (k + 1) * every
            if before.time < end < event.time:
                told.append(_ending(event, end, max(0, k - first)))
        told.append(replace(event, occasion=max(0, number(event.time) - first)))
    return replace(one, events=tuple(told), occasions=last - first + 1)


def _ending(event: Event, time: float, occasion: int) -> Event:
    """A record on which nothing happens but that a period ends."""
    return replace(
        event,
        time=time,
        occasion=occasion,
        evid=2,
        amount=0.0,
        rate=0.0,
        more=0,
        steady=0,
        output=-1,
        value=float("nan"),
        censored=False,
    )
