"""What draws of one person predict, and what every setting of a range does to them: loops.

States of a linear model are (what went before) + setting x (what a unit of it adds), so two
courses per draw answer for all settings; other models are followed once for each.
Import this module only where it is used: it loads numba.
"""

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import IS_STIFF, MESH_MODE, NOTHING, STRIDE, TIME, N
from nanoward.maths.formulas.tape_interpreter import execute_tape
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.tuning.kernel.integration import FINE
from nanoward.tuning.kernel.layout import (
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
    PredictionResults,
    Z,
)
from nanoward.tuning.kernel.likelihood import evaluate
from nanoward.tuning.kernel.map_search import EXACT

Array = NDArray[np.float64]
Unsigned = NDArray[np.uint64]
_0, _1, _2 = (np.uint64(one) for one in range(3))


@inner
def superpose(
    code: Unsigned, m: Unsigned, hi: Unsigned, hf: Array, w: Array, q: Unsigned,
    z: Array, asked: Unsigned, settings: Array, room: tuple[Array, Array], out: Array,
) -> int:  # fmt: skip
    """See entry_points.superposed; z (D x n), out flat; room: two of (T asked x n states)."""
    n, size, broken, records = m[N], m[SIZE], 0, np.uint64(asked.shape[0])
    none, unit = room
    wide = np.uint64(RECORD_FLOATS) + m[COVARIATE_COUNT]
    q[MESH_MODE] = _0
    draws, count = np.uint64(z.shape[0]) // size, np.uint64(settings.shape[0])
    for d in range(draws):
        for i in range(size):
            w[m[Z] + i] = z[d * size + i]
        first, _ = evaluate(code, m, hi, hf, w, q, _0, EXACT)
        for k in range(records):
            for i in range(n):
                none[k * n + i] = w[m[TRACE] + asked[k] * n + i]
        second, _ = evaluate(code, m, hi, hf, w, q, _1, EXACT)
        if first != FINE or second != FINE:
            for s in range(count):
                for k in range(_2 * records):
                    out[(s * draws + d) * records * _2 + k] = np.nan
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
            for s in range(count):
                for i in range(n):
                    w[i * m[STRIDE]] = none[k * n + i] + settings[s] * unit[k * n + i]
                execute_tape(code, m[span], m[span + _1], w, m[STRIDE])
                at = ((s * draws + d) * records + k) * _2
                out[at] = w[m[shown]]
                spread = m[shown + _1]
                out[at + _1] = w[spread] if spread != NOTHING else 0.0
    return broken


@inner
def follow(
    code: Unsigned, m: Unsigned, hi: Unsigned, hf: Array, w: Array, q: Unsigned,
    z: Array, asked: Unsigned, out: Array,
) -> int:  # fmt: skip
    """See entry_points.followed; z (D x n) and out flat."""
    broken, size = 0, m[SIZE]
    q[MESH_MODE] = q[IS_STIFF] = _0
    draws, records = np.uint64(z.shape[0]) // size, np.uint64(asked.shape[0])
    for s in range(np.uint64(out.shape[0]) // max(draws * records * _2, _1)):
        for d in range(draws):
            for i in range(size):
                w[m[Z] + i] = z[d * size + i]
            found, _ = evaluate(code, m, hi, hf, w, q, s, EXACT)
            for k in range(records):
                at, fine = m[SHOWN] + _2 * asked[k], found == FINE
                into = ((s * draws + d) * records + k) * _2
                out[into] = w[at] if fine else np.nan
                out[into + _1] = w[at + _1] if fine else np.nan
            broken += found != FINE
    return broken


@inner
def values_at(
    code: Unsigned, m: Unsigned, hi: Unsigned, hf: Array, w: Array, q: Unsigned,
    z: Array, out: PredictionResults,
) -> int:  # fmt: skip
    """Fills `out` for draws z (D x n) of one person; inf and NaN where there is no value.
    Without derivatives."""
    n = m[SIZE]
    draws = np.uint64(out.minus_two_log.shape[0])
    records = np.uint64(out.value.shape[0]) // max(draws, _1)
    q[IS_STIFF] = _0
    for d in range(draws):
        for i in range(n):
            w[m[Z] + i] = z[d * n + i]
        for i in range(_2 * records):
            w[m[SHOWN] + i] = np.nan
        q[MESH_MODE] = _0
        found, value = evaluate(code, m, hi, hf, w, q, _0, EXACT)
        out.minus_two_log[d] = value if found == FINE else np.inf
        for r in range(records):
            one = m[SHOWN] + _2 * r
            out.value[d * records + r] = w[one] if found == FINE else np.nan
            out.variance[d * records + r] = w[one + _1] if found == FINE else np.nan
    return 0
