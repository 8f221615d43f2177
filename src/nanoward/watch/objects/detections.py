"""Detections on one plane: metres east and north of an origin, with their errors, by time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

_A, _E2 = 6_378_137.0, 6.69437999014e-3  # WGS 84: semi-major axis in m, squared eccentricity


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """The plane that touches the ellipsoid at an origin (degrees)."""

    latitude: float
    longitude: float

    def metres(
        self, latitude: Float[np.ndarray, " D"], longitude: Float[np.ndarray, " D"]
    ) -> Float[np.ndarray, "D 2"]:
        """East and north of the origin (m): a degree of longitude shrinks to the poles."""
        here, there = _earth(self.latitude, self.longitude), _earth(latitude, longitude)
        dx, dy, dz = (one - other for one, other in zip(there, here, strict=True))
        phi, lam = math.radians(self.latitude), math.radians(self.longitude)
        east = -math.sin(lam) * dx + math.cos(lam) * dy
        north = (
            -math.sin(phi) * math.cos(lam) * dx
            - math.sin(phi) * math.sin(lam) * dy
            + math.cos(phi) * dz
        )
        return np.stack([east, north], axis=-1)

    def degrees(self, metres: Float[np.ndarray, "D 2"]) -> Float[np.ndarray, "D 2"]:
        """Latitude and longitude of places on the plane, by iteration to a millimetre."""
        phi = math.radians(self.latitude)
        north = _A * (1 - _E2) / (1 - _E2 * math.sin(phi) ** 2) ** 1.5
        east = _A * math.cos(phi) / math.sqrt(1 - _E2 * math.sin(phi) ** 2)
        found = np.stack(
            [
                self.latitude + np.degrees(metres[:, 1] / north),
                self.longitude + np.degrees(metres[:, 0] / max(east, 1.0)),
            ],
            axis=-1,
        )
        for _ in range(12):
            wrong = metres - self.metres(found[:, 0], found[:, 1])
            found += np.degrees(
                np.stack([wrong[:, 1] / north, wrong[:, 0] / max(east, 1.0)], axis=-1)
            )
        return found


def _earth(latitude: object, longitude: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    phi, lam = np.radians(np.asarray(latitude)), np.radians(np.asarray(longitude))
    radius = _A / np.sqrt(1 - _E2 * np.sin(phi) ** 2)
    return (
        radius * np.cos(phi) * np.cos(lam),
        radius * np.cos(phi) * np.sin(lam),
        radius * (1 - _E2) * np.sin(phi),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Detections:
    """Detections in order of time; those with one time and one stream are one scan.

    time      (D,) s since the epoch
    position  (D, 2) m east and north
    velocity  (D, 2) m/s, NaN where none was measured
    noise     (D, 5) variance east, covariance, variance north (m**2); variance of velocity
              along and across it (m**2/s**2), NaN where there is none
    stream    (D,) number of the sensor
    row       (D,) where it stands in what was read
    """

    time: Float[np.ndarray, " D"]
    position: Float[np.ndarray, "D 2"]
    velocity: Float[np.ndarray, "D 2"]
    noise: Float[np.ndarray, "D 5"]
    stream: Int[np.ndarray, " D"]
    row: Int[np.ndarray, " D"]

    def __len__(self) -> int:
        return len(self.time)

    def taken(self, which: np.ndarray) -> "Detections":
        """Those at these places, in the order of `which`."""
        return replace(
            self,
            **{
                name: getattr(self, name)[which]
                for name in ("time", "position", "velocity", "noise", "stream", "row")
            },
        )

    def in_order(self) -> "Detections":
        """By time, then stream, then as they were given."""
        return self.taken(np.lexsort((self.row, self.stream, self.time)))

    def scans(self, alone: frozenset[int] = frozenset()) -> Iterator[slice]:
        """Runs of one time and one stream.

        alone  streams of which each detection is a scan: objects that report themselves, of
               which two receivers may hear the same report
        """
        if not len(self):
            return
        change = (np.diff(self.time) != 0) | (np.diff(self.stream) != 0)
        change |= np.isin(self.stream[1:], list(alone))
        ends = [*(np.flatnonzero(change) + 1).tolist(), len(self)]
        start = 0
        for end in ends:
            yield slice(start, end)
            start = end


def from_bearing_range(
    bearing: Float[np.ndarray, " D"],
    distance: Float[np.ndarray, " D"],
    bearing_sd: Float[np.ndarray, " D"],
    range_sd: Float[np.ndarray, " D"],
) -> tuple[Float[np.ndarray, "D 2"], Float[np.ndarray, "D 3"]]:
    """Bearing (rad, clockwise from north) and range (m) as a position and its covariance.

    Unbiased converted measurement (Longbin et al. 1998): the mean of a bent distribution lies
    nearer than its bearing and range say.
    """
    s2, r2 = bearing_sd**2, distance**2
    bias, bias2 = np.exp(-s2 / 2), np.exp(-2 * s2)
    sin, cos = np.sin(bearing), np.cos(bearing)
    position = np.stack([distance * sin / bias, distance * cos / bias], axis=-1)
    second = r2 + range_sd**2

    def moment(cosine: np.ndarray, sign: float) -> np.ndarray:
        told: np.ndarray = 0.5 * second * (1 + sign * bias2 * cosine)
        return told

    double = cos * cos - sin * sin
    shrink = bias**-2 - 2
    east = shrink * r2 * sin**2 + moment(double, -1.0)
    north = shrink * r2 * cos**2 + moment(double, 1.0)
    both = shrink * r2 * sin * cos + second * bias2 * sin * cos
    return position, np.stack([east, both, north], axis=-1)
