"""What is protected and what watches it: zones, sensors and rules, from a table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from nanoward.base.errors import InputError
from nanoward.base.plan_keys.keys import items_of, key_names, plan_keys
from nanoward.watch.objects.detections import Plane
from nanoward.watch.objects.motion_models import MODELS, MotionModel, TrackRules
from nanoward.watch.objects.tracker import SensorModel
from nanoward.watch.watch_keys import ObjectsSection

DAY_S = 86_400.0


class BadZonesError(InputError):
    """Settings of zones and sensors hold something that is not understood."""

    code = "WCH-050"
    next_step = "Correct the zones; see docs/howto/watch.md."


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A protected zone on the plane: a circle, or a polygon.

    corners      (C, 2) m; of a circle its centre alone
    radius       m; 0 of a polygon
    probability  of entering it within the horizon from which on a track is an alarm
    horizon_s    how far ahead is looked, s
    """

    name: str
    corners: Float[np.ndarray, "C 2"]
    radius: float
    probability: float
    horizon_s: float

    def distance(self, places: Float[np.ndarray, "... 2"]) -> Float[np.ndarray, "..."]:
        """Distance from the edge, m; 0 or less inside."""
        if self.radius > 0:
            away = places - self.corners[0]
            told: Float[np.ndarray, ...] = np.hypot(away[..., 0], away[..., 1]) - self.radius
            return told
        start, end = self.corners, np.roll(self.corners, -1, axis=0)
        side = end - start
        to = places[..., None, :] - start
        along = (to * side).sum(-1) / np.maximum((side**2).sum(-1), 1e-12)
        near = to - np.clip(along, 0, 1)[..., None] * side
        edge = np.hypot(near[..., 0], near[..., 1]).min(-1)
        signed: Float[np.ndarray, ...] = np.where(self.holds(places), -edge, edge)
        return signed

    def passing(
        self, start: Float[np.ndarray, "... 2"], end: Float[np.ndarray, "... 2"]
    ) -> Float[np.ndarray, "..."]:
        """Least distance from the edge on the straight way between places, m.

        Of a polygon it is looked for at seven places between them.
        """
        if self.radius > 0:
            way, to = end - start, self.corners[0] - start
            along = (to * way).sum(-1) / np.maximum((way**2).sum(-1), 1e-12)
            return self.distance(start + np.clip(along, 0, 1)[..., None] * way)
        parts = [self.distance(start + one / 8 * (end - start)) for one in range(1, 8)]
        least: Float[np.ndarray, ...] = np.min(parts, axis=0)
        return least

    def holds(self, places: Float[np.ndarray, "... 2"]) -> Bool[np.ndarray, "..."]:
        """Whether places lie inside; by the number of sides that a ray crosses."""
        if self.radius > 0:
            inside: Bool[np.ndarray, ...] = self.distance(places) <= 0
            return inside
        x, y = places[..., 0, None], places[..., 1, None]
        x0, y0 = self.corners[:, 0], self.corners[:, 1]
        x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
        spans = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            cross = x < x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        odd: Bool[np.ndarray, ...] = (spans & cross).sum(-1) % 2 == 1
        return odd


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensor:
    """One sensor as the settings have it.

    model           as the tracker takes it
    bearing_error   rad, and range_error, position_error m, time_error s, where a detection
                    states none
    scan_s          time between scans, or by which something is heard; 0: not stated
    most_per_s      detections a second beyond which it is throttled
    """

    name: str
    model: SensorModel
    bearing_error: float
    range_error: float
    position_error: float
    time_error: float
    scan_s: float
    most_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedArea:
    """Everything that objects are judged by.

    run_length_h  hours that pass on average until a false track, for all sensors together
    known         identifiers of objects that are in a catalogue
    """

    plane: Plane
    zones: tuple[Zone, ...]
    sensors: tuple[Sensor, ...]
    motion: MotionModel
    rules: TrackRules
    run_length_h: float
    known: frozenset[str]

    def sensor(self, name: str) -> int:
        """Number of a sensor; one that no settings name is the last: objects that report."""
        names = [one.name for one in self.sensors]
        return names.index(name) if name in names else len(names) - 1


_KEYS: Mapping[str, frozenset[str]] = {
    "": key_names(ObjectsSection),
    **{
        one.name: key_names(items_of(one.hint) or one.hint) for one in plan_keys(ObjectsSection)
    },
}
OTHERS = "others"


def watched_area(table: Mapping[str, Any]) -> WatchedArea:
    """Settings as a value; BadZonesError for what is not understood."""
    _known_keys(table, "")
    zones, sensors = _tables(table, "zone"), _tables(table, "sensor")
    if not zones:
        raise BadZonesError("there is no [[zone]]: nothing is protected")
    first = _corners(zones[0])
    plane = Plane(latitude=float(first[:, 0].mean()), longitude=float(first[:, 1].mean()))
    motion, rules = _part(table, "motion"), _part(table, "rules")
    name = motion.get("model", "ship")
    if not isinstance(name, str) or name not in MODELS:
        raise BadZonesError(f"there is no motion model {name!r}; there are {sorted(MODELS)}")
    known = _part(table, "catalogue").get("known", [])
    is_list = isinstance(known, list)
    if not is_list or not all(type(one) in (str, int) for one in known):
        raise BadZonesError("[catalogue] known is no list of identifiers")
    hours = _number(rules, "run_length_h", 720.0, low=1e-6)
    seen = [_sensor(one, plane, MODELS[name]) for one in sensors]
    others = {"name": OTHERS, "kind": "reporting"}
    seen.append(_sensor(others, plane, MODELS[name]))
    if len({one.name for one in seen}) < len(seen):
        raise BadZonesError(f"two sensors have one name, or one is called {OTHERS!r}")
    pace = sum(3600 / one.scan_s for one in seen if one.scan_s > 0 and one.model.scanning)
    told = TrackRules(
        gate=_number(rules, "gate", TrackRules().gate, low=1.0),
        coast_s=_number(rules, "coast_s", TrackRules().coast_s, low=0.0),
        lag_s=_number(rules, "lag_s", 0.0, low=0.0),
        run_length=hours * (pace or 3600.0),
    )
    return WatchedArea(
        plane=plane,
        zones=tuple(_zone(one, plane) for one in zones),
        sensors=tuple(seen),
        motion=MODELS[name],
        rules=told,
        run_length_h=hours,
        known=frozenset(str(one) for one in known),
    )


