"""Probability that two objects collide: in the encounter plane, whether that holds, and if not.

The 2-D probability (Foster & Estes 1992; Alfano 2005) takes a straight and fast encounter and
Gaussian positions. Where the encounter lasts long, where time of closest approach is not
known to a small part of an orbit, or where the cloud of positions is bent, it can be wrong by
any factor; then draws of both orbits, Gaussian in equinoctial elements and moved by two-body
motion, answer instead (Hall 2021 compares both).
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from jaxtyping import Float

LONG = 0.05  # share of the shorter period that an encounter may last
OFF = 0.10  # share by which the 2-D value may lie off that of draws
NODES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class OrbitState:
    """One object at the time of closest approach.

    position, velocity  (3,) m, m/s, inertial
    covariance          (6, 6) m**2, m**2/s, m**2/s**2, inertial
    """

    name: str
    position: Float[np.ndarray, " 3"]
    velocity: Float[np.ndarray, " 3"]
    covariance: Float[np.ndarray, "6 6"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollisionRisk:
    """What is known of one conjunction.

    plane        2-D probability; not to be used alone where `reasons` has anything
    probability  of collision: `plane`, or by draws; NaN where neither can be computed
    low, high    its 95 % limits by draws; `plane` twice where that holds
    miss, speed  m and m/s at the stated moment
    duration     of the encounter, s: 12 standard deviations of its time, and the crossing
    reasons      why the 2-D value does not hold
    """

    plane: float
    probability: float
    low: float
    high: float
    miss: float
    speed: float
    duration: float
    draws: int
    reasons: tuple[str, ...]

    @property
    def is_plane_valid(self) -> bool:
        return not self.reasons


def rtn_axes(
    position: Float[np.ndarray, " 3"], velocity: Float[np.ndarray, " 3"]
) -> Float[np.ndarray, "3 3"]:
    """Rows: radial, transverse and normal directions of an orbit."""
    radial = position / np.linalg.norm(position)
    normal = np.cross(position, velocity)
    normal = normal / np.linalg.norm(normal)
    told: Float[np.ndarray, "3 3"] = np.stack([radial, np.cross(normal, radial), normal])
    return told


def inertial_covariance(
    rtn: Float[np.ndarray, "6 6"],
    position: Float[np.ndarray, " 3"],
    velocity: Float[np.ndarray, " 3"],
) -> Float[np.ndarray, "6 6"]:
    """A covariance in an object's own RTN frame, turned into the frame of its state."""
    turn = np.kron(np.eye(2), rtn_axes(position, velocity).T)
    told: Float[np.ndarray, "6 6"] = turn @ rtn @ turn.T
    return told


def encounter_axes(velocity: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "2 3"]:
    """Two directions that span the plane across a relative velocity."""
    along = velocity / np.linalg.norm(velocity)
    other = np.eye(3)[int(np.abs(along).argmin())]
    first = np.cross(along, other)
    first = first / np.linalg.norm(first)
    told: Float[np.ndarray, "2 3"] = np.stack([first, np.cross(along, first)])
    return told


def plane_probability(first: OrbitState, second: OrbitState, radius: float) -> float:
    """2-D probability of coming nearer than `radius` (m)."""
    axes = encounter_axes(second.velocity - first.velocity)
    miss = axes @ (second.position - first.position)
    both = first.covariance[:3, :3] + second.covariance[:3, :3]
    values, vectors = np.linalg.eigh(axes @ both @ axes.T)
    values = np.maximum(values, (1e-4 * radius) ** 2)  # a covariance need not be positive
    return disc_probability(miss @ vectors, np.sqrt(values), radius)


def disc_probability(
    miss: Float[np.ndarray, " 2"], sd: Float[np.ndarray, " 2"], radius: float
) -> float:
    """Share of a Gaussian at `miss` with these standard deviations in a disc round 0 (m)."""
    from scipy.special import erfc

    far, near = (0, 1) if sd[0] >= sd[1] else (1, 0)
    low = max(-radius, miss[far] - 38 * sd[far])
    high = min(radius, miss[far] + 38 * sd[far])
    if low >= high:
        return 0.0
    nodes, weights = _legendre()
    # x = radius sin(angle): the half chord is smooth in it
    a, b = math.asin(low / radius), math.asin(high / radius)
    angle = (a + b) / 2 + (b - a) / 2 * nodes
    x, chord = radius * np.sin(angle), radius * np.cos(angle)
    middle, scale = abs(float(miss[near])), math.sqrt(2) * float(sd[near])
    strip = 0.5 * (erfc((middle - chord) / scale) - erfc((middle + chord) / scale))
    density = np.exp(-((x - miss[far]) ** 2) / (2 * sd[far] ** 2))
    total = (weights * density * strip * chord).sum() * (b - a) / 2
    return float(total / (sd[far] * math.sqrt(2 * math.pi)))


