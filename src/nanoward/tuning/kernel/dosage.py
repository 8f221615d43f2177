"""Doses as the kernel gives them: lag, portion, duration, additional doses, steady state.

Import this module only where it is used: it loads numba.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import (
    ERROR,
    FLOW,
    IS_MODAL,
    MESH_MODE,
    MODAL,
    NOTHING,
    ROOTS,
    RUNNING,
    STRIDE,
    VECTOR,
    WAITING,
    WIDTH,
    N,
    X,
)
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.tuning.kernel.integration import (
    FINE,
    NO_STEADY,
    advance_to,
    apply_event,
    begin,
    copied,
    flow,
    one_cycle,
)
from nanoward.tuning.kernel.layout import (
    AMOUNT,
    AT,
    COMPARTMENT,
    COVARIATE_COUNT,
    CYCLE,
    DOSE_AMOUNT,
    DOSE_FLOATS,
    DOSE_FLOATS_AT,
    DOSE_INTERVAL,
    DOSE_INTS,
    DOSE_RATE,
    DOSE_TIME,
    DOSES_AT,
    DOSES_FROM,
    DOSES_TO,
    DURATION,
    EVERY,
    GIVEN,
    HOW_MANY,
    INPUTS,
    INTO,
    IS_OWN,
    LAG,
    LEFT_OVER,
    MOVED,
    NOW,
    PORTION,
    RATE,
    RECORD_FLOATS,
    RECORD_INTS,
    RECORDS_AT,
    SORT,
    START,
    STEADY,
    STOP,
    TARGET,
    TIMES,
    WHEN,
)

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]
CYCLES = 2000  # of a dose, until the state repeats
CALM = 0.05  # of the tolerance: less change in a cycle is none
MOST_AT_ONCE = 10_000.0  # infusions of one dose that run at once at steady state
MOST_LATE = 16  # doses at steady state that were given, but come later
_0, _1, _2, _3, _5 = (np.uint64(one) for one in (0, 1, 2, 3, 5))


@inner
def _prepare(m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, d: Any) -> None:
    """Put dose d into the last place of the queue, with its lag, portion and duration."""
    place, stride = q[WAITING], m[STRIDE]
    q[WAITING] = place + _1
    told = hi[DOSES_AT] + d * np.uint64(DOSE_INTS)
    number = hi[DOSE_FLOATS_AT] + d * np.uint64(DOSE_FLOATS)
    c, own = hi[told + np.uint64(COMPARTMENT)], hi[told + np.uint64(IS_OWN)] == _1
    row = place * stride
    when, size, stop = m[WHEN] + row, m[AMOUNT] + row, m[STOP] + row
    inputs, every = m[INPUTS] + _5 * c, hf[number + np.uint64(DOSE_INTERVAL)]
    q[m[INTO] + place] = c
    q[m[LEFT_OVER] + place] = hi[told + np.uint64(HOW_MANY)]
    q[m[GIVEN] + place] = _0 if own else _1
    lag, portion = m[inputs + np.uint64(LAG)], m[inputs + np.uint64(PORTION)]
    amount = hf[number + np.uint64(DOSE_AMOUNT)]
    for v in range(m[TIMES]):
        w[when + v] = w[lag + v] if lag != NOTHING else 0.0
        w[size + v] = amount * w[portion + v] if portion != NOTHING else 0.0
        w[stop + v] = 0.0
    if portion == NOTHING:
        w[size] = amount
    w[m[START] + place] = w[when] + hf[number + np.uint64(DOSE_TIME)]
    w[m[EVERY] + place] = every
    w[when] = w[m[START] + place] + (0.0 if own else every)
    rate = hf[number + np.uint64(DOSE_RATE)]
    q[m[SORT] + place] = _0 if rate == 0.0 else _1
    if rate == 0.0:
        return
    if rate > 0.0:
        for v in range(m[TIMES]):
            w[stop + v] = w[when + v] + w[size + v] / rate
            w[size + v] = rate if v == _0 else 0.0
        return
    register = m[inputs + np.uint64(RATE if rate == -1.0 else DURATION)]
    value = w[register]
    ratio = w[size] / value
    for v in range(_1, m[WIDTH]):
        bend = (w[size + v] - ratio * w[register + v]) / value
        if rate == -1.0:
            w[stop + v] = w[when + v] + bend
            w[size + v] = w[register + v]
        else:
            w[stop + v] = w[when + v] + w[register + v]
            w[size + v] = bend
    w[stop] = w[when] + (ratio if rate == -1.0 else value)
    w[size] = value if rate == -1.0 else ratio


@inner
def _repeats(code: Whole, m: Whole, w: Array, q: Whole, tolerance: float) -> int:
    """The states at which the dose in place 0, given every interval, finds them again.

    Place 3 keeps the dose, place 2 the same one interval before, at a time that rests.
    """
    stride, every, when, stop = m[STRIDE], w[m[EVERY]], m[WHEN], m[STOP]
    copied(m, w, q, _3, _0)
    w[when] -= every
    w[stop] -= every
    for v in range(_1, stride):
        w[stop + v] -= w[when + v]
        w[when + v] = 0.0
    copied(m, w, q, _2, _0)
    old = m[CYCLE] + m[N] * stride
    if q[MESH_MODE] == _1:
        q[MESH_MODE] = _0  # how many cycles it takes may change
    for _ in range(CYCLES):
        copied(m, w, q, _0, _2)
        q[WAITING], q[m[LEFT_OVER]] = _1, _1
        for v in range(stride):
            w[m[NOW] + v] = w[m[TARGET] + v] = w[when + v]
        w[m[TARGET]] += every
        for i in range(m[N] * stride):
            w[old + i] = w[m[X] + i]
        found = advance_to(code, m, w, q, tolerance)
        if found != FINE:
            return found
        settled = True
        for i in range(m[N]):
            for v in range(m[WIDTH]):
                at = i * stride + v
                near = CALM * tolerance * max(abs(w[m[X] + at]), abs(w[m[X] + i * stride]))
                settled = settled and abs(w[m[X] + at] - w[old + at]) <= near
        if settled:
            copied(m, w, q, _0, _3)
            return FINE
    return NO_STEADY


@inner
def _overlapping(m: Whole, w: Array, q: Whole) -> float:
    """How many earlier infusions of the dose in place 0, given every interval, still run when
    it is given again; it is shortened to what is left of them in one interval."""
    start, stop, every = w[m[WHEN]], w[m[STOP]], w[m[EVERY]]
    if q[m[SORT]] != _1 or not every > 0.0:
        return 0.0
    count = np.floor((stop - start) / every * (1.0 + 1e-12))
    w[m[STOP]] = max(stop - count * every, start)
    return float(count)


@inner
def _cycle_modes(code: Whole, m: Whole, w: Array, q: Whole, tolerance: float) -> None:
    """The modes that the dose in place 0, given every interval, finds again: superposition."""
    stride, every = m[STRIDE], w[m[EVERY]]
    for i in range(m[N] * stride):
        w[m[MODAL] + i] = 0.0
    one_cycle(code, m, w, q, _0, tolerance)
    for j in range(m[N]):
        a, root = m[MODAL] + j * stride, m[ROOTS] + j * stride
        power = w[root] * every
        left, gone = math.exp(power), -math.expm1(power)
        w[a] /= gone
        for v in range(_1, stride):
            w[a + v] = (w[a + v] + w[a] * left * w[root + v] * every) / gone


@inner
def _still_running(m: Whole, w: Array, q: Whole, place: Any, count: float) -> None:
    """The ends of `count` earlier infusions of the dose in place 0 wait in a place, as a
    train: the first one `count` intervals before the dose's own end."""
    copied(m, w, q, place, _0)
    row = place * m[STRIDE]
    q[m[SORT] + place], q[m[GIVEN] + place] = _2, _0
    q[m[LEFT_OVER] + place] = np.uint64(count)
    for v in range(m[TIMES]):
        w[m[WHEN] + row + v] = w[m[STOP] + v]
    w[m[WHEN] + row] = w[m[STOP]] - count * w[m[EVERY]]
    w[m[STOP] + row] = w[m[START] + place] = w[m[WHEN] + row]
    q[WAITING] = place + _1


