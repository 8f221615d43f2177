"""Inner loops of the tracker: prediction of an interacting multiple model, gates and updates.

Arrays of N tracks and M modes: x (N, M, 4) positions and velocities, P (N, M, 4, 4), mu (N, M)
probabilities of modes; `table` of motion_models. Detections: z (D, 4), R (D, 5): variances and
covariance of position, and variance of each velocity component along and across, NaN where no
velocity was measured.
"""

import math
from typing import Any

import numpy as np

from nanoward.maths.jit.numba_pipeline import entry, inner

_TWO_PI = 2 * math.pi


@inner
def _motion(F: Any, Q: Any, kind: Any, q: Any, rate: Any, dt: Any) -> Any:
    """Transition and noise of one mode over dt seconds, into F and Q."""
    for i in range(4):
        for j in range(4):
            F[i, j] = 0.0
            Q[i, j] = 0.0
        F[i, i] = 1.0
    if kind == 0.0:  # still: position wanders, velocity is none
        F[2, 2] = F[3, 3] = 0.0
        Q[0, 0] = Q[1, 1] = q * dt
        Q[2, 2] = Q[3, 3] = 0.04
        return
    if kind == 2.0 and rate != 0.0:
        s, c = math.sin(rate * dt), math.cos(rate * dt)
        F[0, 2] = F[1, 3] = s / rate
        F[0, 3] = -(1 - c) / rate
        F[1, 2] = (1 - c) / rate
        F[2, 2] = F[3, 3] = c
        F[2, 3] = -s
        F[3, 2] = s
    else:
        F[0, 2] = F[1, 3] = dt
    for i in range(2):
        Q[i, i] = q * dt * dt * dt / 3
        Q[i, i + 2] = Q[i + 2, i] = q * dt * dt / 2
        Q[i + 2, i + 2] = q * dt


@inner
def _predict_mode(x: Any, P: Any, xo: Any, Po: Any, F: Any, Q: Any, A: Any) -> Any:
    """xo = F x, Po = F P F' + Q; A is room."""
    for i in range(4):
        xo[i] = F[i, 0] * x[0] + F[i, 1] * x[1] + F[i, 2] * x[2] + F[i, 3] * x[3]
        for j in range(4):
            A[i, j] = (
                F[i, 0] * P[0, j] + F[i, 1] * P[1, j] + F[i, 2] * P[2, j] + F[i, 3] * P[3, j]
            )
    for i in range(4):
        for j in range(4):
            Po[i, j] = (
                A[i, 0] * F[j, 0]
                + A[i, 1] * F[j, 1]
                + A[i, 2] * F[j, 2]
                + A[i, 3] * F[j, 3]
                + Q[i, j]
            )


@inner
def _mix(x: Any, P: Any, w: Any, j: Any, xm: Any, Pm: Any) -> Any:
    """State from which mode j starts: what the modes are, weighted by how they come to j."""
    modes = len(w)
    for a in range(4):
        xm[a] = 0.0
        for b in range(4):
            Pm[a, b] = 0.0
        for i in range(modes):
            xm[a] += w[i, j] * x[i, a]
    for i in range(modes):
        for a in range(4):
            da = x[i, a] - xm[a]
            for b in range(4):
                Pm[a, b] += w[i, j] * (P[i, a, b] + da * (x[i, b] - xm[b]))


@inner
def _predict(
    x: Any, P: Any, mu: Any, xo: Any, Po: Any, muo: Any, table: Any, dt: Any, room: Any, w: Any
) -> Any:
    """One track over dt seconds; room (5, 4, 4) and w (M, M) are scratch.

    Mode i stays for its mean time table[i, 4]; then any mode follows by its share.
    """
    modes = len(mu)
    for j in range(modes):
        muo[j] = 1e-12
    for i in range(modes):
        stay = math.exp(-dt / table[i, 4])
        for j in range(modes):
            w[i, j] = mu[i] * ((1 - stay) * table[j, 3] + (stay if i == j else 0.0))
            muo[j] += w[i, j]
    for j in range(modes):
        for i in range(modes):
            w[i, j] /= muo[j]
        _mix(x, P, w, j, room[4, 0], room[3])
        _motion(room[0], room[1], table[j, 0], table[j, 1], table[j, 2], dt)
        _predict_mode(room[4, 0], room[3], xo[j], Po[j], room[0], room[1], room[2])


