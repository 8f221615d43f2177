"""The exact solution of a linear system by its modes, with derivatives.

For dx/dt = A x + b with distinct real eigenvalues the projectors are, by Sylvester's formula,
Z_j = prod over k != j of (A - l_k I) / (l_j - l_k), and l_j' = trace(Z_j A') (Horn & Johnson,
Topics in Matrix Analysis, 1991, section 6.1; Kato, Perturbation Theory, 2nd ed. 1976, II.2).
Z_j = v_j w_j', so the state is x = sum of v_j a_j with a_j = w_j x, and each a_j moves alone.
All stands in `w` where layout.py says. Import this module only where it is used: it loads
numba.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.formulas.kernel_layout import (
    BLOCK_COUNT,
    BLOCKS,
    LEFT,
    MATRIX,
    MODAL,
    NOTHING,
    PROJECT,
    PUSH,
    RIGHT,
    ROOTS,
    SPAN,
    STRIDE,
    N,
    X,
)
from nanoward.maths.jit.numba_pipeline import inner

Array = NDArray[np.float64]
Whole = NDArray[np.uint64]

CLOSE = 1e-3  # eigenvalues relatively nearer than this lose too many digits
_0, _1, _2, _3 = (np.uint64(one) for one in range(4))


@inner
def _cubic(c2: float, c1: float, c0: float, w: Array, out: Any, stride: Any) -> bool:
    """The three real roots of x^3 + c2 x^2 + c1 x + c0, polished; False where not real."""
    p, q = c1 - c2 * c2 / 3.0, 2.0 * c2**3 / 27.0 - c2 * c1 / 3.0 + c0
    if p >= 0.0:
        return False
    reach = 2.0 * math.sqrt(-p / 3.0)
    inside = 3.0 * q / (p * reach)
    if abs(inside) > 1.0:
        return False
    angle = math.acos(inside) / 3.0
    for m in range(_3):
        x = reach * math.cos(angle - 2.0 * math.pi * m / 3.0) - c2 / 3.0
        for _ in range(3):
            slope = (3.0 * x + 2.0 * c2) * x + c1
            if slope != 0.0:
                x -= (((x + c2) * x + c1) * x + c0) / slope
        w[out + m * stride] = x
    return True


@inner
def _eigenvalues(m: Whole, w: Array) -> bool:
    """Values of the eigenvalues, block by block; False where not real and distinct."""
    n, s, out = m[N], m[STRIDE], m[ROOTS]
    for block in range(m[BLOCK_COUNT]):
        at = m[BLOCKS] + _3 * block
        i, j, k = m[at], m[at + _1], m[at + _2]
        a = w[m[MATRIX] + (i * n + i) * s]
        if j == NOTHING:
            w[out] = a
            out += s
            continue
        d = w[m[MATRIX] + (j * n + j) * s]
        cross = w[m[MATRIX] + (i * n + j) * s] * w[m[MATRIX] + (j * n + i) * s]
        if k == NOTHING:
            inside = (a - d) * (a - d) + 4.0 * cross
            if not inside > 0.0:
                return False
            fast = 0.5 * (a + d + math.copysign(math.sqrt(inside), a + d))
            w[out], w[out + s] = fast, (a * d - cross) / fast
            out += _2 * s
            continue
        f = w[m[MATRIX] + (k * n + k) * s]
        ij, ji = w[m[MATRIX] + (i * n + j) * s], w[m[MATRIX] + (j * n + i) * s]
        ik, ki = w[m[MATRIX] + (i * n + k) * s], w[m[MATRIX] + (k * n + i) * s]
        jk, kj = w[m[MATRIX] + (j * n + k) * s], w[m[MATRIX] + (k * n + j) * s]
        loops = ij * jk * ki + ik * kj * ji
        minors = a * d - cross + a * f - ik * ki + d * f - jk * kj
        whole = a * d * f + loops - a * jk * kj - d * ik * ki - f * cross
        if not _cubic(-(a + d + f), minors, -whole, w, out, s):
            return False
        out += _3 * s
    for i in range(n):
        for j in range(i):
            one, two = w[m[ROOTS] + i * s], w[m[ROOTS] + j * s]
            if not abs(one - two) > CLOSE * max(abs(one), abs(two)):
                return False
    return True


@inner
def _projector(m: Whole, w: Array, j: Any, width: Any) -> None:
    """Z_j (n, n), `width` numbers of each, into the first of three matrices of room."""
    n, s, roots, a = m[N], m[STRIDE], m[ROOTS], m[MATRIX]
    z, whole = m[PROJECT], n * n * s
    factor, old = z + whole, z + _2 * whole
    own, first = roots + j * s, True
    for k in range(n):
        if k == j:
            continue
        other = roots + k * s
        over = 1.0 / (w[own] - w[other])
        into = z if first else factor
        for r in range(n):
            for c in range(n):
                at = (r * n + c) * s
                shift = w[other] if r == c else 0.0
                value = (w[a + at] - shift) * over
                w[into + at] = value
                for v in range(_1, width):
                    away = w[other + v] if r == c else 0.0
                    bent = value * (w[own + v] - w[other + v])
                    w[into + at + v] = (w[a + at + v] - away - bent) * over
        if first:
            first = False
            continue
        for i in range(whole):
            w[old + i] = w[z + i]
        for r in range(n):
            for c in range(n):
                at = z + (r * n + c) * s
                for v in range(width):
                    w[at + v] = 0.0
                for i in range(n):
                    left, right = old + (r * n + i) * s, factor + (i * n + c) * s
                    x, y = w[left], w[right]
                    w[at] += x * y
                    for v in range(_1, width):
                        w[at + v] += x * w[right + v] + w[left + v] * y
    if first:  # a single state
        w[z] = 1.0
        for v in range(_1, width):
            w[z + v] = 0.0


@inner
def _chain_of_two(m: Whole, w: Array) -> None:
    """The modes of two states of which one at most acts on the other (i on j): the vectors hold
    1, 0 and their link over the difference of their rates alone."""
    s = m[STRIDE]
    j: Any = _1
    for v in range(s):
        if w[m[MATRIX] + s + v] != 0.0:
            j = _0
    i = _1 - j
    own, other = m[MATRIX] + (i * _2 + i) * s, m[MATRIX] + (j * _2 + j) * s
    link = m[MATRIX] + (j * _2 + i) * s
    for v in range(_2 * _2 * s):
        w[m[RIGHT] + v] = w[m[LEFT] + v] = 0.0
    for v in range(s):
        w[m[ROOTS] + i * s + v], w[m[ROOTS] + j * s + v] = w[own + v], w[other + v]
    right, left = m[RIGHT] + (j * _2 + i) * s, m[LEFT] + (j * _2 + i) * s
    over = 1.0 / (w[own] - w[other])
    share = w[link] * over
    for v in range(_1, s):
        part = (w[link + v] - share * (w[own + v] - w[other + v])) * over
        w[right + v], w[left + v] = part, -part
    w[right], w[left] = share, -share
    for k in range(_2):
        w[m[RIGHT] + (k * _2 + k) * s] = w[m[LEFT] + (k * _2 + k) * s] = 1.0


@inner
def modes(m: Whole, w: Array) -> bool:
    """Eigenvalues, right (state, mode) and left (mode, state) vectors of the matrix, with
    derivatives. False: real distinct modes lack."""
    if not _eigenvalues(m, w):
        return False
    n, s, z, a = m[N], m[STRIDE], m[PROJECT], m[MATRIX]
    if n == _2 and m[BLOCK_COUNT] == _2:
        _chain_of_two(m, w)
        return True
    if s > _1:
        for j in range(n):
            root = m[ROOTS] + j * s
            if m[BLOCK_COUNT] == n:  # each state acts on itself alone: its own entry
                own = m[m[BLOCKS] + _3 * j]
                for v in range(_1, s):
                    w[root + v] = w[a + (own * n + own) * s + v]
                continue
            _projector(m, w, j, _1)
            for v in range(_1, s):
                moved = 0.0
                for r in range(n):
                    for c in range(n):
                        moved += w[z + (c * n + r) * s] * w[a + (r * n + c) * s + v]
                w[root + v] = moved
    for j in range(n):
        _projector(m, w, j, s)
        r0: Any = _0
        c0: Any = _0
        top = -1.0
        for r in range(n):
            for c in range(n):
                if abs(w[z + (r * n + c) * s]) > top:
                    r0, c0, top = r, c, abs(w[z + (r * n + c) * s])
        pivot = z + (r0 * n + c0) * s
        over = 1.0 / w[pivot]
        for i in range(n):
            right, left = m[RIGHT] + (i * n + j) * s, m[LEFT] + (j * n + i) * s
            across, down = z + (r0 * n + i) * s, z + (i * n + c0) * s
            value = w[down] * over
            w[right], w[left] = value, w[across]
            for v in range(_1, s):
                w[right + v] = (w[down + v] - value * w[pivot + v]) * over
                w[left + v] = w[across + v]
    return True


@inner
def grown(x: float) -> tuple[float, float]:
    """(exp(x) - 1) / x and its slope, also at and near 0."""
    if abs(x) < 0.03:
        value = 1.0 + x * (0.5 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x / 720))))
        slope = 0.5 + x * (1 / 3 + x * (0.125 + x * (1 / 30 + x * (1 / 144 + x / 840))))
        return value, slope
    value = math.expm1(x) / x
    return value, (math.exp(x) - value) / x


@inner
def move(m: Whole, w: Array, pushed: Any) -> None:
    """The modes, carried over the time in w[SPAN], with derivatives; where `pushed`, under the
    constant inflow in w[PUSH], in states."""
    n, s, span, push = m[N], m[STRIDE], m[SPAN], m[PUSH]
    time = w[span]
    for j in range(n):
        a, root = m[MODAL] + j * s, m[ROOTS] + j * s
        rate, own = w[root], w[a]
        power = rate * time
        left = math.exp(power)
        u: Any = _0
        while u < s and s > _1:
            one, two = w[root + u] * time, w[root + u + _1] * time
            one += rate * w[span + u]
            two += rate * w[span + u + _1]
            one, two = left * (w[a + u] + own * one), left * (w[a + u + _1] + own * two)
            w[a + u], w[a + u + _1] = one, two
            u += _2
        w[a] = left * own
        if not pushed:
            continue
        total = 0.0
        for i in range(n):
            total += w[m[LEFT] + (j * n + i) * s] * w[push + i * s]
        gain, bend = grown(power)
        for v in range(_1, s):
            shift = w[root + v] * time + rate * w[span + v]
            own = 0.0
            for i in range(n):
                one = m[LEFT] + (j * n + i) * s
                own += w[one + v] * w[push + i * s] + w[one] * w[push + i * s + v]
            w[a + v] += time * gain * own + total * (w[span + v] * gain + time * bend * shift)
        w[a] += time * gain * total


@inner
def repeated(m: Whole, w: Array, before: Any, every: float, count: float) -> None:
    """The modes before and after one cycle of length `every` from nothing become those after
    `count` cycles from `before`: E^count before + (1 - E^count) / (1 - E) x one cycle."""
    n, s = m[N], m[STRIDE]
    for j in range(n):
        a, b, root = m[MODAL] + j * s, before + j * s, m[ROOTS] + j * s
        y = w[root] * every
        left = math.exp(y * count)
        top, top_bend = grown(y * count)
        low, low_bend = grown(y)
        sum_of = count * top / low
        bend = count * (count * top_bend * low - top * low_bend) / (low * low)
        one, start = w[a], w[b]
        for v in range(_1, s):
            shift = w[root + v] * every
            found = left * (w[b + v] + start * count * shift)
            w[a + v] = found + sum_of * w[a + v] + one * bend * shift
        w[a] = left * start + sum_of * one


@inner
def to_plain(m: Whole, w: Array, out: Any) -> None:
    """States from modes, into w from `out` on."""
    n, s = m[N], m[STRIDE]
    for i in range(n):
        at = out + i * s
        for v in range(s):
            w[at + v] = 0.0
        for j in range(n):
            right, a = m[RIGHT] + (i * n + j) * s, m[MODAL] + j * s
            x, y, before = w[right], w[a], w[at]
            u: Any = _0
            while u < s and s > _1:
                one = w[right + u] * y + x * w[a + u]
                two = w[right + u + _1] * y + x * w[a + u + _1]
                w[at + u] += one
                w[at + u + _1] += two
                u += _2
            w[at] = before + x * y


@inner
def to_modal(m: Whole, w: Array) -> None:
    """Modes from states."""
    n, s = m[N], m[STRIDE]
    for j in range(n):
        at = m[MODAL] + j * s
        for v in range(s):
            w[at + v] = 0.0
        for i in range(n):
            left, x = m[LEFT] + (j * n + i) * s, m[X] + i * s
            value, y = w[left], w[x]
            for v in range(_1, s):
                w[at + v] += w[left + v] * y + value * w[x + v]
            w[at] += value * y
