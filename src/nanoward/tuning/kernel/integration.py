"""One person's states carried through time: parameters, modes or steps, what waits.

Import this module only where it is used: it loads numba.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import (
    CONSTANT,
    CORE,
    FLOW,
    IS_MODAL,
    IS_STIFF,
    LEFT,
    MESH,
    MESH_AT,
    MESH_END,
    MESH_MODE,
    MODAL,
    NOTHING,
    PEAK,
    PUSH,
    PUSHED,
    RUNNING,
    SPAN,
    STRIDE,
    WAITING,
    WELL_BEGUN,
    K,
    N,
    X,
)
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.maths.solvers.matrix_exponential import move, repeated, to_modal
from nanoward.maths.solvers.ode_solvers import (
    DONE,
    MOST_STEPS,
    SAME,
    advance_explicit,
    advance_stiff,
    slope_here,
)
from nanoward.tuning.kernel.layout import (
    AMOUNT,
    BEGUN,
    CONSTANTS,
    CYCLE,
    EVERY,
    EXPLICIT,
    GIVEN,
    INITIAL,
    INPUTS,
    INTERVAL,
    INTO,
    LAST_STEP,
    LEFT_OVER,
    MOST_BEGUN,
    MOVED,
    NOW,
    REMEMBERS,
    SOLVER,
    SORT,
    START,
    STIFF,
    STOP,
    TARGET,
    TIMES,
    UNTIL,
    WHEN,
)

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]

FINE, NO_STEPS, NO_SLOPE, NO_VALUE, NO_STEADY = 0, 1, 2, 3, 4
SOON = 300  # explicit steps in one interval, after which a system is taken for stiff
FINER = 1e-3  # implicit steps are of fourth order: their error is as large as its estimate
WORTH = 3.0  # cycles from which a train of doses is not followed one by one
_0, _1, _2, _3, _5 = (np.uint64(one) for one in (0, 1, 2, 3, 5))
_BOLUS, _BEGINS, _ENDS = _0, _1, _2  # what waits


@inner
def begin(m: Whole, w: Array, q: Whole) -> None:
    """Initial amounts; nothing flows in, nothing waits."""
    stride = m[STRIDE]
    for i in range(m[N]):
        register = m[m[INPUTS] + _5 * i + np.uint64(INITIAL)]
        for v in range(stride):
            w[m[X] + i * stride + v] = w[register + v] if register != NOTHING else 0.0
            w[m[FLOW] + i * stride + v] = 0.0
        w[m[PEAK] + i] = abs(w[m[X] + i * stride])
    q[WAITING] = q[RUNNING] = _0
    w[m[LAST_STEP]] = 0.0
    if q[IS_MODAL] == _1:
        to_modal(m, w)


@inner
def _jump(code: Whole, m: Whole, w: Array, time: Any, sign: float) -> None:
    """An end of an interval that moves with the parameters moves the states' derivatives."""
    moves, stride = False, m[STRIDE]
    for v in range(_1, m[TIMES]):
        moves = moves or w[time + v] != 0.0
    if not moves:
        return
    for i in range(m[N] * stride):
        w[i] = w[m[X] + i]
    slope_here(code, m, w, w[time], m[K])
    for i in range(m[N]):
        for v in range(_1, stride):
            w[m[X] + i * stride + v] += sign * w[m[K] + i * stride] * w[time + v]


@inner
def _set_push(m: Whole, w: Array, q: Whole) -> None:
    """What flows into the states that move alone."""
    n, stride = m[N], m[STRIDE]
    q[PUSHED] = _0
    for i in range(m[CORE], n):
        register = m[m[CONSTANTS] + i]
        for v in range(stride):
            at = i * stride + v
            constant = w[register + v] if register != NOTHING else 0.0
            w[m[PUSH] + at] = w[m[FLOW] + at] + constant
            if w[m[PUSH] + at] != 0.0:
                q[PUSHED] = _1


