"""Inner loops of conjunctions: two-body motion in equinoctial elements, and draws that hit.

Elements (Walker 1985, with the mean motion): n (rad/s), af, ag, chi, psi, mean longitude.
"""

import math
from typing import Any

import numpy as np

from nanoward.maths.jit.numba_pipeline import entry, inner

MU = 398600.4418e9  # of the Earth, m**3/s**2 (EGM-96)


@inner
def _state(E: Any, t: Any, out: Any) -> Any:
    """Position (m) and velocity (m/s) of elements after t seconds, into out (6,)."""
    n, f, g, chi, psi = E[0], E[1], E[2], E[3], E[4]
    lam = E[5] + n * t
    F = lam
    for _ in range(30):
        step = (F + g * math.cos(F) - f * math.sin(F) - lam) / (
            1 - g * math.sin(F) - f * math.cos(F)
        )
        F -= step
        if abs(step) < 1e-14:
            break
    a = (MU / (n * n)) ** (1.0 / 3.0)
    c, s = math.cos(F), math.sin(F)
    beta = 1 / (1 + math.sqrt(max(1 - f * f - g * g, 1e-12)))
    X = a * ((1 - g * g * beta) * c + f * g * beta * s - f)
    Y = a * ((1 - f * f * beta) * s + f * g * beta * c - g)
    r = a * (1 - f * c - g * s)
    k = n * a * a / r
    Xd = k * (f * g * beta * c - (1 - g * g * beta) * s)
    Yd = k * ((1 - f * f * beta) * c - f * g * beta * s)
    d = 1 / (1 + chi * chi + psi * psi)
    f0, f1, f2 = (1 - chi * chi + psi * psi) * d, 2 * chi * psi * d, -2 * chi * d
    g0, g1, g2 = 2 * chi * psi * d, (1 + chi * chi - psi * psi) * d, 2 * psi * d
    out[0], out[1], out[2] = X * f0 + Y * g0, X * f1 + Y * g1, X * f2 + Y * g2
    out[3], out[4], out[5] = Xd * f0 + Yd * g0, Xd * f1 + Yd * g1, Xd * f2 + Yd * g2


@inner
def _relative(E0: Any, L: Any, z: Any, t: Any, E: Any, room: Any, out: Any) -> Any:
    """Second less first object at time t, of whitened draw z (12,), into out (6,)."""
    for i in range(12):
        E[i] = E0[i]
        for j in range(12):
            E[i] += L[i, j] * z[j]
    _state(E[:6], t, room[0])
    _state(E[6:], t, room[1])
    for i in range(6):
        out[i] = room[1, i] - room[0, i]


@inner
def _closest(E0: Any, L: Any, z: Any, E: Any, room: Any, out: Any, limit: Any) -> Any:
    """Relative state at closest approach near time 0; returns its time."""
    t = 0.0
    for _ in range(12):
        _relative(E0, L, z, t, E, room, out)
        v2 = out[3] ** 2 + out[4] ** 2 + out[5] ** 2
        step = -(out[0] * out[3] + out[1] * out[4] + out[2] * out[5]) / max(v2, 1e-12)
        step = min(max(step, -limit), limit)
        t = min(max(t + step, -limit), limit)
        if abs(step) < 1e-9:
            break
    _relative(E0, L, z, t, E, room, out)
    return t


@inner
def _place(
    E0: Any, L: Any, z: Any, t: Any, axes: Any, E: Any, room: Any, rel: Any, p: Any, limit: Any
) -> Any:
    """What is to be brought to a target: on the plane at closest approach, or at time t."""
    if len(p) == 2:
        _closest(E0, L, z, E, room, rel, limit)
    else:
        _relative(E0, L, z, t, E, room, rel)
    for k in range(len(p)):
        p[k] = axes[k, 0] * rel[0] + axes[k, 1] * rel[1] + axes[k, 2] * rel[2]


@inner
def _solve(J: Any, b: Any, n: Any) -> Any:
    """Determinant of J (n, n), n = 2 or 3, and b solved in place."""
    if n == 2:
        det = J[0, 0] * J[1, 1] - J[0, 1] * J[1, 0]
        x, y = b[0], b[1]
        b[0] = (J[1, 1] * x - J[0, 1] * y) / det
        b[1] = (J[0, 0] * y - J[1, 0] * x) / det
        return det
    c0 = J[1, 1] * J[2, 2] - J[1, 2] * J[2, 1]
    c1 = J[1, 2] * J[2, 0] - J[1, 0] * J[2, 2]
    c2 = J[1, 0] * J[2, 1] - J[1, 1] * J[2, 0]
    det = J[0, 0] * c0 + J[0, 1] * c1 + J[0, 2] * c2
    x, y, w = b[0], b[1], b[2]
    b[0] = (
        x * c0
        + y * (J[0, 2] * J[2, 1] - J[0, 1] * J[2, 2])
        + w * (J[0, 1] * J[1, 2] - J[0, 2] * J[1, 1])
    ) / det
    b[1] = (
        x * c1
        + y * (J[0, 0] * J[2, 2] - J[0, 2] * J[2, 0])
        + w * (J[0, 2] * J[1, 0] - J[0, 0] * J[1, 2])
    ) / det
    b[2] = (
        x * c2
        + y * (J[0, 1] * J[2, 0] - J[0, 0] * J[2, 1])
        + w * (J[0, 0] * J[1, 1] - J[0, 1] * J[1, 0])
    ) / det
    return det


