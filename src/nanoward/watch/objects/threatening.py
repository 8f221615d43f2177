"""Which tracks threaten what, in order of arrival; which are alarms, and what was counted."""

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.watch.objects.placing import PlacedDetections
from nanoward.watch.objects.threat import Threat, threats_of
from nanoward.watch.objects.tracks import Tracks
from nanoward.watch.objects.zones import WatchedArea, Zone

PATH = 40  # points of a track that are kept for its picture
_RANK = {"alarm": 0, "unknown": 1, "approaching": 2, "clear": 3, "ended": 4}
APPROACHING = 0.01  # probability of entering from which a track is said to approach
MOST_EVIDENCE = 1e12  # beyond which it is not told how much: a track is there
SCHEMA: dict[str, Any] = {
    "track": pl.String, "zone": pl.String, "state": pl.String, "objects": pl.List(pl.String),
    "known": pl.Boolean, "probability": pl.Float64, "arrival": pl.Float64,
    "arrival_low": pl.Float64, "arrival_high": pl.Float64, "nearest": pl.Float64,
    "latitude": pl.Float64, "longitude": pl.Float64, "speed": pl.Float64,
    "course": pl.Float64, "detections": pl.Int64, "since": pl.String, "last": pl.String,
    "told": pl.String, "evidence": pl.Float64, "path": pl.List(pl.String),
    "outline": pl.List(pl.String),
}  # fmt: skip
OBSERVED: dict[str, Any] = {
    "stream": pl.String, "day": pl.Date, "count": pl.Int64, "exposure": pl.Float64,
    "subject": pl.String, "control": pl.Boolean, "limit": pl.Float64, "source": pl.String,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """One track as it was last seen."""

    name: str
    where: np.ndarray
    objects: tuple[str, ...]
    known: bool
    live: bool


def threat_rows(
    tracks: Tracks, placed: PlacedDetections, area: WatchedArea, now: float, seed: int
) -> pl.DataFrame:
    """Rows of TRACKS: every track that counts and every zone, the first to arrive first."""
    found: list[dict[str, Any]] = []
    members: list[list[int]] = [[] for _ in tracks.first]
    for at, track in enumerate(tracks.track.tolist()):
        if track >= 0:
            members[track].append(at)
    outlines = [_outline(one, area) for one in area.zones]
    for number, where in enumerate(members):
        one = _seen(tracks, placed, area, number, np.array(where))
        rng = np.random.default_rng([seed, number])
        age = max(now - float(placed.detections.time[where[-1]]), 0.0)
        threats = threats_of(
            tracks.means[number], tracks.covariances[number], tracks.modes[number],
            area.motion, area.zones, age, rng,
        )  # fmt: skip
        head = _head(one, tracks, placed, area, number)
        for zone, outline, threat in zip(area.zones, outlines, threats, strict=True):
            state = _state(one, zone, threat, area)
            row = {**head, **_numbers(threat), "zone": zone.name, "state": state}
            found.append({**row, "outline": outline, "told": _told(row, one)})
    return by_arrival(pl.DataFrame(found, schema=SCHEMA))


def by_arrival(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of TRACKS, the first to arrive first; those that never arrive follow by state."""
    rank = pl.col("state").replace_strict(_RANK, return_dtype=pl.Int64)
    ended = (pl.col("state") == "ended").cast(pl.Int64)
    return rows.sort(
        ended, pl.col("arrival").fill_null(math.inf), rank, -pl.col("probability"), "track",
        "zone",
    )  # fmt: skip


def _seen(
    tracks: Tracks, placed: PlacedDetections, area: WatchedArea, number: int, where: np.ndarray
) -> _Seen:
    first = placed.rows.row(int(where[0]), named=True)
    place = placed.detections.position[where[0]]
    told = f"{first['stream']}/{first['time']:.3f}/{place[0]:.1f}/{place[1]:.1f}"
    names = [one for one in placed.rows["object"][where.tolist()].unique(maintain_order=True)
             if one]  # fmt: skip
    return _Seen(
        name=f"T-{sha256_of(told.encode())[:8]}",
        where=where,
        objects=tuple(names[:10]),
        known=any(one in area.known for one in names),
        live=bool(tracks.live[number]),
    )


def _head(
    one: _Seen, tracks: Tracks, placed: PlacedDetections, area: WatchedArea, number: int
) -> dict[str, Any]:
    last = int(one.where[-1])
    state = tracks.state[last]
    place = area.plane.degrees(state[None, :2])[0]
    some = one.where[np.unique(np.linspace(0, len(one.where) - 1, PATH).astype(int))]
    path = area.plane.degrees(tracks.state[some, :2])
    return {
        "track": one.name,
        "objects": list(one.objects),
        "known": one.known,
        "latitude": float(place[0]),
        "longitude": float(place[1]),
        "speed": float(np.hypot(state[2], state[3])),
        "course": float(np.degrees(np.arctan2(state[2], state[3])) % 360),
        "detections": len(one.where),
        "since": moment(float(placed.detections.time[one.where[0]])),
        "last": moment(float(placed.detections.time[last])),
        "evidence": min(math.exp(min(float(tracks.evidence[number]), 600.0)), MOST_EVIDENCE),
        "path": [f"{at[0]:.5f} {at[1]:.5f}" for at in path],
    }


def moment(seconds: float) -> str:
    """Unix seconds as ISO 8601 in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _outline(zone: Zone, area: WatchedArea) -> list[str]:
    corners = zone.corners
    if zone.radius > 0:
        angle = np.linspace(0, 2 * np.pi, 33)[:-1]
        corners = zone.corners[0] + zone.radius * np.stack([np.cos(angle), np.sin(angle)], 1)
    return [f"{at[0]:.5f} {at[1]:.5f}" for at in area.plane.degrees(corners)]


def _numbers(threat: Threat) -> dict[str, Any]:
    low, middle, high = (None if math.isnan(one) else one for one in threat.arrival)
    return {
        "probability": threat.probability, "arrival": middle, "arrival_low": low,
        "arrival_high": high, "nearest": threat.nearest[1],
    }  # fmt: skip


def _state(one: _Seen, zone: Zone, threat: Threat, area: WatchedArea) -> str:
    if not one.live:
        return "ended"
    if threat.probability >= zone.probability:  # whatever it says that it is
        return "alarm"
    if area.known and not one.known:
        return "unknown"
    return "approaching" if threat.probability >= APPROACHING else "clear"


def _told(row: dict[str, Any], one: _Seen) -> str:
    what = f"{row['track']} ({', '.join(one.objects[:3])})" if one.objects else row["track"]
    what += "" if one.known else ", in no catalogue"
    if row["state"] == "ended":
        return f"{what}: not seen since {row['last']}"
    chance = f"enters {row['zone']} with probability {row['probability']:.2g}"
    if row["arrival"] is None:
        return f"{what}: {chance}; comes within {max(row['nearest'], 0):,.0f} m"
    return (
        f"{what}: {chance}, in {row['arrival']:,.0f} s (90 % {row['arrival_low']:,.0f} to "
        f"{row['arrival_high']:,.0f}) of {row['last']}; seen {row['detections']} times since "
        f"{row['since']}"
    )


def alarm_rows(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """One alarm a track: its gravest row, and that which arrives first among those."""
    grave = rows.filter(pl.col("state").is_in(["alarm", "unknown"]))
    rank = pl.col("state").replace_strict(_RANK, return_dtype=pl.Int64)
    return (
        grave.sort(rank, pl.col("arrival").fill_null(math.inf), "zone", maintain_order=True)
        .unique("track", keep="first", maintain_order=True)
        .to_dicts()
    )


def observed_rows(
    rows: pl.DataFrame, placed: PlacedDetections, area: WatchedArea, source: str
) -> pl.DataFrame:
    """Counts of tracks by day as any other stream: rows that data/counts/ takes.

    A row a day and zone: tracks that began and are in no catalogue, of how many hours.
    limit   s that an object must be seen until it counts, by the sensors' own statement
    source  SHA-256 of what was read
    """
    times = placed.detections.time
    if not len(times):
        return pl.DataFrame(schema=OBSERVED)
    hours: dict[date, set[int]] = {}
    for one in np.unique((times // 3600).astype(np.int64)).tolist():
        hours.setdefault(datetime.fromtimestamp(one * 3600, UTC).date(), set()).add(one)
    begun = rows.filter(~pl.col("known")).with_columns(
        day=pl.col("since").str.slice(0, 10).str.to_date()
    )
    found = [
        {
            "stream": f"objects by {zone.name}", "day": day,
            "count": begun.filter(day=day, zone=zone.name).height,
            "exposure": float(len(own)), "subject": zone.name, "control": False,
            "limit": seconds_to_count(area), "source": source,
        }
        for day, own in sorted(hours.items()) for zone in area.zones
    ]  # fmt: skip
    return pl.DataFrame(found, schema=OBSERVED)


def seconds_to_count(area: WatchedArea) -> float:
    """Seconds until an object that is seen at each scan counts; NaN where nothing scans."""
    waits = [
        one.scan_s * detections_to_count(area, at)
        for at, one in enumerate(area.sensors)
        if one.scan_s > 0
    ]
    return min(waits) if waits else math.nan


def detections_to_count(area: WatchedArea, number: int) -> int:
    """Detections that a track of this sensor needs, where each lies where it is expected."""
    sensor = area.sensors[number]
    spread = 2 * math.pi * (2 * sensor.position_error**2 if not sensor.model.scanning else
                            2 * sensor.range_error**2)  # fmt: skip
    each = math.log(sensor.model.probability / (spread * sensor.model.clutter))
    needed = math.log(area.rules.run_length * max(sensor.model.starts, 1.0))
    return 2 + math.ceil(max(needed, 0.0) / max(each, 0.1))