@lru_cache(maxsize=1)
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(NODES)


def common_frame(first: OrbitState, second: OrbitState) -> Float[np.ndarray, "3 3"]:
    """A turn after which neither orbit runs backwards round the third axis, where elements
    have no value."""
    normals = [np.cross(one.position, one.velocity) for one in (first, second)]
    a, b = (one / np.linalg.norm(one) for one in normals)
    up = a + b
    if np.linalg.norm(up) < 0.2:  # against each other: halfway between
        up = np.cross(a, np.eye(3)[int(np.abs(a).argmin())])
    up = up / np.linalg.norm(up)
    side = np.cross(np.eye(3)[int(np.abs(up).argmin())], up)
    side = side / np.linalg.norm(side)
    told: Float[np.ndarray, "3 3"] = np.stack([side, np.cross(up, side), up])
    return told


def turned(one: OrbitState, turn: Float[np.ndarray, "3 3"]) -> OrbitState:
    """The same object in another frame."""
    both = np.kron(np.eye(2), turn)
    return replace(
        one, position=turn @ one.position, velocity=turn @ one.velocity,
        covariance=both @ one.covariance @ both.T,
    )  # fmt: skip


def elements(
    position: Float[np.ndarray, " 3"], velocity: Float[np.ndarray, " 3"]
) -> Float[np.ndarray, " 6"]:
    """Equinoctial elements of a state; NaN where it is no ellipse, or turns right backwards."""
    from nanoward.watch.objects.encounter_kernel import MU

    r, v2 = float(np.linalg.norm(position)), float(velocity @ velocity)
    a = 1 / (2 / r - v2 / MU)
    normal = np.cross(position, velocity)
    w = normal / np.linalg.norm(normal)
    if not a > 0 or not 1 + w[2] > 1e-9:
        return np.full(6, np.nan)
    chi, psi = w[0] / (1 + w[2]), -w[1] / (1 + w[2])
    d = 1 / (1 + chi * chi + psi * psi)
    f = np.array([1 - chi * chi + psi * psi, 2 * chi * psi, -2 * chi]) * d
    g = np.array([2 * chi * psi, 1 + chi * chi - psi * psi, 2 * psi]) * d
    e = np.cross(velocity, normal) / MU - position / r
    ag, af = float(e @ g), float(e @ f)
    X, Y = float(position @ f), float(position @ g)
    beta = 1 / (1 + math.sqrt(1 - af * af - ag * ag))
    root = a * math.sqrt(1 - af * af - ag * ag)
    cos = af + ((1 - af * af * beta) * X - af * ag * beta * Y) / root
    sin = ag + ((1 - ag * ag * beta) * Y - af * ag * beta * X) / root
    F = math.atan2(sin, cos)
    return np.array([math.sqrt(MU / a**3), af, ag, chi, psi, F + ag * cos - af * sin])


def element_cloud(one: OrbitState) -> tuple[np.ndarray, np.ndarray, bool]:
    """Elements (6,), a root of their covariance (6, 6), and whether that was positive."""
    middle = elements(one.position, one.velocity)
    state = np.concatenate([one.position, one.velocity])
    steps = np.array([10.0] * 3 + [0.01] * 3)
    slopes = np.empty((6, 6))
    for k in range(6):
        ends = []
        for side in (1, -1):
            moved = state.copy()
            moved[k] += side * steps[k]
            ends.append(elements(moved[:3], moved[3:]))
        turn = (ends[0] - ends[1]) / (2 * steps[k])
        turn[5] = math.remainder(ends[0][5] - ends[1][5], 2 * math.pi) / (2 * steps[k])
        slopes[:, k] = turn
    scale = np.sqrt(np.maximum(np.diag(one.covariance), 1e-20))
    values, vectors = np.linalg.eigh(one.covariance / np.outer(scale, scale))
    good = bool(values.min() > -1e-9)
    root = (slopes * scale) @ vectors @ np.diag(np.sqrt(np.maximum(values, 0.0)))
    return middle, root, good
