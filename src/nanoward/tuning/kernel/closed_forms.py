"""Closed forms of compartment models, carried from event to event for many draws at once.

Each mode of the disposition answers a unit bolus with weight x exp(-rate t); what is in the
depot flows into it with ka. Over a span s the depot feeds a mode with
    s exp(-rate s) I0,   I0 = integral over 0..1 of exp(-(ka - rate) s x).
Sums over doses are carried along, so that work grows with doses plus samples, not with their
product; searches, which need derivatives, interpret the model's tapes (likelihood.py).
"""

from math import exp, expm1
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64

from nanoward.maths.jit.object_cache import kept, lean

DOSES, STARTS, STOPS, ASKS = range(4)  # what happens at one time
NEAR = 0.5  # nearer to 0 the quotients lose digits, and a short series is exact
TINY = 1e-9
TOGETHER = 128  # draws that are carried at once


class LaidEvents(NamedTuple):
    """E events of one person in the order in which they happen.

    time, amount, speed  (E,): h, of a dose, of an infusion per h
    what, place          (E,): one of DOSES ... ASKS, and which observation asks
    depot                (E,): 1 where a dose goes into the depot
    since                (E,): which of the K spans lies between the event before and this one
    spans                (K,): h, those that there are
    """

    time: Float64[np.ndarray, " E"]
    amount: Float64[np.ndarray, " E"]
    speed: Float64[np.ndarray, " E"]
    what: Int64[np.ndarray, " E"]
    place: Int64[np.ndarray, " E"]
    depot: Int64[np.ndarray, " E"]
    since: Int64[np.ndarray, " E"]
    spans: Float64[np.ndarray, " K"]


class Rates(NamedTuple):
    """Parameters of D draws.

    ka      (D,) of absorption; weight, rate, into  (M, D) of each mode: of a bolus, of its
            decline, and of what comes from the depot (ka x bioavailability x weight)
    """

    ka: Float64[np.ndarray, " D"]
    weight: Float64[np.ndarray, "M D"]
    rate: Float64[np.ndarray, "M D"]
    into: Float64[np.ndarray, "M D"]


@lean
def _share(y: float) -> float:
    """I0 alone."""
    return -expm1(-y) / y if y > TINY else 1.0 - 0.5 * y


@kept()
def carried(
    events: LaidEvents,
    rates: Rates,
    room: Float64[np.ndarray, "R B"],
    out: Float64[np.ndarray, "T D"],
) -> None:
    """Concentrations of all draws, written to `out`; of each event B draws together.

    room  to work in, see `room_of`
    """
    draws, together = out.shape[1], room.shape[1]
    for first in range(0, draws, together):
        count = min(together, draws - first)
        _spans(events, rates, (first, count), room)
        _carry(events, rates, (first, count), room, out)


def room_of(events: LaidEvents, modes: int, draws: int) -> Float64[np.ndarray, "R B"]:
    """Room for `carried`: what is in the depot, the level of each mode, and for each span what
    is left in the depot, and of each mode what is left, what comes from a unit in the depot
    and of inflow."""
    rows = 1 + modes + len(events.spans) * (1 + 3 * modes)
    return np.empty((rows, min(TOGETHER, draws)))


@lean
def _spans(
    events: LaidEvents,
    rates: Rates,
    some: tuple[int, int],
    room: Float64[np.ndarray, "R B"],
) -> None:
    """What is left after each span, and what comes, of some draws: the first, and how many."""
    modes, (first, count) = len(rates.rate), some
    flows = False
    for event in range(len(events.what)):
        flows = flows or events.what[event] == STARTS
    for number in range(len(events.spans)):
        span, row = events.spans[number], 1 + modes + number * (1 + 3 * modes)
        for at in range(count):
            draw = first + at
            ka = rates.ka[draw]
            kept_depot = exp(-ka * span)
            room[row, at] = kept_depot
            for mode in range(modes):
                rate = rates.rate[mode, draw]
                left, apart = exp(-rate * span), (ka - rate) * span
                if abs(apart) > NEAR:  # no digits are lost
                    come = span * (left - kept_depot) / apart
                else:
                    slower = max(left, kept_depot)
                    come = span * slower * _share(abs(apart))
                own = row + 1 + 3 * mode
                room[own, at] = left
                room[own + 1, at] = come * rates.into[mode, draw]
                room[own + 2, at] = 0.0
                if flows:
                    weight = rates.weight[mode, draw]
                    room[own + 2, at] = weight * span * _share(rate * span)


@lean
def _carry(
    events: LaidEvents,
    rates: Rates,
    some: tuple[int, int],
    room: Float64[np.ndarray, "R B"],
    out: Float64[np.ndarray, "T D"],
) -> None:
    """From event to event, some draws together."""
    modes, (first, count) = len(rates.rate), some
    for row in range(1 + modes):
        for at in range(count):
            room[row, at] = 0.0
    flow, running, empty = 0.0, 0, True
    for event in range(len(events.time)):
        number = events.since[event]
        if events.spans[number] > 0.0 and not empty:
            inflow = flow if running > 0 else 0.0
            _pass((modes, 1 + modes + number * (1 + 3 * modes), count), inflow, room)
        what = events.what[event]
        if what == ASKS:
            place = events.place[event]
            for at in range(count):
                out[place, first + at] = 0.0
            for mode in range(modes):
                for at in range(count):
                    out[place, first + at] += room[1 + mode, at]
        elif what == DOSES:
            empty = False
            amount = events.amount[event]
            if events.depot[event] == 1:
                for at in range(count):
                    room[0, at] += amount
            else:
                for mode in range(modes):
                    for at in range(count):
                        room[1 + mode, at] += amount * rates.weight[mode, first + at]
        else:
            by = 1 if what == STARTS else -1
            empty, running = False, running + by
            flow = flow + by * events.speed[event] if running > 0 else 0.0


@lean
def _pass(sizes: tuple[int, int, int], flow: float, room: Float64[np.ndarray, "R B"]) -> None:
    """The levels of some draws after a span, given modes, its row in the room, and draws."""
    modes, row, count = sizes
    depot, kept_depot = room[0], room[row]
    for mode in range(modes):
        level, own = room[1 + mode], row + 1 + 3 * mode
        left, come, made = room[own], room[own + 1], room[own + 2]
        if flow != 0.0:
            for at in range(count):
                level[at] = level[at] * left[at] + depot[at] * come[at] + flow * made[at]
        else:
            for at in range(count):
                level[at] = level[at] * left[at] + depot[at] * come[at]
    for at in range(count):
        depot[at] *= kept_depot[at]