@inner
def _step_on(code: Whole, m: Whole, w: Array, q: Whole, tolerance: float) -> int:
    """The equations, integrated from NOW to UNTIL."""
    start, end, copy = w[m[NOW]], w[m[UNTIL]], m[CYCLE]
    if not end > start:
        return FINE
    first, solver = min(w[m[LAST_STEP]], end - start), m[SOLVER]
    stiff = solver == np.uint64(STIFF) or q[IS_STIFF] == _1
    if q[MESH_MODE] == np.uint64(SAME):
        known, at = w[m[MESH] + q[MESH_AT]], m[MESH] + q[MESH_AT]
        if not 1.0 <= abs(known) < m[MESH_END] - at:
            return NO_STEPS
        stiff = known < 0.0
    found, step = NO_STEPS, 0.0
    if not stiff:
        _set_push(m, w, q)
        mine = m[BEGUN] + min(q[INTERVAL], np.uint64(MOST_BEGUN - 1))
        q[INTERVAL] += _1
        if q[REMEMBERS] == _1 and w[mine] > 0.0:
            first = min(w[mine], end - start)
        mark, most = q[MESH_AT], MOST_STEPS if solver == np.uint64(EXPLICIT) else SOON
        for i in range(m[N] * m[STRIDE]):
            w[copy + i] = w[m[X] + i]
        found, step = advance_explicit(code, m, w, q, start, end, first, tolerance, most)
        if found != DONE and solver != np.uint64(EXPLICIT):
            for i in range(m[N] * m[STRIDE]):
                w[m[X] + i] = w[copy + i]
            q[MESH_AT], q[IS_STIFF], stiff, first = mark, _1, True, 0.0
        elif q[MESH_MODE] != np.uint64(SAME):
            w[mine] = w[m[WELL_BEGUN]]
    if stiff:
        found, step = advance_stiff(
            code, m, w, q, start, end, first, FINER * tolerance, 10 * MOST_STEPS
        )
    w[m[LAST_STEP]] = step
    return FINE if found == DONE else NO_STEPS


@inner
def integrate(code: Whole, m: Whole, w: Array, q: Whole, tolerance: float) -> int:
    """From NOW to UNTIL, both with derivatives; nothing happens in between."""
    n, stride, now, until = m[N], m[STRIDE], m[NOW], m[UNTIL]
    moved = False
    for v in range(m[TIMES]):
        moved = moved or w[now + v] != w[until + v]
    if not moved or n == _0:
        return FINE
    found = FINE
    if q[IS_MODAL] == _1:
        pushed = q[RUNNING] > _0 or m[MOVED] == _1
        if pushed:
            for i in range(n * stride):
                w[m[PUSH] + i] = w[m[FLOW] + i] + w[m[CONSTANT] + i]
        for v in range(m[TIMES]):
            w[m[SPAN] + v] = w[until + v] - w[now + v]
        move(m, w, pushed)
    else:
        _jump(code, m, w, now, -1.0)
        found = _step_on(code, m, w, q, tolerance)
        _jump(code, m, w, until, 1.0)
    for v in range(m[TIMES]):
        w[now + v] = w[until + v]
    return found


@inner
def add_input(m: Whole, w: Array, q: Whole, place: Any) -> None:
    """The amount that waits in a place, into its compartment, now."""
    stride, c, amount = m[STRIDE], q[m[INTO] + place], m[AMOUNT] + place * m[STRIDE]
    if q[IS_MODAL] == _1:
        for j in range(m[N]):
            left, modal = m[LEFT] + (j * m[N] + c) * stride, m[MODAL] + j * stride
            value, size = w[left], w[amount]
            v: Any = _0
            while v < stride:
                if stride > _1:
                    a, b = w[left + v] * size, w[left + v + _1] * size
                    w[modal + v] += a
                    w[modal + v + _1] += b
                else:
                    w[modal] += value * size
                v += _2
            for v in range(_1, m[TIMES]):
                w[modal + v] += value * w[amount + v]
        return
    for v in range(m[TIMES]):
        w[m[X] + c * stride + v] += w[amount + v]
    w[m[PEAK] + c] = max(w[m[PEAK] + c], abs(w[m[X] + c * stride]))


@inner
def flow(m: Whole, w: Array, q: Whole, place: Any, sign: float) -> None:
    """The infusion in a place begins (sign 1) or ends (-1)."""
    stride, size = m[STRIDE], m[AMOUNT] + place * m[STRIDE]
    into = m[FLOW] + q[m[INTO] + place] * stride
    q[RUNNING] = q[RUNNING] + _1 if sign > 0.0 else q[RUNNING] - _1
    for v in range(m[TIMES]):
        w[into + v] += sign * w[size + v]
        if q[RUNNING] == _0:
            w[into + v] = 0.0
    if sign < 0.0 and abs(w[into]) < 1e-12 * abs(w[size]):
        w[into] = 0.0


@inner
def copied(m: Whole, w: Array, q: Whole, one: Any, other: Any) -> None:
    """What waits in `other` waits in `one` too."""
    stride = m[STRIDE]
    q[m[INTO] + one], q[m[SORT] + one] = q[m[INTO] + other], q[m[SORT] + other]
    q[m[LEFT_OVER] + one] = q[m[LEFT_OVER] + other]
    q[m[GIVEN] + one] = q[m[GIVEN] + other]
    w[m[EVERY] + one], w[m[START] + one] = w[m[EVERY] + other], w[m[START] + other]
    a, b = one * stride, other * stride
    for v in range(m[TIMES]):
        w[m[WHEN] + a + v] = w[m[WHEN] + b + v]
        w[m[AMOUNT] + a + v] = w[m[AMOUNT] + b + v]
        w[m[STOP] + a + v] = w[m[STOP] + b + v]


