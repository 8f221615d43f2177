"""The exact solution of a linear system by its modes, with derivatives.

For dx/dt = K x + b with distinct real eigenvalues the projectors are, by Sylvester's formula,
Z_j = prod over k != j of (K - l_k I) / (l_j - l_k), and l_j' = trace(Z_j K') (Horn & Johnson,
Topics in Matrix Analysis, 1991, section 6.1; Kato, Perturbation Theory, 2nd ed. 1976, II.2).
Z_j = v_j w_j', so the state is x = sum of v_j a_j with a_j = w_j x, and each a_j moves alone.
Import this module only where it is used: it loads numba.
"""

import math

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.compiling import entry, inner

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

CLOSE = 1e-3  # eigenvalues relatively nearer than this lose too many digits


@inner
def _cubic(c2: float, c1: float, c0: float, out: Array, at: int) -> bool:
    """The three real roots of x^3 + c2 x^2 + c1 x + c0, polished; False where not real."""
    p, q = c1 - c2 * c2 / 3.0, 2.0 * c2**3 / 27.0 - c2 * c1 / 3.0 + c0
    if p >= 0.0:
        return False
    reach = 2.0 * math.sqrt(-p / 3.0)
    inside = 3.0 * q / (p * reach)
    if abs(inside) > 1.0:
        return False
    angle = math.acos(inside) / 3.0
    for m in range(3):
        x = reach * math.cos(angle - 2.0 * math.pi * m / 3.0) - c2 / 3.0
        for _ in range(3):
            slope = (3.0 * x + 2.0 * c2) * x + c1
            if slope != 0.0:
                x -= (((x + c2) * x + c1) * x + c0) / slope
        out[at + m] = x
    return True


@inner
def _of_block(matrix: Array, block: Whole, out: Array, at: int) -> int:
    """Eigenvalues of the block of up to three states; how many, -1 where not real."""
    i, j, k = block[0], block[1], block[2]
    if j < 0:
        out[at] = matrix[i, i, 0]
        return 1
    a, d = matrix[i, i, 0], matrix[j, j, 0]
    cross = matrix[i, j, 0] * matrix[j, i, 0]
    if k < 0:
        inside = (a - d) * (a - d) + 4.0 * cross
        if not inside > 0.0:
            return -1
        fast = 0.5 * (a + d + math.copysign(math.sqrt(inside), a + d))
        out[at], out[at + 1] = fast, (a * d - cross) / fast
        return 2
    f = matrix[k, k, 0]
    first, second = matrix[i, k, 0] * matrix[k, i, 0], matrix[j, k, 0] * matrix[k, j, 0]
    loops = matrix[i, j, 0] * matrix[j, k, 0] * matrix[k, i, 0]
    loops += matrix[i, k, 0] * matrix[k, j, 0] * matrix[j, i, 0]
    minors = a * d - cross + a * f - first + d * f - second
    whole = a * d * f + loops - a * second - d * first - f * cross
    return 3 if _cubic(-(a + d + f), minors, -whole, out, at) else -1


@inner
def eigenvalues(matrix: Array, blocks: Whole, out: Array) -> bool:
    """Real and distinct eigenvalues of the values matrix[:, :, 0] into out (n,), or False."""
    at = 0
    for b in range(blocks.shape[0]):
        found = _of_block(matrix, blocks[b], out, at)
        if found < 0:
            return False
        at += found
    for i in range(at):
        for j in range(i):
            apart = abs(out[i] - out[j])
            if not apart > CLOSE * max(abs(out[i]), abs(out[j])):
                return False
    return True