@inner
def _settle(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, d: Any, tolerance: float
) -> int:
    """Steady state of dose d every interval, as it is at the time of the record.

    Infusions longer than the interval overlap: `many` of them run all the time, and one more
    for what is left. Of doses with a lag those given before the record come later. Without an
    interval it is an infusion that ran always and ends here.
    """
    stride, time = m[STRIDE], hf[hi[DOSE_FLOATS_AT] + d * np.uint64(DOSE_FLOATS)]
    begin(m, w, q)
    _prepare(m, hi, hf, w, q, d)
    start, stop = m[WHEN], m[STOP]
    always = w[m[EVERY]] == 0.0
    if always:
        w[m[EVERY]] = 1.0
        for v in range(m[TIMES]):
            w[stop + v] = w[start + v]
        w[stop] += 1.0
    every, late = w[m[EVERY]], 0
    if w[start] > time and not always:
        late = math.ceil((w[start] - time) / every * (1.0 - 1e-12))
    many = _overlapping(m, w, q)
    if not (many <= MOST_AT_ONCE and late <= MOST_LATE):
        return NO_STEADY
    for v in range(stride):
        w[m[NOW] + v] = w[start + v]
    for _ in range(int(many)):
        flow(m, w, q, _0, 1.0)
    if q[IS_MODAL] == _1:
        _cycle_modes(code, m, w, q, tolerance)
    else:
        found = _repeats(code, m, w, q, tolerance)
        if found != FINE:
            return found
    if always:
        flow(m, w, q, _0, -1.0)
        q[WAITING] = _0
        return FINE
    w[stop] += many * every
    for v in range(stride):
        w[m[NOW] + v] = w[start + v]
        w[m[TARGET] + v] = 0.0
    # the last dose before this record came `late` intervals before this one will come
    back = late * every
    w[m[NOW]] -= back
    w[start] -= back
    w[stop] -= back
    q[WAITING], q[m[LEFT_OVER]], q[m[GIVEN]] = _1, np.uint64(late), _0
    w[m[START]] = w[start]
    if many > 0.0:
        _still_running(m, w, q, _1, many)
    if late > 0:
        w[m[TARGET]] = time
        return advance_to(code, m, w, q, tolerance)
    last = q[WAITING] - _1
    q[WAITING] = last
    if last > _0:
        copied(m, w, q, _0, last)
    return FINE