@inner
def passed(m: Whole, w: Array, q: Whole, place: Any, count: Any) -> None:
    """`count` doses of the train in a place are given; the next one waits, or none."""
    if q[m[LEFT_OVER] + place] > count:
        q[m[LEFT_OVER] + place] -= count
        q[m[GIVEN] + place] += count
        when, stop = m[WHEN] + place * m[STRIDE], m[STOP] + place * m[STRIDE]
        long = w[stop] - w[when]
        w[when] = w[m[START] + place] + q[m[GIVEN] + place] * w[m[EVERY] + place]
        w[stop] = w[when] + long
        return
    last = q[WAITING] - _1
    q[WAITING] = last
    if place != last:
        copied(m, w, q, place, last)


@inner
def apply_event(m: Whole, w: Array, q: Whole, place: Any) -> None:
    """What waits in a place happens: a bolus, the start of an infusion, or its end."""
    sort = q[m[SORT] + place]
    if sort == _BOLUS:
        add_input(m, w, q, place)
    elif sort == _ENDS:
        flow(m, w, q, place, -1.0)
    else:
        flow(m, w, q, place, 1.0)
        end, stride = q[WAITING], m[STRIDE]
        q[WAITING] = end + _1
        copied(m, w, q, end, place)
        q[m[SORT] + end], q[m[LEFT_OVER] + end] = _ENDS, _1
        for v in range(m[TIMES]):
            w[m[WHEN] + end * stride + v] = w[m[STOP] + place * stride + v]
    passed(m, w, q, place, _1)


@inner
def one_cycle(code: Whole, m: Whole, w: Array, q: Whole, place: Any, tolerance: float) -> None:
    """Modes one interval after the dose in a place, if nothing else happens."""
    stride, now, until = m[STRIDE], m[NOW], m[UNTIL]
    when, stop = m[WHEN] + place * stride, m[STOP] + place * stride
    if q[m[SORT] + place] == _BOLUS:
        add_input(m, w, q, place)
    else:
        flow(m, w, q, place, 1.0)
        for v in range(m[TIMES]):
            w[until + v] = w[stop + v]
        integrate(code, m, w, q, tolerance)
        flow(m, w, q, place, -1.0)
    for v in range(m[TIMES]):
        w[until + v] = w[when + v]
    w[until] += w[m[EVERY] + place]
    integrate(code, m, w, q, tolerance)
    for v in range(m[TIMES]):
        w[now + v] = w[until + v]


@inner
def _whole_cycles(m: Whole, w: Array, q: Whole, place: Any, limit: float) -> float:
    """How many doses of the train in a place can be given at once, up to a time."""
    if q[IS_MODAL] != _1 or q[RUNNING] != _0 or q[m[SORT] + place] == _ENDS:
        return 0.0
    left, every = q[m[LEFT_OVER] + place], w[m[EVERY] + place]
    if left < _3:
        return 0.0
    when, stop = w[m[WHEN] + place * m[STRIDE]], w[m[STOP] + place * m[STRIDE]]
    if q[m[SORT] + place] == _BEGINS and not stop - when <= every:
        return 0.0
    for other in range(q[WAITING]):
        if other != place:
            limit = min(limit, w[m[WHEN] + other * m[STRIDE]])
    return min(float(left), np.floor((limit - when) / every))  # type: ignore[no-any-return]


@inner
def advance_to(code: Whole, m: Whole, w: Array, q: Whole, tolerance: float) -> int:
    """Carry on to TARGET, letting happen what waits until then."""
    stride, target = m[STRIDE], m[TARGET]
    while True:
        chosen: Any = _0
        any_waits = False
        for place in range(q[WAITING]):
            when = w[m[WHEN] + place * stride]
            if when <= w[target] and (not any_waits or when < w[m[WHEN] + chosen * stride]):
                chosen, any_waits = place, True
        source = m[WHEN] + chosen * stride if any_waits else target
        for v in range(m[TIMES]):
            w[m[UNTIL] + v] = w[source + v]
        found = integrate(code, m, w, q, tolerance)
        if found != FINE or not any_waits:
            return found
        cycles = _whole_cycles(m, w, q, chosen, w[target])
        if cycles < WORTH:
            apply_event(m, w, q, chosen)
            continue
        for i in range(m[N] * stride):
            w[m[CYCLE] + i] = w[m[MODAL] + i]
            w[m[MODAL] + i] = 0.0
        one_cycle(code, m, w, q, chosen, tolerance)
        repeated(m, w, m[CYCLE], w[m[EVERY] + chosen], cycles)
        w[m[NOW]] = w[m[WHEN] + chosen * stride] + cycles * w[m[EVERY] + chosen]
        passed(m, w, q, chosen, np.uint64(cycles))