@inner
def _projector(matrix: Array, roots: Array, j: int, width: int, room: Array) -> None:
    """Z_j (n, n, width) into room[0]; roots (n, width); room (3, n, n, width)."""
    n = matrix.shape[0]
    z, old = room[0], room[1]
    first = True
    for m in range(n):
        if m == j:
            continue
        over = 1.0 / (roots[j, 0] - roots[m, 0])
        for r in range(n):
            for c in range(n):
                shift = roots[m, 0] if r == c else 0.0
                value = (matrix[r, c, 0] - shift) * over
                room[2, r, c, 0] = value
                for w in range(1, width):
                    away = roots[m, w] if r == c else 0.0
                    bent = value * (roots[j, w] - roots[m, w])
                    room[2, r, c, w] = (matrix[r, c, w] - away - bent) * over
        if first:
            z[:, :, :width] = room[2, :, :, :width]
            first = False
            continue
        old[:, :, :width] = z[:, :, :width]
        for r in range(n):
            for c in range(n):
                for w in range(width):
                    z[r, c, w] = 0.0
                for i in range(n):
                    a, b = old[r, i, 0], room[2, i, c, 0]
                    z[r, c, 0] += a * b
                    for w in range(1, width):
                        z[r, c, w] += a * room[2, i, c, w] + old[r, i, w] * b
    if first:  # a single state
        z[0, 0, :width] = 0.0
        z[0, 0, 0] = 1.0


@entry
def modes(
    matrix: Array,
    blocks: Whole,
    width: int,
    roots: Array,
    right: Array,
    left: Array,
    room: Array,
) -> bool:
    """Eigenvalues (n, W), right (n, n, W: state, mode) and left (mode, state) vectors.

    matrix (n, n, W) with derivatives; room (4, n, n, W). False: real distinct modes lack.
    """
    n = matrix.shape[0]
    plain = room[3, 0, :, 0].copy()
    if not eigenvalues(matrix, blocks, plain):
        return False
    for j in range(n):
        roots[j, 0] = plain[j]
    for j in range(n):
        if width > 1:
            _projector(matrix, roots, j, 1, room)
            for w in range(1, width):
                moved = 0.0
                for r in range(n):
                    for c in range(n):
                        moved += room[0, c, r, 0] * matrix[r, c, w]
                roots[j, w] = moved
    for j in range(n):
        _projector(matrix, roots, j, width, room)
        r0, c0 = 0, 0
        for r in range(n):
            for c in range(n):
                if abs(room[0, r, c, 0]) > abs(room[0, r0, c0, 0]):
                    r0, c0 = r, c
        over = 1.0 / room[0, r0, c0, 0]
        for i in range(n):
            value = room[0, i, c0, 0] * over
            right[i, j, 0] = value
            left[j, i, 0] = room[0, r0, i, 0]
            for w in range(1, width):
                right[i, j, w] = (room[0, i, c0, w] - value * room[0, r0, c0, w]) * over
                left[j, i, w] = room[0, r0, i, w]
    return True


@entry
def grown(x: float) -> tuple[float, float]:
    """(exp(x) - 1) / x and its slope, also at and near 0."""
    if abs(x) < 0.03:
        value = 1.0 + x * (0.5 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120 + x / 720))))
        slope = 0.5 + x * (1 / 3 + x * (0.125 + x * (1 / 30 + x * (1 / 144 + x / 840))))
        return value, slope
    value = math.expm1(x) / x
    return value, (math.exp(x) - value) / x


@entry
def move(a: Array, roots: Array, left: Array, inflow: Array, after: Array, width: int) -> None:
    """Modes a (n, W) carried over the time `after` (W,) under a constant inflow (n, W)."""
    n, time = a.shape[0], after[0]
    for j in range(n):
        rate = roots[j, 0]
        power = rate * time
        left_over = math.exp(power)
        push = 0.0
        for i in range(n):
            push += left[j, i, 0] * inflow[i, 0]
        moving = push != 0.0
        gain, bend = (grown(power)) if moving else (0.0, 0.0)
        for w in range(1, width):
            shift = roots[j, w] * time + rate * after[w]
            found = left_over * (a[j, w] + a[j, 0] * shift)
            if moving:
                pushed = 0.0
                for i in range(n):
                    pushed += left[j, i, w] * inflow[i, 0] + left[j, i, 0] * inflow[i, w]
                found += time * gain * pushed
                found += push * (after[w] * gain + time * bend * shift)
            a[j, w] = found
        a[j, 0] = left_over * a[j, 0] + time * gain * push
