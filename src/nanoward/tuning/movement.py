"""One person's states carried through time: parameters, modes or steps, what waits.

Import this module only where it is used: it loads numba.
"""

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import inner, once
from nanoward.maths.machine import carry_out
from nanoward.maths.modes import modes, move
from nanoward.maths.steppers import Field, advance_explicit, advance_stiff, slope_at
from nanoward.tuning.program import EXPLICIT, INITIAL, STIFF, Histories, Program, Room

Array = NDArray[np.float64]

FINE, NO_STEPS, NO_SLOPE, NO_VALUE, NO_STEADY = 0, 1, 2, 3, 4
MODAL, WAITING = 0, 1  # places in Room.state


@once
def field_of(p: Program, room: Room) -> Field:
    """The model's equations, as the steppers take them."""
    return Field(
        p.code,
        (p.spans[1, 0], p.spans[1, 1]),
        (p.spans[2, 0], p.spans[2, 1]),
        room.regs,
        p.states,
        p.slopes,
        p.jacobian,
        p.facts[2],
    )


@inner
def to_plain(room: Room, width: int) -> None:
    """States from modes."""
    n = room.x.shape[0]
    for i in range(n):
        for w in range(width):
            room.x[i, w] = 0.0
        for j in range(n):
            room.x[i, 0] += room.right[i, j, 0] * room.modal[j, 0]
            for w in range(1, width):
                room.x[i, w] += room.right[i, j, w] * room.modal[j, 0]
                room.x[i, w] += room.right[i, j, 0] * room.modal[j, w]


@inner
def to_modal(room: Room, width: int) -> None:
    """Modes from states."""
    n = room.x.shape[0]
    for j in range(n):
        for w in range(width):
            room.modal[j, w] = 0.0
        for i in range(n):
            room.modal[j, 0] += room.left[j, i, 0] * room.x[i, 0]
            for w in range(1, width):
                room.modal[j, w] += room.left[j, i, w] * room.x[i, 0]
                room.modal[j, w] += room.left[j, i, 0] * room.x[i, w]


@inner
def set_parameters(
    p: Program, h: Histories, r: int, factor: Array, z: Array, room: Room, width: int
) -> None:
    """Individual parameters of record r; then, for linear models, the modes."""
    common, own = p.facts[0], p.facts[1]
    regs = room.regs
    for local in range(p.etas.shape[0]):
        g = local if local < common else common + h.occasion[r] * own + (local - common)
        register, value = p.etas[local], 0.0
        for q in range(z.shape[0]):
            value += factor[g, q] * z[q]
        regs[register, 0] = value
        for w in range(1, width):
            regs[register, w] = factor[g, w - 1]
    for c in range(p.covariates.shape[0]):
        regs[p.covariates[c], 0] = h.covariates[r, c]
    carry_out(p.code, p.spans[0, 0], p.spans[0, 1], regs, width)
    n = p.states.shape[0]
    room.state[MODAL] = 0
    if p.facts[4] != 1 or n == 0:
        return
    for i in range(n):
        for w in range(width):
            room.affine[i, w] = 0.0
            room.k[13, i, w] = 0.0
        for j in range(n):
            register = p.jacobian[i, j]
            for w in range(width):
                room.matrix[i, j, w] = regs[register, w] if register >= 0 else 0.0
    slope_at(field_of(p, room), room.k[13], room.affine, 0.0, width, room.k[14])
    for i in range(n):
        for w in range(width):
            room.affine[i, w] = room.k[14, i, w]
    if modes(room.matrix, p.blocks, width, room.roots, room.right, room.left, room.square):
        room.state[MODAL] = 1


@inner
def begin(p: Program, room: Room, width: int) -> None:
    """Initial amounts; nothing flows in, nothing waits."""
    for i in range(p.states.shape[0]):
        register = p.inputs[i, INITIAL]
        for w in range(width):
            room.x[i, w] = room.regs[register, w] if register >= 0 else 0.0
            room.inflow[i, w] = 0.0
        room.peak[i] = abs(room.x[i, 0])
    room.state[WAITING] = 0
    room.last_step[0] = 0.0
    if room.state[MODAL] == 1:
        to_modal(room, width)


