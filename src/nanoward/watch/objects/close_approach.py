"""Close approaches of asteroids and comets, listed by threat; astrometry by object."""

import math
from typing import Any

import polars as pl

LUNAR = 0.00256955529  # au in a mean lunar distance
NEAR = 1.0  # lunar distances at which the least distance of an approach is an alarm
ALBEDO = 0.14  # usual for near-Earth asteroids (JPL CNEOS)


def ranked_approaches(rows: pl.DataFrame, within: float = NEAR) -> list[dict[str, Any]]:
    """Approaches in order of threat: who may come within reach first, then by time.

    within  lunar distances; the 3-sigma least distance counts, the nominal one where there is
            none
    """
    found = []
    for row in rows.iter_rows(named=True):
        least = row["distance_low"] if row["distance_low"] is not None else row["distance"]
        grave = least <= within * LUNAR
        found.append(
            {
                "object": row["object"],
                "time": row["time"],
                "state": "alarm" if grave else "clear",
                "distance_ld": row["distance"] / LUNAR,
                "least_ld": least / LUNAR,
                "speed_kms": row["speed"],
                "time_error_s": row["time_error"],
                "magnitude": row["magnitude"],
                "diameter_m": diameter_m(row["magnitude"]),
                "told": _told(row, least),
            }
        )
    return sorted(found, key=lambda one: (one["state"] != "alarm", one["least_ld"]))


def diameter_m(magnitude: float | None, albedo: float = ALBEDO) -> float | None:
    """Diameter of a body of absolute magnitude H: 1329 km / sqrt(albedo) * 10**(-H/5)."""
    if magnitude is None or not math.isfinite(magnitude):
        return None
    return 1_329_000.0 / math.sqrt(albedo) * 10 ** (-magnitude / 5)


def _told(row: dict[str, Any], least: float) -> str:
    size = diameter_m(row["magnitude"])
    about = "of unknown size" if size is None else f"about {size:,.0f} m"
    lowest = "" if row["distance_low"] is None else f", at least {least / LUNAR:.3g}"
    return (
        f"{row['object']}, {about}, passes at {row['distance'] / LUNAR:.3g} lunar distances"
        f"{lowest}, on {row['time']}"
    )


def observed_objects(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Astrometry by object: how long an arc, and how fast it moved across the sky at the end.

    The fastest first: what is near moves fast. No orbit is determined.
    """
    found = []
    for (name,), some in rows.sort("time").group_by("object", maintain_order=True):
        last = some.tail(2).rows(named=True)
        rate = _rate(last[0], last[1]) if len(last) == 2 else None
        found.append(
            {
                "object": name,
                "observations": some.height,
                "first": some["time"].min(),
                "last": some["time"].max(),
                "observatories": some["observatory"].n_unique(),
                "rate_deg_day": rate,
                "magnitude": some["magnitude"].drop_nulls().to_list()[-1:] or None,
            }
        )
    return sorted(found, key=lambda one: -(one["rate_deg_day"] or 0.0))


def _rate(first: dict[str, Any], second: dict[str, Any]) -> float | None:
    """Degrees a day between two observations, along the great circle."""
    days = _days(second["time"]) - _days(first["time"])
    if not days > 0:
        return None
    a, d = math.radians(first["right_ascension"]), math.radians(first["declination"])
    b, e = math.radians(second["right_ascension"]), math.radians(second["declination"])
    half = math.sin((e - d) / 2) ** 2 + math.cos(d) * math.cos(e) * math.sin((b - a) / 2) ** 2
    return math.degrees(2 * math.asin(min(1.0, math.sqrt(half)))) / days


def _days(text: str) -> float:
    """Days from a time as ASTROMETRY has it, by the Gregorian calendar."""
    from datetime import date

    day, clock = text.split(" ")
    hours, minutes, seconds = (int(one) for one in clock.split(":"))
    return (
        date.fromisoformat(day).toordinal() + (hours * 3600 + minutes * 60 + seconds) / 86_400
    )
