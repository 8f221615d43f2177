"""What every setting of a range does, for every draw of one person: compiled loops.

States of a linear model are (what went before) + setting x (what a unit of it adds), so two
courses per draw answer for all settings; other models are followed once for each.
Import this module only where it is used: it loads numba.
"""

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import entry
from nanoward.maths.layout import IS_STIFF, MESH_MODE, NOTHING, STRIDE, TIME, N
from nanoward.maths.machine import carry_out
from nanoward.tuning.kernel import evaluate
from nanoward.tuning.movement import FINE
from nanoward.tuning.program import (
    AT,
    COVARIATE_COUNT,
    OUTPUT,
    OUTPUTS,
    RECORD_FLOATS,
    RECORD_INTS,
    RECORDS_AT,
    SEEN,
    SHOWN,
    SIZE,
    SPANS,
    TRACE,
    VALUE,
    Histories,
    Program,
    Room,
    Z,
    laid_out,
)
from nanoward.tuning.search import EXACT

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Unsigned = NDArray[np.uint64]
_0, _1, _2 = (np.uint64(one) for one in range(3))


def superposed(
    p: Program, two: Histories, factor: Array, z: Array, room: Room, seen: Array,  # noqa: ARG001
    asked: Whole, settings: Array, out: Array,
) -> int:  # fmt: skip
    """Outputs (K settings, D draws, T asked records, 2: value and variance) of a linear model.

    two    histories of one person: without the setting, and with one unit of it
    asked  (T,) records at which outputs are wanted
    returns how many draws had no finite course; theirs are NaN
    """
    laid = laid_out(p, two, factor, room)
    found: int = superpose(
        *laid, np.ascontiguousarray(z).ravel(), asked.astype(np.uint64),
        np.ascontiguousarray(settings, dtype=np.float64), out,
    )  # fmt: skip
    return found


def followed(
    p: Program, many: Histories, factor: Array, z: Array, room: Room, seen: Array,  # noqa: ARG001
    asked: Whole, out: Array,
) -> int:  # fmt: skip
    """As `superposed`, for any model: `many` holds one history per setting."""
    laid = laid_out(p, many, factor, room)
    found: int = follow(*laid, np.ascontiguousarray(z).ravel(), asked.astype(np.uint64), out)
    return found


@entry
def superpose(
    code: Unsigned, m: Unsigned, hi: Unsigned, hf: Array, w: Array, q: Unsigned,
    z: Array, asked: Unsigned, settings: Array, out: Array,
) -> int:  # fmt: skip
    """See `superposed`; z flat (D x n)."""
    n, size, broken, records = m[N], m[SIZE], 0, np.uint64(asked.shape[0])
    none = np.zeros(np.int64(records * n))
    unit = np.zeros(np.int64(records * n))
    wide = np.uint64(RECORD_FLOATS) + m[COVARIATE_COUNT]
    q[MESH_MODE] = _0
    for d in range(np.uint64(out.shape[1])):
        for i in range(size):
            w[m[Z] + i] = z[d * size + i]
        first, _ = evaluate(code, m, hi, hf, w, q, _0, EXACT)
        for k in range(records):
            for i in range(n):
                none[k * n + i] = w[m[TRACE] + asked[k] * n + i]
        second, _ = evaluate(code, m, hi, hf, w, q, _1, EXACT)
        if first != FINE or second != FINE:
            out[:, d] = np.nan
            broken += 1
            continue
        for k in range(records):
            for i in range(n):
                unit[k * n + i] = w[m[TRACE] + asked[k] * n + i] - none[k * n + i]
        for k in range(records):
            told, record = asked[k] * wide, asked[k] * np.uint64(RECORD_INTS)
            o = hi[hi[RECORDS_AT] + record + np.uint64(OUTPUT)]
            if m[TIME] != NOTHING:
                w[m[TIME]] = hf[told + np.uint64(AT)]
            if m[SEEN] != NOTHING:
                w[m[SEEN]] = hf[told + np.uint64(VALUE)]
            span, shown = m[SPANS] + _2 + _2 * o, m[OUTPUTS] + _2 * o
            for s in range(np.uint64(out.shape[0])):
                for i in range(n):
                    w[i * m[STRIDE]] = none[k * n + i] + settings[s] * unit[k * n + i]
                carry_out(code, m[span], m[span + _1], w, m[STRIDE])
                out[s, d, k, _0] = w[m[shown]]
                spread = m[shown + _1]
                out[s, d, k, _1] = w[spread] if spread != NOTHING else 0.0
    return broken


@entry
def follow(
    code: Unsigned, m: Unsigned, hi: Unsigned, hf: Array, w: Array, q: Unsigned,
    z: Array, asked: Unsigned, out: Array,
) -> int:  # fmt: skip
    """See `followed`; z flat (D x n)."""
    broken, size = 0, m[SIZE]
    q[MESH_MODE] = q[IS_STIFF] = _0
    for s in range(np.uint64(out.shape[0])):
        for d in range(np.uint64(out.shape[1])):
            for i in range(size):
                w[m[Z] + i] = z[d * size + i]
            found, _ = evaluate(code, m, hi, hf, w, q, s, EXACT)
            for k in range(np.uint64(asked.shape[0])):
                at, fine = m[SHOWN] + _2 * asked[k], found == FINE
                out[s, d, k, _0] = w[at] if fine else np.nan
                out[s, d, k, _1] = w[at + _1] if fine else np.nan
            broken += found != FINE
    return broken
