"""Probability of collision by draws of both orbits, and the check of the 2-D value by it.

What a draw leaves open is solved for rather than waited for: of the twelve numbers that two
orbits have, the two (a fast encounter) or three (a long one) that move the objects most are
chosen so that they meet, and the draw counts with the density of that choice. A probability
of 1e-9 then needs a few thousand draws. Of long encounters the entries into the sphere are
counted over 0.7 of a revolution (Coppola 2012): an upper limit where one may enter twice.
"""

import math

import numpy as np

from nanoward.watch.objects.conjunction import (
    LONG,
    OFF,
    CollisionRisk,
    OrbitState,
    common_frame,
    element_cloud,
    encounter_axes,
    plane_probability,
    turned,
)

DRAWS = 4000
SLOWER = 5  # times as many draws of long encounters
SPAN = 0.7  # share of a revolution, about the stated moment, in which entries are counted
BINS = 60
SURE = 2.0  # times the 95 % limits beyond which draws gainsay the plane


def collision_risk(
    first: OrbitState,
    second: OrbitState,
    radius: float,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
) -> CollisionRisk:
    """The 2-D probability where it holds, and where not, why not and that by draws.

    radius  both objects' hard-body radii together, m
    """
    relative = second.position - first.position, second.velocity - first.velocity
    speed = float(np.linalg.norm(relative[1]))
    plane = plane_probability(first, second, radius) if speed > 0 else math.nan
    turn = common_frame(first, second)
    clouds = [element_cloud(turned(one, turn)) for one in (first, second)]
    middle = np.concatenate([one[0] for one in clouds])
    root = np.zeros((12, 12))
    root[:6, :6], root[6:, 6:] = clouds[0][1], clouds[1][1]
    duration = encounter_duration(first, second, radius)
    told = [] if all(one[2] for one in clouds) else ["covariance is not positive"]
    if not np.isfinite(middle).all() or not np.isfinite(root).all():
        return _risk(plane, (math.nan,) * 3, relative, duration, 0, [*told, "no closed orbit"])
    period = 2 * math.pi / float(max(middle[0], middle[6]))
    long = not duration < LONG * period
    if long:
        told.append(f"slow or long encounter: {duration:.3g} s of a period of {period:.4g} s")
        drawn = _entries(middle, root, radius, SPAN * period, SLOWER * draws, rng)
    else:
        axes = encounter_axes(turn @ relative[1])
        drawn = _crossings(middle, root, radius, axes, period / 8, draws, rng)
    error = SURE * (drawn[2] - drawn[1]) / 2
    if math.isnan(drawn[0]):
        told.append("draws find no way to a collision")
    off = abs(plane - drawn[0]) > max(OFF * drawn[0], error)
    if not long and off:
        told.append("long encounter: the cloud of positions is bent, and draws differ from 2-D")
    return _risk(plane, drawn, relative, duration, draws, told)


def _risk(
    plane: float,
    drawn: tuple[float, float, float],
    relative: tuple[np.ndarray, np.ndarray],
    duration: float,
    draws: int,
    told: list[str],
) -> CollisionRisk:
    value = drawn if told else (plane, plane, plane)
    return CollisionRisk(
        plane=plane, probability=value[0], low=value[1], high=value[2],
        miss=float(np.linalg.norm(relative[0])), speed=float(np.linalg.norm(relative[1])),
        duration=duration, draws=draws, reasons=tuple(told),
    )  # fmt: skip


def encounter_duration(first: OrbitState, second: OrbitState, radius: float) -> float:
    """Seconds in which the objects may meet: 12 standard deviations of their time of closest
    approach for straight motion, and the time in which they cross what lies between them."""
    r, v = second.position - first.position, second.velocity - first.velocity
    v2 = float(v @ v)
    if not v2 > 0:
        return math.inf
    time = -float(r @ v) / v2
    slope = np.concatenate([-v / v2, -(r + 2 * time * v) / v2])
    both = first.covariance + second.covariance
    return 12 * math.sqrt(max(float(slope @ both @ slope), 0.0)) + 2 * (
        radius + float(np.linalg.norm(r))
    ) / math.sqrt(v2)


def _crossings(
    middle: np.ndarray,
    root: np.ndarray,
    radius: float,
    axes: np.ndarray,
    limit: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    from nanoward.watch.objects.encounter_kernel import hit_weights, workspace

    angle, size = rng.uniform(0, 2 * math.pi, draws), radius * np.sqrt(rng.random(draws))
    targets = np.column_stack([size * np.cos(angle), size * np.sin(angle)])
    weights = np.zeros(draws)
    lost = hit_weights(
        middle, root, rng.standard_normal((draws, 12)), np.zeros(draws), targets, axes, limit,
        *workspace(2), weights,
    )  # fmt: skip
    return _limits(weights * math.pi * radius**2, lost)


def _entries(
    middle: np.ndarray,
    root: np.ndarray,
    radius: float,
    window: float,
    draws: int,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    points = rng.standard_normal((2 * draws, 3))
    targets = radius * points / np.linalg.norm(points, axis=1)[:, None]
    rough = (np.arange(draws) + rng.random(draws)) / draws
    area = 4 * math.pi * radius**2
    flux, _ = _flux(middle, root, targets[:draws], window * (rough - 0.5), rng)
    found = area * window * flux
    # most of the second half of the draws goes to the times at which they meet
    total = np.bincount((rough * BINS).astype(int), weights=found, minlength=BINS)
    share = np.full(BINS, 1 / BINS) if not total.sum() > 0 else total / total.sum()
    share = 0.2 / BINS + 0.8 * np.convolve(share, (0.25, 0.5, 0.25), mode="same")
    share /= share.sum()
    chosen = rng.choice(BINS, draws, p=share)
    times = (chosen + rng.random(draws)) / BINS
    flux, lost = _flux(middle, root, targets[draws:], window * (times - 0.5), rng)
    return _limits(area * window * flux / (share[chosen] * BINS), lost)


def _flux(
    middle: np.ndarray,
    root: np.ndarray,
    targets: np.ndarray,
    times: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, int]:
    """Rate of entering the sphere at each point and time, 1/(m**2 s); and draws lost."""
    from nanoward.watch.objects.encounter_kernel import hit_weights, workspace

    weights = np.zeros(len(times))
    lost = hit_weights(
        middle, root, rng.standard_normal((len(times), 12)), times, targets, np.eye(3),
        math.inf, *workspace(3), weights,
    )  # fmt: skip
    return weights, int(lost)


def _limits(values: np.ndarray, lost: int) -> tuple[float, float, float]:
    """Mean and its 95 % limits; NaN where draws find no collision and most found no way to one.

    A draw that finds no way counts as none: the limits do not cover what that may hide.
    """
    mean = float(values.mean())
    if mean == 0.0 and 2 * lost > len(values):
        return math.nan, math.nan, math.nan
    error = 1.96 * float(values.std()) / math.sqrt(len(values))
    return min(mean, 1.0), max(mean - error, 0.0), min(mean + error, 1.0)
