"""Who of a catalogue comes near a protected orbit: SGP4, and distances between its steps.

Element sets are good to a kilometre or so at their epoch and worse by the day: what is told is
a reason to ask for a conjunction message, not a probability.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

STEP_S = 30.0
FASTEST = 16.0  # km/s: no two orbits round the Earth close faster
OLD_DAYS = 7.0  # from which on an element set is told to be old


@dataclass(frozen=True, slots=True, kw_only=True)
class OrbitApproach:
    """One closest approach of an object to the protected one.

    time   s after the start; distance in km, speed in km/s
    age    days from the older of both element sets' epochs
    """

    object: str
    name: str
    time: float
    distance: float
    speed: float
    age: float


def satellite_of(elements: str) -> Any:
    """An object of the sgp4 library, from an element set as ORBITS has it."""
    from sgp4.api import Satrec
    from sgp4.omm import initialize

    told = json.loads(elements)
    if "TLE_LINE1" in told and "TLE_LINE2" in told and "MEAN_MOTION" not in told:
        return Satrec.twoline2rv(told["TLE_LINE1"], told["TLE_LINE2"])
    usual = {"CLASSIFICATION_TYPE": "U", "EPHEMERIS_TYPE": "0", "ELEMENT_SET_NO": "0",
             "REV_AT_EPOCH": "0", "MEAN_MOTION_DOT": "0", "MEAN_MOTION_DDOT": "0",
             "OBJECT_ID": ""}  # fmt: skip
    found = Satrec()
    initialize(found, {**usual, **told})
    return found


def screened(
    protected: Any,
    others: Sequence[tuple[str, str, Any]],
    start: float,
    span: float,
    within: float,
) -> tuple[list[OrbitApproach], list[tuple[str, str]]]:
    """Approaches nearer than `within` km, the first in time first; and who could not be told.

    start, span  Julian date (UTC) and seconds
    others       catalogue number, name and orbit of each
    """
    times = np.arange(0.0, span + STEP_S, STEP_S)
    own, error = _states(protected, start, times)
    if error:
        return [], [("protected", error)]
    found: list[OrbitApproach] = []
    lost: list[tuple[str, str]] = []
    for number, name, other in others:
        if apart(protected, other) > within:
            continue
        states, error = _states(other, start, times)
        if error:
            lost.append((number, error))
            continue
        apart_ = states[:, :3] - own[:, :3]
        distance = np.sqrt((apart_**2).sum(1))
        age = max(abs(start - one.jdsatepoch - one.jdsatepochF) for one in (protected, other))
        for at in _minima(distance, within):
            time, near, speed = _refined(protected, other, start, float(times[at]))
            if near <= within and 0 <= time <= span:
                found.append(
                    OrbitApproach(
                        object=number, name=name, time=time, distance=near, speed=speed, age=age
                    )
                )
    return sorted(found, key=lambda one: one.time), lost


def apart(first: Any, second: Any) -> float:
    """Least distance (km) that the shells of two orbits leave; 0 where they overlap."""
    radius = 6378.135
    low, high = (
        max(one.altp for one in (first, second)),
        min(one.alta for one in (first, second)),
    )
    slack = 30.0 / radius  # what the theory's short periods and drag may add
    return max(0.0, float(low - high - 2 * slack) * radius)


def _states(one: Any, start: float, times: Float[np.ndarray, " T"]) -> tuple[np.ndarray, str]:
    from sgp4.api import SGP4_ERRORS

    day = np.floor(start)
    error, place, speed = one.sgp4_array(
        np.full(len(times), day), start - day + times / 86_400.0
    )
    if error.any():
        return np.zeros((0, 6)), str(SGP4_ERRORS.get(int(error[error > 0][0]), "no orbit"))
    return np.concatenate([place, speed], axis=1), ""


def _minima(distance: Float[np.ndarray, " T"], within: float) -> list[int]:
    """Steps at which a distance is least, and could be within reach between them."""
    middle = distance[1:-1]
    least = (middle <= distance[:-2]) & (middle <= distance[2:])
    at = np.flatnonzero(least & (middle <= within + FASTEST * STEP_S)) + 1
    ends = [one for one in (0, len(distance) - 1) if distance[one] <= within + FASTEST * STEP_S]
    return sorted({*at.tolist(), *ends})


def _refined(first: Any, second: Any, start: float, time: float) -> tuple[float, float, float]:
    """Closest approach near a step: Newton's steps on straight motion."""
    speed = near = math.nan
    for _ in range(8):
        states = [_states(one, start, np.array([time]))[0] for one in (first, second)]
        if any(not len(one) for one in states):
            break
        relative = states[1][0] - states[0][0]
        near, speed = float(np.linalg.norm(relative[:3])), float(np.linalg.norm(relative[3:]))
        step = -float(relative[:3] @ relative[3:]) / max(speed**2, 1e-12)
        step = min(max(step, -STEP_S), STEP_S)
        if abs(step) < 1e-5:
            break
        time += step
    return time, near, speed