def _known_keys(table: Mapping[str, Any], kind: str) -> None:
    unknown = sorted(set(table) - _KEYS[kind])
    if unknown:
        where = f"[{kind}]" if kind else "the settings"
        raise BadZonesError(f"{where} has no key {unknown[0]!r}; it has {sorted(_KEYS[kind])}")


def _tables(table: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    rows = table.get(kind, [])
    if not isinstance(rows, Sequence) or not all(isinstance(one, Mapping) for one in rows):
        raise BadZonesError(f"[[{kind}]] is no list of tables")
    for one in rows:
        _known_keys(one, kind)
        if not isinstance(one.get("name"), str) or not one["name"].strip():
            raise BadZonesError(f"a [[{kind}]] has no name")
    return list(rows)


def _part(table: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    part = table.get(kind, {})
    if not isinstance(part, Mapping):
        raise BadZonesError(f"[{kind}] is no table")
    _known_keys(part, kind)
    return part


def _number(
    table: Mapping[str, Any], name: str, usual: float, *, low: float, high: float = math.inf
) -> float:
    value = table.get(name, usual)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not low <= value <= high
    ):
        raise BadZonesError(f"{name} is {value!r}, not a number from {low:g} to {high:g}")
    return float(value)


def _degrees(pair: Any, where: str) -> tuple[float, float]:
    fit = isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2
    if not fit or not all(isinstance(one, int | float) for one in pair):
        raise BadZonesError(f"{where}: {pair!r} is no [latitude, longitude]")
    if not abs(pair[0]) <= 90 or not abs(pair[1]) <= 180:
        raise BadZonesError(f"{where}: {pair!r} is nowhere on the Earth")
    return float(pair[0]), float(pair[1])


def _corners(zone: Mapping[str, Any]) -> np.ndarray:
    """Centre or corners of a zone in degrees."""
    name = zone["name"]
    if ("centre" in zone) == ("polygon" in zone):
        raise BadZonesError(f"zone {name!r} needs either a centre and radius_m, or a polygon")
    if "centre" in zone:
        return np.array([_degrees(zone["centre"], f"zone {name!r}")])
    corners = zone["polygon"]
    if not isinstance(corners, list) or len(corners) < 3:
        raise BadZonesError(f"zone {name!r}: a polygon has three corners or more")
    return np.array([_degrees(one, f"zone {name!r}") for one in corners])


def _zone(table: Mapping[str, Any], plane: Plane) -> Zone:
    corners = _corners(table)
    round_ = "centre" in table
    return Zone(
        name=table["name"],
        corners=plane.metres(corners[:, 0], corners[:, 1]),
        radius=_number(table, "radius_m", math.nan, low=1.0) if round_ else 0.0,
        probability=_number(table, "probability", 0.2, low=0.0, high=1.0),
        horizon_s=_number(table, "horizon_s", 3600.0, low=1.0, high=7 * DAY_S),
    )


def _sensor(table: Mapping[str, Any], plane: Plane, motion: MotionModel) -> Sensor:
    kind = table.get("kind", "reporting")
    if kind not in ("scanning", "reporting"):
        raise BadZonesError(f"sensor {table['name']!r}: kind is scanning or reporting")
    place = (0.0, 0.0)
    if "place" in table:
        at = _degrees(table["place"], f"sensor {table['name']!r}")
        east, north = plane.metres(np.array(at[:1]), np.array(at[1:]))[0].tolist()
        place = (east, north)
    reach = _number(table, "reach_m", 20_000.0, low=1.0)
    clutter = _number(table, "clutter", 1.0 if kind == "scanning" else 0.01, low=1e-9)
    area = math.pi * reach**2
    new = _number(table, "new", 0.0 if kind == "scanning" else 3e-7 * area, low=0.0)
    return Sensor(
        name=table["name"],
        model=SensorModel(
            scanning=kind == "scanning",
            probability=_number(table, "probability", 0.9, low=0.01, high=0.999),
            clutter=clutter / area,
            fresh=new / area,
            starts=max(clutter, 1.0),
            place=place,
            reach=reach if kind == "scanning" else math.inf,
            fastest=4 * motion.speed,
        ),
        bearing_error=math.radians(_number(table, "bearing_error_deg", 1.0, low=1e-6)),
        range_error=_number(table, "range_error_m", 25.0, low=1e-3),
        position_error=_number(table, "position_error_m", 4.0, low=1e-3),
        time_error=_number(table, "time_error_s", 0.0 if kind == "scanning" else 2.5, low=0.0),
        scan_s=_number(table, "scan_s", 0.0, low=0.0),
        most_per_s=_number(table, "most_per_s", 1000.0, low=1e-3),
    )