@inner
def _fit(x: Any, P: Any, z: Any, R: Any) -> Any:
    """Squared distance of position in one mode, and the log density of a detection."""
    a, b, c = P[0, 0] + R[0], P[0, 1] + R[1], P[1, 1] + R[2]
    det = a * c - b * b
    if not det > 0:
        return math.inf, -math.inf
    dx, dy = z[0] - x[0], z[1] - x[1]
    near = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / det
    told = -0.5 * (near + math.log(det)) - math.log(_TWO_PI)
    return near, told


@inner
def _update_pair(
    x: Any, P: Any, at: Any, zx: Any, zy: Any, rxx: Any, rxy: Any, ryy: Any
) -> Any:
    """Take in two measured components, `at` and `at + 1`; returns their log density."""
    a, b, c = P[at, at] + rxx, P[at, at + 1] + rxy, P[at + 1, at + 1] + ryy
    det = a * c - b * b
    dx, dy = zx - x[at], zy - x[at + 1]
    near = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / det
    k00 = k01 = k10 = k11 = k20 = k21 = k30 = k31 = 0.0
    for i in range(4):
        p, q = P[i, at], P[i, at + 1]
        g, h = (p * c - q * b) / det, (q * a - p * b) / det
        x[i] += g * dx + h * dy
        if i == 0:
            k00, k01 = g, h
        elif i == 1:
            k10, k11 = g, h
        elif i == 2:
            k20, k21 = g, h
        else:
            k30, k31 = g, h
    r0 = (P[at, 0], P[at, 1], P[at, 2], P[at, 3])
    r1 = (P[at + 1, 0], P[at + 1, 1], P[at + 1, 2], P[at + 1, 3])
    for j in range(4):
        P[0, j] -= k00 * r0[j] + k01 * r1[j]
        P[1, j] -= k10 * r0[j] + k11 * r1[j]
        P[2, j] -= k20 * r0[j] + k21 * r1[j]
        P[3, j] -= k30 * r0[j] + k31 * r1[j]
    for i in range(4):
        for j in range(i):
            P[i, j] = P[j, i] = 0.5 * (P[i, j] + P[j, i])
    return -0.5 * (near + math.log(det)) - math.log(_TWO_PI)


@inner
def _velocity_noise(z: Any, R: Any) -> Any:
    """Variances and covariance of a measured velocity: R[3] along it, R[4] across."""
    speed = math.hypot(z[2], z[3])
    if speed < 1e-9:
        return R[3], 0.0, R[3]
    c, s = z[2] / speed, z[3] / speed
    return R[3] * c * c + R[4] * s * s, (R[3] - R[4]) * c * s, R[3] * s * s + R[4] * c * c


@inner
def _density(x: Any, P: Any, z: Any, R: Any) -> Any:
    """Squared distance of position and log density of a whole detection, in one mode."""
    near, told = _fit(x, P, z, R)
    if R[3] == R[3] and told > -math.inf:  # velocity, as if independent: for the gate alone
        vxx, vxy, vyy = _velocity_noise(z, R)
        a, b, c = P[2, 2] + vxx, P[2, 3] + vxy, P[3, 3] + vyy
        det = a * c - b * b
        dx, dy = z[2] - x[2], z[3] - x[3]
        told += -0.5 * ((c * dx * dx - 2 * b * dx * dy + a * dy * dy) / det + math.log(det))
        told -= math.log(_TWO_PI)
    return near, told


@inner
def _in_reach(mean: Any, spread: Any, z: Any, R: Any, dt: Any, gate: Any, fastest: Any) -> Any:
    """Coarse gate: whether a detection may lie near where a track could be by now."""
    reach = gate * (spread[0] + R[0] + R[2] + spread[1] * dt * dt + fastest * dt * dt * dt)
    dx, dy = z[0] - mean[0] - mean[2] * dt, z[1] - mean[1] - mean[3] * dt
    ex, ey = z[0] - mean[0], z[1] - mean[1]
    slack = math.hypot(mean[2], mean[3]) * min(dt, 120.0)  # it may have turned or stopped
    return dx * dx + dy * dy < reach or math.hypot(ex, ey) < math.sqrt(reach) + slack