@inner
def _settle_beside(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, d: Any, tolerance: float
) -> int:
    """Steady state of dose d beside what is there already (SS 2): both are added, which holds
    in linear models without a constant inflow."""
    size, count, running = m[N] * m[STRIDE], q[WAITING], q[RUNNING]
    places, kept, flows = m[SORT] - m[INTO], m[CYCLE] + m[VECTOR], m[ERROR]
    if q[IS_MODAL] != _1 or m[MOVED] == _1 or places < count + np.uint64(MOST_LATE) + _5:
        return NO_STEADY
    for i in range(size):
        w[kept + i], w[flows + i] = w[m[MODAL] + i], w[m[FLOW] + i]
    for place in range(count):
        copied(m, w, q, places - count + place, place)
    found = _settle(code, m, hi, hf, w, q, d, tolerance)
    if found != FINE:
        return found
    for i in range(size):
        w[m[MODAL] + i] += w[kept + i]
        w[m[FLOW] + i] += w[flows + i]
    q[RUNNING] += running
    for place in range(count):
        copied(m, w, q, q[WAITING] + place, places - count + place)
    q[WAITING] += count
    return FINE


@inner
def give_doses(
    code: Whole, m: Whole, hi: Whole, hf: Array, w: Array, q: Whole, r: Any, tolerance: float
) -> int:
    """Doses of record r: given now, or made to wait."""
    record, stride = hi[RECORDS_AT] + r * np.uint64(RECORD_INTS), m[STRIDE]
    for d in range(hi[record + np.uint64(DOSES_FROM)], hi[record + np.uint64(DOSES_TO)]):
        told = hi[DOSES_AT] + d * np.uint64(DOSE_INTS)
        if hi[told + np.uint64(STEADY)] != _0:
            if hi[told + np.uint64(STEADY)] == _1:
                found = _settle(code, m, hi, hf, w, q, d, tolerance)
            else:
                found = _settle_beside(code, m, hi, hf, w, q, d, tolerance)
            if found != FINE:
                return found
            for v in range(stride):
                w[m[NOW] + v] = 0.0
            time = r * (np.uint64(RECORD_FLOATS) + m[COVARIATE_COUNT]) + np.uint64(AT)
            w[m[NOW]] = hf[time]
            number = hi[DOSE_FLOATS_AT] + d * np.uint64(DOSE_FLOATS)
            if hf[number + np.uint64(DOSE_INTERVAL)] == 0.0:
                continue  # an infusion that ran always gives nothing more
        place = q[WAITING]
        _prepare(m, hi, hf, w, q, d)
        lag = m[m[INPUTS] + _5 * hi[told + np.uint64(COMPARTMENT)] + np.uint64(LAG)]
        if hi[told + np.uint64(IS_OWN)] == _1 and lag == NOTHING:
            apply_event(m, w, q, place)
    return FINE
