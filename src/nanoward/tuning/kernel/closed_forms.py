"""Closed forms of compartment models, carried from event to event: values, and derivatives.

Each mode of the disposition answers a unit bolus with weight x exp(-rate t); what is in the
depot flows into it with ka. Over a span s the depot feeds a mode with
    s exp(-rate s) I0,   I_n = integral over 0..1 of x^n exp(-(ka - rate) s x)
whose derivatives by ka and rate are of the same kind. So all sums over doses are carried along
with their derivatives, and work grows with doses plus samples, not with their product.
"""

from math import exp, expm1
from typing import NamedTuple

import numpy as np
from jaxtyping import Float64, Int64

from nanoward.maths.jit.object_cache import kept, lean

RESETS, DOSES, STARTS, STOPS, ASKS = range(5)  # what happens at one time
NEAR = 0.5  # nearer to 0 the quotients lose digits, and a short series is exact
TERMS = 15
TINY = 1e-9
ROOM = 12  # numbers that are carried for each mode
TOGETHER = 128  # draws that are carried at once


class LaidEvents(NamedTuple):
    """E events of one person in the order in which they happen.

    time, amount, speed  (E,): h, of a dose, of an infusion per h
    what, place          (E,): one of RESETS ... ASKS, and which observation asks
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
    """Parameters of D draws, or one of them with its derivatives.

    ka      (D,) of absorption; weight, rate, into  (M, D) of each mode: of a bolus, of its
            decline, and of what comes from the depot (ka x bioavailability x weight)
    """

    ka: Float64[np.ndarray, " D"]
    weight: Float64[np.ndarray, "M D"]
    rate: Float64[np.ndarray, "M D"]
    into: Float64[np.ndarray, "M D"]


@lean
def _integrals(y: float) -> tuple[float, float, float]:
    """I0, I1 and I2 for y >= 0."""
    if y < NEAR:
        first, second, third, term = 0.0, 0.0, 0.0, 1.0
        for k in range(TERMS):
            first += term / (k + 1.0)
            second += term / (k + 2.0)
            third += term / (k + 3.0)
            term *= -y / (k + 1.0)
        return first, second, third
    left = exp(-y)
    first = (1.0 - left) / y
    second = (first - left) / y
    return first, second, (2.0 * second - left) / y


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
        elif what == RESETS:
            flow, running, empty = 0.0, 0, True
            for row in range(1 + modes):
                for at in range(count):
                    room[row, at] = 0.0
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


@lean
def _over_a_span(
    span: float,
    ka: float,
    rate: float,
    feeding: tuple[float, float, float],
    inflow: float,
    state: Float64[np.ndarray, " R"],
) -> None:
    """One mode after a span: sums of boluses (0 to 2) and from the depot (3 to 8) with their
    derivatives by rate, by ka, and by both.

    feeding  what is in the depot, and its first and second derivative by ka
    """
    left = exp(-rate * span)
    s2, s3 = span * span, span * span * span
    b, b_l, b_ll = state[0], state[1], state[2]
    state[0] = b * left
    state[1] = (b_l - span * b) * left
    state[2] = (b_ll - 2.0 * span * b_l + s2 * b) * left
    if inflow != 0.0:
        first, second, third = _integrals(rate * span)
        state[0] += inflow * span * first
        state[1] -= inflow * s2 * second
        state[2] += inflow * s3 * third
    e, e_k, e_l = state[3], state[4], state[5]
    e_kk, e_kl, e_ll = state[6], state[7], state[8]
    state[3] = e * left
    state[4] = e_k * left
    state[5] = (e_l - span * e) * left
    state[6] = e_kk * left
    state[7] = (e_kl - span * e_k) * left
    state[8] = (e_ll - 2.0 * span * e_l + s2 * e) * left
    depot, depot_k, depot_kk = feeding
    if depot == 0.0 and depot_k == 0.0 and depot_kk == 0.0:
        return
    first, second, third = _integrals(abs(ka - rate) * span)
    base = exp(-min(ka, rate) * span)
    far, mixed, near = third, second - third, first - 2.0 * second + third
    swapped = ka < rate
    g = span * base * first
    g_k = -s2 * base * (first - second if swapped else second)
    g_l = -s2 * base * (second if swapped else first - second)
    g_kk = s3 * base * (near if swapped else far)
    g_ll = s3 * base * (far if swapped else near)
    g_kl = s3 * base * mixed
    state[3] += depot * g
    state[4] += depot_k * g + depot * g_k
    state[5] += depot * g_l
    state[6] += depot_kk * g + 2.0 * depot_k * g_k + depot * g_kk
    state[7] += depot_k * g_l + depot * g_kl
    state[8] += depot * g_ll


@lean
def _tell(
    state: Float64[np.ndarray, " R"],
    parts: Float64[np.ndarray, "4 L"],
    count: int,
    row: Float64[np.ndarray, " L"],
) -> None:
    """Add one mode's concentration with its derivatives to a row: 1 + P + P x P numbers.

    parts  ka, weight, rate and into with their derivatives, in rows of the same form
    """
    b, b_l, b_ll = state[0], state[1], state[2]
    e, e_k, e_l = state[3], state[4], state[5]
    e_kk, e_kl, e_ll = state[6], state[7], state[8]
    weight, into = parts[1, 0], parts[3, 0]
    row[0] += weight * b + into * e
    for p in range(count):
        k_p, a_p, l_p, c_p = parts[0, 1 + p], parts[1, 1 + p], parts[2, 1 + p], parts[3, 1 + p]
        slope_p = e_k * k_p + e_l * l_p
        row[1 + p] += a_p * b + weight * b_l * l_p + c_p * e + into * slope_p
        for q in range(count):
            k_q, a_q = parts[0, 1 + q], parts[1, 1 + q]
            l_q, c_q = parts[2, 1 + q], parts[3, 1 + q]
            at = 1 + count + p * count + q
            slope_q = e_k * k_q + e_l * l_q
            row[at] += (
                parts[1, at] * b
                + b_l * (a_p * l_q + a_q * l_p)
                + weight * (b_ll * l_p * l_q + b_l * parts[2, at])
                + parts[3, at] * e
                + c_p * slope_q
                + c_q * slope_p
                + into
                * (
                    e_kk * k_p * k_q
                    + e_kl * (k_p * l_q + k_q * l_p)
                    + e_ll * l_p * l_q
                    + e_k * parts[0, at]
                    + e_l * parts[2, at]
                )
            )


@kept()
def carried_with_derivatives(
    events: LaidEvents,
    parts: Float64[np.ndarray, "M 4 L"],
    room: Float64[np.ndarray, "M R"],
    out: Float64[np.ndarray, "T L"],
) -> None:
    """Concentrations with first and second derivatives, added to `out`, L = 1 + P + P x P.

    parts  of each mode ka, weight, rate and into, each with its derivatives by P parameters
    room   (M, ROOM) to work in
    """
    modes, length = len(parts), out.shape[1]
    count = 0
    while 1 + count + count * count < length:
        count += 1
    ka = parts[0, 0, 0]
    depot, depot_k, depot_kk = 0.0, 0.0, 0.0
    flow, running, empty, now = 0.0, 0, True, 0.0
    room[:, :] = 0.0
    for at in range(len(events.time)):
        time = events.time[at]
        span = time - now
        if span > 0.0 and not empty:
            for mode in range(modes):
                _over_a_span(
                    span,
                    ka,
                    parts[mode, 2, 0],
                    (depot, depot_k, depot_kk),
                    flow if running > 0 else 0.0,
                    room[mode],
                )
            left = exp(-ka * span)
            depot_kk = (depot_kk - 2.0 * span * depot_k + span * span * depot) * left
            depot_k = (depot_k - span * depot) * left
            depot = depot * left
        now = time
        what = events.what[at]
        if what == ASKS:
            for mode in range(modes):
                _tell(room[mode], parts[mode], count, out[events.place[at]])
        elif what == DOSES:
            empty = False
            if events.depot[at] == 1:
                depot += events.amount[at]
            else:
                for mode in range(modes):
                    room[mode, 0] += events.amount[at]
        elif what == RESETS:
            depot, depot_k, depot_kk, flow = 0.0, 0.0, 0.0, 0.0
            running, empty = 0, True
            room[:, :] = 0.0
        else:
            by = 1 if what == STARTS else -1
            empty, running = False, running + by
            flow = flow + by * events.speed[at] if running > 0 else 0.0
