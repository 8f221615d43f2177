"""States that move alone, dx/dt = a x + b with a and b at rest: their exact course.

They stand behind the states that explicit steps follow, and drive them: an organ that empties
by itself need not be followed by steps. With E = exp(a t) and G = (exp(a t) - 1) / a
    x(t) = E x(0) + G b
and its derivatives go along. Import this module only where it is used: it loads numba.
"""

import math

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import CORE, JACOBIAN, PUSH, PUSHED, STRIDE, N, X
from nanoward.maths.jit.numba_pipeline import inner
from nanoward.maths.solvers.matrix_exponential import grown

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]
_0, _1, _2 = (np.uint64(one) for one in range(3))


@inner
def decoupled_after(m: Whole, w: Array, q: Whole, span: float) -> None:
    """States that move alone into their registers, `span` after they were as in w[X]; where
    q[PUSHED] is 1, under the constant inflow in w[PUSH]. All with derivatives."""
    n, stride = m[N], m[STRIDE]
    for i in range(m[CORE], n):
        at = i * stride
        rate, x, push = m[m[JACOBIAN] + i * (n + _1) + i], m[X] + at, m[PUSH] + at
        power = w[rate] * span
        left = math.exp(power)
        value, by_rate = left * w[x], left * w[x] * span
        j = _0
        while j < stride and stride > _1:
            a, b = left * w[x + j], left * w[x + j + _1]
            a += by_rate * w[rate + j]
            b += by_rate * w[rate + j + _1]
            w[at + j], w[at + j + _1] = a, b
            j += _2
        if q[PUSHED] == _1:
            gain, bend = grown(power)
            gain *= span
            by_rate = w[push] * span * span * bend
            for v in range(_1, stride):
                w[at + v] += by_rate * w[rate + v] + gain * w[push + v]
            value += gain * w[push]
        w[at] = value


@inner
def set_decoupled(m: Whole, w: Array) -> None:
    """What stands in the registers of states that move alone becomes the present."""
    stride = m[STRIDE]
    for i in range(m[CORE] * stride, m[N] * stride):
        w[m[X] + i] = w[i]
