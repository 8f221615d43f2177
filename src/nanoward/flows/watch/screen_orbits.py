"""Screen a catalogue of orbits against a protected one; list close approaches by threat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from nanoward.base.errors import NotInDataError
from nanoward.base.findings import Finding
from nanoward.ports.formats import Formats
from nanoward.watch.objects.close_approach import observed_objects, ranked_approaches
from nanoward.watch.objects.orbit_screening import OLD_DAYS, satellite_of, screened

_JULIAN = 2_440_587.5  # Julian date of 1970-01-01


class NoOrbitError(NotInDataError):
    """The protected object has no element set."""

    code = "WCH-062"
    next_step = "Give its element set (TLE or OMM) with --protected."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenedOrbits:
    """Approaches, the first in time first."""

    rows: tuple[dict[str, Any], ...]
    objects: int
    findings: tuple[Finding, ...]


def screen_orbits(
    catalogue: Sequence[tuple[str, bytes]],
    protected: tuple[str, bytes],
    formats: Formats,
    start: datetime,
    *,
    hours: float = 24.0,
    within_km: float = 5.0,
) -> ScreenedOrbits:
    """Everything of a catalogue that comes within reach of the protected object."""
    own = formats.read("orbits", *protected)
    if own.table.height != 1:
        raise NoOrbitError(f"{protected[0]} holds {own.table.height} element sets, not one")
    findings = list(own.findings)
    others = []
    for path, content in catalogue:
        read = formats.read("orbits", path, content)
        findings += read.findings
        others += [
            (row["object"], row["name"], satellite_of(row["elements"]))
            for row in read.table.iter_rows(named=True)
            if row["object"].lstrip("0") != own.table["object"][0].lstrip("0")
        ]
    julian = start.timestamp() / 86_400 + _JULIAN
    found, lost = screened(
        satellite_of(own.table["elements"][0]), others, julian, 3600 * hours, within_km
    )
    findings += [
        Finding(
            code="WCH-063",
            severity="warning",
            message=f"{number} cannot be propagated to {start:%Y-%m-%d}: {why}",
            next_step="Fetch a newer element set; it was not screened",
            subject=number,
        )
        for number, why in lost
    ]
    rows = tuple(
        {
            "object": one.object,
            "name": one.name,
            "time": (start.astimezone(UTC) + timedelta(seconds=one.time)).isoformat(
                timespec="seconds"
            ),
            "distance_km": one.distance,
            "speed_kms": one.speed,
            "age_days": one.age,
            "told": _told(one.name, one.distance, one.age),
        }
        for one in found
    )
    return ScreenedOrbits(rows=rows, objects=len(others), findings=tuple(findings))


def _told(name: str, distance: float, age: float) -> str:
    old = f"; its elements are {age:.0f} days old" if age > OLD_DAYS else ""
    return (
        f"{name} passes at {distance:.3g} km by element sets, which are good to kilometres"
        f"{old}: ask for a conjunction message"
    )


def list_approaches(
    files: Sequence[tuple[str, bytes]], formats: Formats, *, within_ld: float
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], tuple[Finding, ...]]:
    """Close approaches by threat, observed objects by speed, and findings."""
    approaches: list[dict[str, Any]] = []
    observed: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for path, content in files:
        table = content.lstrip()[:1] == b"{" or path.lower().removesuffix(".gz").endswith(
            "json"
        )
        read = formats.read("approaches" if table else "astrometry", path, content)
        findings += read.findings
        if table:
            approaches += ranked_approaches(read.table, within_ld)
        else:
            observed += observed_objects(read.table)
    approaches.sort(key=lambda one: (one["state"] != "alarm", one["least_ld"]))
    return approaches, observed, tuple(findings)
