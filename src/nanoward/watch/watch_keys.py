"""The keys of [watch] and [objects] in programme.toml, as their readers take them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from nanoward.base.plan_keys.keys import stated


@dataclass(frozen=True, slots=True, kw_only=True)
class _RotaLevel:
    """People of one level of the rota.

    people  names; any of them may acknowledge
    role    of [programme.messages] by which the level is told
    """

    people: tuple[str, ...]
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSection:
    """The keys of [watch]: counts, and who is told of an incident.

    run_length           [periods] that pass until a false alarm of the whole programme
    acknowledge_minutes  [min] within which somebody of a level must have acknowledged
    rota                 levels in their order, the first on duty: tables, or lists of names
    partners             who may report: name to public key (64 hexadecimal digits)
    """

    run_length: float = stated(500.0, low=1)
    acknowledge_minutes: float = stated(30.0, low=1)
    rota: tuple[_RotaLevel | tuple[str, ...], ...] = ()
    partners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class _ZoneKeys:
    """A protected zone: a circle (centre, radius_m) or a polygon.

    name         of the zone
    centre       [deg] latitude and longitude of a circle
    radius_m     [m] of a circle
    polygon      [deg] three corners or more, each latitude and longitude
    probability  of entering it within the horizon from which on a track is an alarm
    horizon_s    [s] how far ahead is looked, a week at most
    """

    name: str
    centre: tuple[float, float] | None = None
    radius_m: float | None = stated(None, low=1)
    polygon: tuple[tuple[float, float], ...] | None = None
    probability: float = stated(0.2, low=0, high=1)
    horizon_s: float = stated(3600.0, low=1, high=604_800)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SensorKeys:
    """A sensor: a radar that scans, or objects that report themselves.

    name               of the sensor, as `stream` of detections names it
    kind               scanning, or reporting
    place              [deg] latitude and longitude
    reach_m            [m] how far a scanning sensor sees
    probability        of detection in a scan
    clutter            false detections in a scan; 1 where it scans, 0.01 where objects report
    new                new objects in a scan; 0 where it scans, else 3e-7 by square metre
    scan_s             [s] between scans; 0: not stated
    bearing_error_deg  [deg] of a detection that states none
    range_error_m      [m] of a detection that states none
    position_error_m   [m] of a detection that states none
    time_error_s       [s] of a detection that states none; 0 where it scans, else 2.5
    most_per_s         [1/s] detections beyond which the sensor is throttled
    """

    name: str
    kind: Literal["scanning", "reporting"] = "reporting"
    place: tuple[float, float] | None = None
    reach_m: float = stated(20_000.0, low=1)
    probability: float = stated(0.9, low=0.01, high=0.999)
    clutter: float = stated(0.01, low=1e-9, silent="1 where it scans, else 0.01")
    new: float = stated(0.0, low=0, silent="0 where it scans, else 3e-7 by square metre")
    scan_s: float = stated(0.0, low=0)
    bearing_error_deg: float = stated(1.0, low=1e-6)
    range_error_m: float = stated(25.0, low=1e-3)
    position_error_m: float = stated(4.0, low=1e-3)
    time_error_s: float = stated(0.0, low=0, silent="0 where it scans, else 2.5")
    most_per_s: float = stated(1000.0, low=1e-3)


@dataclass(frozen=True, slots=True, kw_only=True)
class _MotionKeys:
    """How objects move.

    model  of the motion
    """

    model: Literal["ship", "aircraft", "drone"] = "ship"


@dataclass(frozen=True, slots=True, kw_only=True)
class _CatalogueKeys:
    """Objects that are known.

    known  identifiers of objects in a catalogue
    """

    known: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrackKeys:
    """When detections make a track.

    run_length_h  [h] that pass on average until a false track, for all sensors together
    coast_s       [s] without a detection after which a track ends
    gate          squared Mahalanobis distance within which a detection may belong to a track
    lag_s         [s] how late a detection may come and still be taken in its order
    """

    run_length_h: float = stated(720.0, low=1e-6)
    coast_s: float = stated(900.0, low=0)
    gate: float = stated(25.0, low=1)
    lag_s: float = stated(0.0, low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectsSection:
    """The keys of [objects]: what is protected, and what watches it.

    zone       protected zones, one at least
    sensor     sensors
    motion     how objects move
    catalogue  objects that are known
    rules      when detections make a track
    """

    zone: tuple[_ZoneKeys, ...]
    sensor: tuple[_SensorKeys, ...] = ()
    motion: _MotionKeys = field(default_factory=_MotionKeys)
    catalogue: _CatalogueKeys = field(default_factory=_CatalogueKeys)
    rules: _TrackKeys = field(default_factory=_TrackKeys)
