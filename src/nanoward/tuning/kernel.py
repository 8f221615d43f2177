"""One person's course under one model: events in order of time, predictions, derivatives.

It interprets the model's tapes, so it is compiled once for all models and kept on the disk.
Import this module only where it is used: it loads numba. NONMEM's conventions hold (Users
Guide VI, PREDPP): covariates of a record hold on the way to it; additional doses come before
every record of their time; a lag time moves a dose, and derivatives by the lag are carried over
the jump (event times are numbers with derivatives).
"""

import math

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import inner
from nanoward.maths.machine import carry_out, log_normal_cdf
from nanoward.tuning.dosage import give_doses
from nanoward.tuning.movement import (
    FINE,
    MODAL,
    NO_VALUE,
    begin,
    reach,
    set_parameters,
    to_modal,
    to_plain,
)
from nanoward.tuning.program import LIKELIHOOD, Histories, Program, Room

Array = NDArray[np.float64]
LOG_ROOT = 0.5 * math.log(2.0 * math.pi)


@inner
def _observe(
    p: Program, h: Histories, r: int, room: Room, width: int, seen: Array
) -> tuple[int, float]:
    """Value (and derivatives) predicted for record r into seen (2, W): value, variance; and
    the record's part of -2 ln likelihood, added to gradient and half Hessian."""
    o = h.output[r]
    if room.state[MODAL] == 1:
        to_plain(room, width)
    for i in range(p.states.shape[0]):
        for w in range(width):
            room.regs[p.states[i], w] = room.x[i, w]
    if p.facts[2] >= 0:
        room.regs[p.facts[2], 0] = h.time[r]
    if p.facts[3] >= 0:
        room.regs[p.facts[3], 0] = h.value[r]
    carry_out(p.code, p.spans[3 + o, 0], p.spans[3 + o, 1], room.regs, width)
    for w in range(width):
        seen[0, w] = room.regs[p.outputs[o, 0], w]
        seen[1, w] = room.regs[p.outputs[o, 1], w] if p.outputs[o, 1] >= 0 else 0.0
    if np.isnan(h.value[r]):
        return FINE, 0.0
    if p.kinds[o] == LIKELIHOOD:
        return _likely(room, seen, width)
    f, g = seen[0, 0], seen[1, 0]
    if not (np.isfinite(f) and g > 0.0 and np.isfinite(g)):
        return NO_VALUE, np.inf
    if h.censored[r] != 0:
        return _below(room, h.value[r], seen, width)
    off = h.value[r] - f
    weight = 1.0 / g
    square = off * off * weight
    for a in range(1, width):
        fa, ga = seen[0, a], seen[1, a]
        room.gradient[a - 1] += -2.0 * off * fa * weight + (1.0 - square) * ga * weight
        for b in range(1, a + 1):
            part = fa * seen[0, b] * weight + 0.5 * ga * seen[1, b] * weight * weight
            room.half[a - 1, b - 1] += part
    return FINE, square + math.log(g)


@inner
def _likely(room: Room, seen: Array, width: int) -> tuple[int, float]:
    """An output that is itself -2 ln likelihood; the outer product of scores for the curve."""
    if not np.isfinite(seen[0, 0]):
        return NO_VALUE, np.inf
    for a in range(1, width):
        room.gradient[a - 1] += seen[0, a]
        for b in range(1, a + 1):
            room.half[a - 1, b - 1] += 0.25 * seen[0, a] * seen[0, b]
    return FINE, seen[0, 0]


@inner
def _below(room: Room, limit: float, seen: Array, width: int) -> tuple[int, float]:
    """-2 ln P(below the limit): Beal's method M3 (J Pharmacokinet Pharmacodyn 2001, 28:481)."""
    sd = math.sqrt(seen[1, 0])
    u = (limit - seen[0, 0]) / sd
    value = log_normal_cdf(u)
    hazard = math.exp(-0.5 * u * u - LOG_ROOT - value)
    bend = max(hazard * (u + hazard), 0.0)
    for a in range(1, width):
        ua = -(seen[0, a] + 0.5 * u / sd * seen[1, a]) / sd
        room.gradient[a - 1] += -2.0 * hazard * ua
        for b in range(1, a + 1):
            ub = -(seen[0, b] + 0.5 * u / sd * seen[1, b]) / sd
            room.half[a - 1, b - 1] += bend * ua * ub
    return FINE, -2.0 * value


@inner
def evaluate(
    p: Program, h: Histories, who: int, factor: Array, z: Array, room: Room,
    how: tuple[int, float], seen: Array,
) -> tuple[int, float]:  # fmt: skip
    """-2 ln likelihood + z'z of person `who`, its gradient and expected half Hessian in z.

    factor (E, E) with eta = factor z; how: (W, tolerance); W = 1 leaves derivatives out
    seen   (records, 2, W) predicted values and variances, by the person's own records
    """
    width, tolerance = how
    size = z.shape[0]
    room.regs[:, :] = 0.0
    room.regs[:, 0] = p.fixed
    room.gradient[:] = 0.0
    room.half[:, :] = 0.0
    target, total = np.zeros(width), 0.0
    for q in range(size):
        total += z[q] * z[q]
        if width > 1:
            room.gradient[q] = 2.0 * z[q]
            room.half[q, q] = 1.0
    start = h.first[who]
    for r in range(start, h.first[who + 1]):
        if r == start or h.fresh[r] == 1:
            if r > start and room.state[MODAL] == 1:
                to_plain(room, width)
            set_parameters(p, h, r, factor, z, room, width)
            if r == start:
                begin(p, room, width)
                room.now[:] = 0.0
                room.now[0] = h.time[r]
            elif room.state[MODAL] == 1:
                to_modal(room, width)
        target[0] = h.time[r]
        if h.reset[r] == 1:
            found = FINE
            begin(p, room, width)
            room.now[:] = target
        else:
            found = reach(p, room, target, width, tolerance)
        if found == FINE and h.doses[r, 1] > h.doses[r, 0]:
            found = give_doses(p, h, r, room, width, tolerance)
        if found != FINE:
            return found, np.inf
        if h.output[r] >= 0:
            found, part = _observe(p, h, r, room, width, seen[r - start])
            if found != FINE:
                return found, np.inf
            total += part
            if room.trace.shape[0] > 0:
                room.trace[r - start] = room.x[:, 0]
    for a in range(width - 1):
        for b in range(a):
            room.half[b, a] = room.half[a, b]
    return (FINE, total) if np.isfinite(total) else (NO_VALUE, np.inf)
