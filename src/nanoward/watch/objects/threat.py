"""What tracks threaten: probability of entering a zone, when, and how near they come.

By draws: modes and state of a track as the tracker left them, moved on by the same modes, so
that what may turn, stop or speed up is in the interval. The interval of time of arrival is of
those draws that arrive.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nanoward.watch.objects.motion_models import STILL, STILL_SPEED, TURN, MotionModel
from nanoward.watch.objects.zones import Zone

DRAWS = 400
STEPS = 120
LEAST = 20  # draws that must arrive before a time of arrival is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """One track and one zone.

    probability  of entering the zone within its horizon; 1 where it is inside
    arrival      s from the moment asked for: 5, 50 and 95 % of those that enter; NaN where
                 too few do
    nearest      closest approach to the edge (m): 5, 50 and 95 %; 0 or less inside
    """

    probability: float
    arrival: tuple[float, float, float]
    nearest: tuple[float, float, float]


_NEVER = (math.nan, math.nan, math.nan)


def drawn_paths(
    means: Float[np.ndarray, "M 4"],
    covariances: Float[np.ndarray, "M 4 4"],
    modes: Float[np.ndarray, " M"],
    model: MotionModel,
    times: Float[np.ndarray, " T"],
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> Float[np.ndarray, "T R 2"]:
    """Where a track may be, m, at rising times (s) after its last detection."""
    mode = rng.choice(len(modes), draws, p=modes / modes.sum())
    roots = np.stack([_root(one) for one in covariances])
    noise = rng.standard_normal((draws, 4))
    state = means[mode] + np.einsum("rij,rj->ri", roots[mode], noise)
    table, shares = model.table, np.cumsum(model.table[:, 3])
    table[:, 1] *= np.where(table[:, 0] == STILL, 1.0, model.ahead)
    found = np.empty((len(times), draws, 2))
    before = 0.0
    for at, time in enumerate(times):
        if time > before:
            dt = float(time - before)
            leave = rng.random(draws) >= np.exp(-dt / table[mode, 4])
            fresh = np.minimum(np.searchsorted(shares, rng.random(draws)), len(shares) - 1)
            mode = np.where(leave, fresh, mode)
            state = _moved(state, table[mode], dt, rng)
            before = float(time)
        found[at] = state[:, :2]
    return found


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(covariance)
    told: np.ndarray = vectors * np.sqrt(np.maximum(values, 0.0))
    return told


def _moved(
    state: np.ndarray, rows: np.ndarray, dt: float, rng: np.random.Generator
) -> np.ndarray:
    """Every draw over dt seconds in its own mode."""
    draws = len(state)
    kind, q, rate = rows[:, 0], rows[:, 1], np.where(rows[:, 0] == TURN, rows[:, 2], 0.0)
    angle = rate * dt
    small = np.abs(angle) < 1e-9
    safe = np.where(small, 1.0, rate)
    s = np.where(small, dt, np.sin(angle) / safe)
    c = np.where(small, 0.0, (1 - np.cos(angle)) / safe)
    x, y, vx, vy = state.T
    moved = np.stack(
        [
            x + s * vx - c * vy,
            y + c * vx + s * vy,
            np.cos(angle) * vx - np.sin(angle) * vy,
            np.sin(angle) * vx + np.cos(angle) * vy,
        ],
        axis=1,
    )
    one, two = rng.standard_normal((2, draws, 2))
    # white acceleration: position and velocity errors share what they have in common
    speed = np.sqrt(q * dt)[:, None] * one
    place = dt / 2 * speed + np.sqrt(q * dt**3 / 12)[:, None] * two
    moved[:, :2] += place
    moved[:, 2:] += speed
    still = kind == STILL
    if still.any():
        moved[still, :2] = state[still, :2] + np.sqrt(q[still] * dt)[:, None] * one[still]
        moved[still, 2:] = STILL_SPEED * two[still]
    return moved


def threats_of(  # noqa: PLR0913, PLR0917 - what a tracker leaves of a track
    means: Float[np.ndarray, "M 4"],
    covariances: Float[np.ndarray, "M 4 4"],
    modes: Float[np.ndarray, " M"],
    model: MotionModel,
    zones: tuple[Zone, ...],
    age: float,
    rng: np.random.Generator,
    draws: int = DRAWS,
) -> tuple[Threat, ...]:
    """What one track threatens, of each zone.

    age  s since the track's last detection; times are told from now on
    """
    horizon = max(one.horizon_s for one in zones)
    # short steps first: what is near arrives soon
    times = age + horizon * (np.arange(STEPS + 1) / STEPS) ** 1.5
    paths = drawn_paths(means, covariances, modes, model, times, rng, draws)
    return tuple(_threat(one, paths, times - age) for one in zones)


def _threat(
    zone: Zone, paths: Float[np.ndarray, "T R 2"], times: Float[np.ndarray, " T"]
) -> Threat:
    ahead = times <= zone.horizon_s + 1e-9
    paths, times = paths[ahead], times[ahead]
    away = zone.distance(paths)
    between = zone.passing(paths[:-1], paths[1:])
    inside = away <= 0
    inside[1:] |= between <= 0
    enters = inside.any(0)
    arrival = _NEVER
    if enters.sum() >= LEAST:
        arrival = _quantiles(_moments(inside[:, enters], away[:, enters], times))
    return Threat(
        probability=float(enters.mean()),
        arrival=arrival,
        nearest=_quantiles(np.minimum(away.min(0), between.min(0, initial=math.inf))),
    )


def _quantiles(values: np.ndarray) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
    return low, middle, high


def _moments(inside: np.ndarray, away: np.ndarray, times: np.ndarray) -> np.ndarray:
    """First moment inside, between the step before and the step at which it is."""
    first = inside.argmax(0)
    before = np.maximum(first - 1, 0)
    columns = np.arange(inside.shape[1])
    gap, over = away[before, columns], np.maximum(-away[first, columns], 0.0)
    share = np.where(first > 0, gap / np.maximum(gap + over, 1e-9), 0.0)
    told: np.ndarray = times[before] + np.clip(share, 0, 1) * (times[first] - times[before])
    return told
