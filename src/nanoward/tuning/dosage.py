"""Doses as the kernel gives them: lag, portion, duration, additional doses, steady state.

Import this module only where it is used: it loads numba.
"""

import math

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import inner, once
from nanoward.tuning.movement import FINE, MODAL, NO_STEADY, WAITING, begin, happen, reach
from nanoward.tuning.program import DURATION, LAG, PORTION, RATE, Histories, Program, Room

Array = NDArray[np.float64]
CYCLES = 2000  # of a dose, until the state repeats


@inner
def prepare(p: Program, h: Histories, d: int, room: Room, width: int) -> None:
    """Put dose d into the last place of the queue, with its lag, portion and duration."""
    q, c = room.state[WAITING], h.dose_compartment[d]
    room.state[WAITING] = q + 1
    room.into[q] = c
    lag, portion = p.inputs[c, LAG], p.inputs[c, PORTION]
    for w in range(width):
        room.when[q, w] = room.regs[lag, w] if lag >= 0 else 0.0
        room.size[q, w] = h.dose_amount[d] * room.regs[portion, w] if portion >= 0 else 0.0
    if portion < 0:
        room.size[q, 0] = h.dose_amount[d]
    room.when[q, 0] += h.dose_time[d]
    rate = h.dose_rate[d]
    room.sort[q] = 0 if rate == 0.0 else 1
    if rate == 0.0:
        return
    size = room.size[q]
    if rate > 0.0:
        for w in range(width):
            room.stop[q, w] = room.when[q, w] + size[w] / rate
            size[w] = rate if w == 0 else 0.0
        return
    register = p.inputs[c, RATE if rate == -1.0 else DURATION]
    value = room.regs[register, 0]
    ratio = size[0] / value
    for w in range(1, width):
        bend = (size[w] - ratio * room.regs[register, w]) / value
        if rate == -1.0:
            room.stop[q, w] = room.when[q, w] + bend
            size[w] = room.regs[register, w]
        else:
            room.stop[q, w] = room.when[q, w] + room.regs[register, w]
            size[w] = bend
    room.stop[q, 0] = room.when[q, 0] + (ratio if rate == -1.0 else value)
    size[0] = value if rate == -1.0 else ratio


@once
def _settle(p: Program, h: Histories, d: int, room: Room, width: int, tolerance: float) -> int:
    """Steady state of dose d every interval, as it is at the time of the record."""
    n, every = p.states.shape[0], h.dose_interval[d]
    begin(p, room, width)
    prepare(p, h, d, room, width)
    start = room.when[0].copy()
    size, stop = room.size[0].copy(), room.stop[0].copy()
    sort, c = room.sort[0], room.into[0]
    if sort == 1 and stop[0] - start[0] > every * (1.0 + 1e-12):
        return NO_STEADY
    target = np.zeros(width)
    room.state[WAITING] = 0
    first = start[0] - every
    for w in range(width):
        room.now[w] = 0.0 if w > 0 else first
    old = np.zeros((n, width))
    settled = False
    if room.state[MODAL] == 1:
        room.modal[:, :width] = 0.0
    for _ in range(CYCLES):
        if settled:
            break
        room.into[0], room.sort[0] = c, sort
        for w in range(width):
            room.size[0, w] = size[w]
            room.when[0, w] = 0.0 if w > 0 else first
            room.stop[0, w] = stop[w] - start[w]
            target[w] = 0.0 if w > 0 else first + every
        room.stop[0, 0] += first
        room.state[WAITING] = 1
        source = room.modal if room.state[MODAL] == 1 else room.x
        old[:, :] = source[:n, :width]
        found = reach(p, room, target, width, tolerance)
        if found != FINE:
            return found
        room.now[:] = 0.0
        room.now[0] = first
        if room.state[MODAL] == 1:
            for j in range(n):
                power = room.roots[j, 0] * every
                left, gone = math.exp(power), -math.expm1(power)
                room.modal[j, 0] /= gone
                for w in range(1, width):
                    slope = left * room.roots[j, w] * every
                    room.modal[j, w] = (room.modal[j, w] + room.modal[j, 0] * slope) / gone
            settled = True
        else:
            settled = True
            for i in range(n):
                for w in range(width):
                    apart = abs(room.x[i, w] - old[i, w])
                    near = tolerance * max(abs(room.x[i, w]), abs(room.x[i, 0]))
                    settled = settled and apart <= near
    if not settled:
        return NO_STEADY
    lagged = start[0] > h.dose_time[d]
    room.state[WAITING] = 0
    if not lagged:
        return FINE
    # the last dose before this record was given one interval before this one will be
    room.into[0], room.sort[0] = c, sort
    for w in range(width):
        room.size[0, w], room.now[w], room.when[0, w] = size[w], start[w], start[w]
        room.stop[0, w], target[w] = stop[w], 0.0
    room.now[0] -= every
    room.when[0, 0] -= every
    room.stop[0, 0] -= every
    room.state[WAITING] = 1
    target[0] = h.dose_time[d]
    return reach(p, room, target, width, tolerance)


@once
def give_doses(
    p: Program, h: Histories, r: int, room: Room, width: int, tolerance: float
) -> int:
    """Doses of record r: given now, or made to wait."""
    for d in range(h.doses[r, 0], h.doses[r, 1]):
        if h.dose_steady[d] == 1:
            found = _settle(p, h, d, room, width, tolerance)
            if found != FINE:
                return found
            for w in range(width):
                room.now[w] = 0.0 if w > 0 else h.time[r]
        q = room.state[WAITING]
        prepare(p, h, d, room, width)
        if h.dose_own[d] == 1 and p.inputs[h.dose_compartment[d], LAG] < 0:
            happen(room, q, width)
    return FINE