@entry
def candidates(
    time: Any,
    alive: Any,
    x: Any,
    P: Any,
    mu: Any,
    last: Any,
    mean: Any,
    spread: Any,
    z: Any,
    R: Any,
    gate: Any,
    table: Any,
    xo: Any,
    Po: Any,
    muo: Any,
    room: Any,
    w: Any,
    out: Any,
    density: Any,
) -> Any:
    """Pairs of track and detection within the gate, into out (C, 2) and density (C,).

    alive  tracks to look at; their predictions go into xo, Po, muo. Returns how many pairs
    there are; more than out holds: the rest is left out, make room and ask again.
    """
    found = 0
    fastest = 0.0
    for j in range(len(table)):
        if table[j, 0] != 0.0:
            fastest = max(fastest, table[j, 1])
    for n in range(len(alive)):
        track, ready = alive[n], False
        dt = time - last[track]
        for d in range(len(z)):
            if not _in_reach(mean[track], spread[track], z[d], R[d], dt, gate, fastest):
                continue
            if not ready:
                _predict(
                    x[track],
                    P[track],
                    mu[track],
                    xo[track],
                    Po[track],
                    muo[track],
                    table,
                    dt,
                    room,
                    w,
                )
                ready = True
            nearest, total = math.inf, 0.0
            for j in range(len(table)):
                near, told = _density(xo[track, j], Po[track, j], z[d], R[d])
                nearest = min(nearest, near)
                total += muo[track, j] * math.exp(told)
            if nearest < gate and total > 0.0:
                if found < len(out):
                    out[found, 0], out[found, 1], density[found] = track, d, math.log(total)
                found += 1
    return found


@entry
def update(
    time: Any,
    pairs: Any,
    x: Any,
    P: Any,
    mu: Any,
    last: Any,
    mean: Any,
    spread: Any,
    z: Any,
    R: Any,
    xo: Any,
    Po: Any,
    muo: Any,
    told: Any,
) -> Any:
    """Take detections into the predicted modes of their tracks; log densities into told."""
    for k in range(len(pairs)):
        track, d = pairs[k, 0], pairs[k, 1]
        told[k] = _take(xo[track], Po[track], muo[track], z[d], R[d])
        for j in range(muo.shape[1]):
            mu[track, j] = muo[track, j]
            for a in range(4):
                x[track, j, a] = xo[track, j, a]
                for b in range(4):
                    P[track, j, a, b] = Po[track, j, a, b]
        last[track] = time
        _summary(x[track], P[track], mu[track], mean[track], spread[track])


@inner
def _take(xo: Any, Po: Any, muo: Any, z: Any, R: Any) -> Any:
    """One detection into all modes of one track; returns its log density."""
    best = -math.inf
    for j in range(len(muo)):
        told = _update_pair(xo[j], Po[j], 0, z[0], z[1], R[0], R[1], R[2])
        if R[3] == R[3]:
            vxx, vxy, vyy = _velocity_noise(z, R)
            told += _update_pair(xo[j], Po[j], 2, z[2], z[3], vxx, vxy, vyy)
        muo[j] = math.log(muo[j]) + told
        best = max(best, muo[j])
    total = 0.0
    for j in range(len(muo)):
        muo[j] = math.exp(muo[j] - best)
        total += muo[j]
    for j in range(len(muo)):
        muo[j] = max(muo[j] / total, 1e-12)
    return best + math.log(total)


@inner
def _summary(x: Any, P: Any, mu: Any, mean: Any, spread: Any) -> Any:
    """Mean state of all modes; variance of position and of velocity, summed over components."""
    for a in range(4):
        mean[a] = 0.0
        for j in range(len(mu)):
            mean[a] += mu[j] * x[j, a]
    spread[0] = spread[1] = 0.0
    for j in range(len(mu)):
        for a in range(4):
            d = x[j, a] - mean[a]
            spread[a // 2] += mu[j] * (P[j, a, a] + d * d)


def scratch(tracks: int, modes: int) -> tuple[np.ndarray, ...]:
    """Room for predictions of N tracks, for one mode, and for the ways between modes."""
    return (
        np.zeros((tracks, modes, 4)), np.zeros((tracks, modes, 4, 4)),
        np.zeros((tracks, modes)), np.zeros((5, 4, 4)), np.zeros((modes, modes)),
    )  # fmt: skip