@inner
def _slopes(
    E0: Any,
    L: Any,
    z: Any,
    t: Any,
    axes: Any,
    U: Any,
    E: Any,
    room: Any,
    rel: Any,
    p: Any,
    q: Any,
    J: Any,
    limit: Any,
) -> Any:
    """p and its slopes J along the columns of U, by central differences."""
    n = len(p)
    h = 1e-4
    for k in range(n):
        for side in range(2):
            for i in range(12):
                z[i] += (h if side == 0 else -2 * h) * U[i, k]
            _place(E0, L, z, t, axes, E, room, rel, q if side == 0 else p, limit)
        for i in range(12):
            z[i] += h * U[i, k]
        for i in range(n):
            J[i, k] = (q[i] - p[i]) / (2 * h)
    _place(E0, L, z, t, axes, E, room, rel, p, limit)


@inner
def _basis(
    E0: Any,
    L: Any,
    z: Any,
    t: Any,
    axes: Any,
    U: Any,
    E: Any,
    room: Any,
    rel: Any,
    p: Any,
    q: Any,
    limit: Any,
) -> Any:
    """Orthonormal columns U (12, n) along which p moves most, at z."""
    n, h = len(p), 1e-3
    for i in range(12):
        z[i] += h
        _place(E0, L, z, t, axes, E, room, rel, q, limit)
        z[i] -= 2 * h
        _place(E0, L, z, t, axes, E, room, rel, p, limit)
        z[i] += h
        for k in range(n):
            U[i, k] = (q[k] - p[k]) / (2 * h)
    for k in range(n):
        for m in range(k):
            dot = 0.0
            for i in range(12):
                dot += U[i, k] * U[i, m]
            for i in range(12):
                U[i, k] -= dot * U[i, m]
        size = 0.0
        for i in range(12):
            size += U[i, k] ** 2
        for i in range(12):
            U[i, k] /= math.sqrt(size)


@entry
def hit_weights(
    E0: Any,
    L: Any,
    draws: Any,
    times: Any,
    targets: Any,
    axes: Any,
    limit: Any,
    U: Any,
    work: Any,
    weights: Any,
) -> Any:
    """Density of being at each target, of what a draw leaves open, into weights (S,).

    E0, L    (12,), (12, 12) elements of both objects and the root of their covariance
    draws    (S, 12) standard normal; the n directions that move the objects most are solved
             for, the others stay as drawn
    times    (S,) seconds from the nominal moment, for n = 3
    targets  (S, n) m: on the encounter plane (n = 2), or in space (n = 3)
    axes     (n, 3) of the targets
    weights  1/m**n, or for n = 3 times the speed at which the surface is entered
    U, work  (12, n), (8, 12): room. Returns how many draws found no way to their target.
    """
    n, lost = targets.shape[1], 0
    z, E, room, rel = work[0], work[1], work[2:4, :6], work[4, :6]
    p, q, J = work[5, :n], work[6, :n], work[7, : n * n].reshape(n, n)
    for s in range(len(draws)):
        if s == 0 or n == 3:
            for i in range(12):
                z[i] = 0.0
            _basis(E0, L, z, times[s], axes, U, E, room, rel, p, q, limit)
        for i in range(12):
            z[i] = draws[s, i]
        for k in range(n):
            dot = 0.0
            for i in range(12):
                dot += U[i, k] * z[i]
            for i in range(12):
                z[i] -= dot * U[i, k]
        weights[s], size, near = 0.0, math.hypot(targets[s, 0], targets[s, 1]) + 1.0, math.inf
        det = 0.0
        for _ in range(25):
            _slopes(E0, L, z, times[s], axes, U, E, room, rel, p, q, J, limit)
            near = 0.0
            for k in range(n):
                q[k] = targets[s, k] - p[k]
                near += q[k] ** 2
            det = _solve(J, q, n)
            if not near > (1e-4 * size) ** 2 or not abs(det) > 0.0:
                break
            for k in range(n):
                step = min(max(q[k], -3.0), 3.0)
                for i in range(12):
                    z[i] += step * U[i, k]
        if not near <= (1e-3 * size) ** 2 or not abs(det) > 0.0:
            lost += 1
            continue
        square = 0.0
        for k in range(n):
            dot = 0.0
            for i in range(12):
                dot += U[i, k] * z[i]
            square += dot * dot
        weights[s] = math.exp(-square / 2) / (2 * math.pi) ** (n / 2) / abs(det)
        if n == 3:
            inward = 0.0
            size = math.sqrt(targets[s, 0] ** 2 + targets[s, 1] ** 2 + targets[s, 2] ** 2)
            for k in range(3):
                inward -= rel[3 + k] * targets[s, k] / size
            weights[s] *= max(inward, 0.0)
    return lost


def workspace(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Room for hit_weights."""
    return np.zeros((12, n)), np.zeros((8, 12))