@once
def _carry(p: Program, room: Room, width: int, tolerance: float) -> int:
    """From Room.now to Room.until, both with derivatives; nothing happens in between."""
    n, now, until = p.states.shape[0], room.now, room.until
    moved = False
    for w in range(width):
        moved = moved or now[w] != until[w]
    if not moved or n == 0:
        return FINE
    if room.state[MODAL] == 1:
        total = room.k[12]
        for i in range(n):
            for w in range(width):
                total[i, w] = room.inflow[i, w] + room.affine[i, w]
        for w in range(width):
            now[w] = until[w] - now[w]
        move(room.modal, room.roots, room.left, total, now, width)
        now[:] = until
        return FINE
    field = field_of(p, room)
    _jump(field, room, room.now, -1.0, width)
    found = FINE
    if until[0] > now[0]:
        span = (now[0], until[0], min(room.last_step[0], until[0] - now[0]))
        if p.facts[5] != STIFF:
            before = room.x[:, :width].copy()
            found, step = advance_explicit(
                field, room.x, room.inflow, span, width, room.k, room.peak, tolerance
            )
            if found != FINE and p.facts[5] != EXPLICIT:
                room.x[:, :width] = before
        else:
            found, step = NO_STEPS, 0.0
        if found != FINE and p.facts[5] != EXPLICIT:
            found, step = advance_stiff(
                field, room.x, room.inflow, span, width, room.k, room.peak, tolerance
            )
        room.last_step[0] = step
    _jump(field, room, room.until, 1.0, width)
    now[:] = until
    return found


@inner
def _jump(field: Field, room: Room, time: Array, sign: float, width: int) -> None:
    """An end of an interval that moves with the parameters moves the states' derivatives."""
    any_moves = False
    for w in range(1, width):
        any_moves = any_moves or time[w] != 0.0
    if not any_moves:
        return
    slope_at(field, room.x, room.inflow, time[0], 1, room.k[12])
    for i in range(room.x.shape[0]):
        for w in range(1, width):
            room.x[i, w] += sign * room.k[12, i, 0] * time[w]


@inner
def _give(room: Room, c: int, amount: Array, width: int) -> None:
    """An amount (W,) into compartment c, now."""
    if room.state[MODAL] == 1:
        for j in range(room.modal.shape[0]):
            value = room.left[j, c, 0]
            for w in range(1, width):
                room.modal[j, w] += room.left[j, c, w] * amount[0] + value * amount[w]
            room.modal[j, 0] += value * amount[0]
        return
    for w in range(width):
        room.x[c, w] += amount[w]
    room.peak[c] = max(room.peak[c], abs(room.x[c, 0]))


@inner
def happen(room: Room, q: int, width: int) -> None:
    """What waits in place q happens: a bolus, the start of an infusion, or its end."""
    c = room.into[q]
    if room.sort[q] == 0:
        _give(room, c, room.size[q], width)
    elif room.sort[q] == 1:
        for w in range(width):
            room.inflow[c, w] += room.size[q, w]
            room.when[q, w] = room.stop[q, w]
        room.sort[q] = 2
        return
    else:
        for w in range(width):
            room.inflow[c, w] -= room.size[q, w]
        if abs(room.inflow[c, 0]) < 1e-12 * abs(room.size[q, 0]):
            room.inflow[c, 0] = 0.0
    last = room.state[WAITING] - 1
    room.state[WAITING] = last
    if q != last:
        room.into[q], room.sort[q] = room.into[last], room.sort[last]
        for w in range(width):
            room.when[q, w], room.size[q, w] = room.when[last, w], room.size[last, w]
            room.stop[q, w] = room.stop[last, w]


@inner
def reach(p: Program, room: Room, time: Array, width: int, tolerance: float) -> int:
    """Carry on to `time` (W,), letting happen what waits until then."""
    while True:
        chosen = -1
        for q in range(room.state[WAITING]):
            if room.when[q, 0] <= time[0] and (
                chosen < 0 or room.when[q, 0] < room.when[chosen, 0]
            ):
                chosen = q
        for w in range(width):
            room.until[w] = time[w] if chosen < 0 else room.when[chosen, w]
        found = _carry(p, room, width, tolerance)
        if found != FINE or chosen < 0:
            return found
        happen(room, chosen, width)
