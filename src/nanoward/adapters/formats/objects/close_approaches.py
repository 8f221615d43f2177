"""Close approaches to the Earth: JSON of JPL's CAD API, and of Scout."""

import json
import re
from typing import Any

import polars as pl

from nanoward.adapters.formats.problems import NOT_THIS_FORMAT, Problem, Remarks
from nanoward.adapters.formats.text.plain_text import unpacked
from nanoward.ports.formats import ParsedTable

NO_DISTANCE = Problem(
    code="FMT-330", severity="error", next_step="Fetch the table again; the row is not used"
)
SCHEMA: dict[str, Any] = {
    "object": pl.String, "time": pl.String, "distance": pl.Float64,
    "distance_low": pl.Float64, "distance_high": pl.Float64, "speed": pl.Float64,
    "time_error": pl.Float64, "magnitude": pl.Float64, "line": pl.Int64,
}  # fmt: skip
_LUNAR = 0.00256955529  # au in a mean lunar distance
_ERROR = re.compile(r"^(?P<less><)?\s*(?:(?P<days>\d+)_)?(?P<hours>\d+):(?P<minutes>\d{2})$")


def read_approaches(path: str, content: bytes) -> ParsedTable:
    """Rows of a CAD table, or of a Scout summary; numbers that are texts are numbers."""
    remarks = Remarks(path)
    data, _ = unpacked(path, content, remarks)
    try:
        told = json.loads(data)
        fields, rows = told.get("fields"), told["data"]
        rows = list(rows)
    except (ValueError, KeyError, AttributeError, TypeError) as fault:
        remarks.add(NOT_THIS_FORMAT, f"is no table of close approaches: {fault!r}")
        return ParsedTable(table=pl.DataFrame(schema=SCHEMA), findings=remarks.findings())
    found = []
    for number, cells in enumerate(rows, 1):
        row = dict(zip(fields, cells, strict=False)) if fields else cells
        one = _row(row) if isinstance(row, dict) else None
        if one is None:
            remarks.add(NO_DISTANCE, f"row {number} says no distance or no designation",
                        line=number)  # fmt: skip
        else:
            found.append({**one, "line": number})
    return ParsedTable(table=pl.DataFrame(found, schema=SCHEMA), findings=remarks.findings())


def _row(row: dict[str, Any]) -> dict[str, Any] | None:
    if "caDist" in row:  # Scout: lunar distances, and a span of velocities at infinity
        distance = _number(row["caDist"])
        scaled = None if distance is None else distance * _LUNAR
        row = {"des": row.get("objectName"), "cd": row.get("tEphem") or row.get("lastRun"),
               "dist": scaled, "v_rel": row.get("vInf"), "h": row.get("H")}  # fmt: skip
    name, distance = row.get("des"), _number(row.get("dist"))
    if not name or distance is None or not distance >= 0:
        return None
    return {
        "object": str(name),
        "time": str(row.get("cd") or row.get("jd") or ""),
        "distance": distance,
        "distance_low": _number(row.get("dist_min")),
        "distance_high": _number(row.get("dist_max")),
        "speed": _number(row.get("v_rel")),
        "time_error": time_error_s(row.get("t_sigma_f")),
        "magnitude": _number(row.get("h")),
    }


def time_error_s(text: Any) -> float | None:
    """3-sigma of a time as "< 00:01", "00:12" or "3_09:11" (days, hours, minutes), in s."""
    match = _ERROR.match(str(text or ""))
    if match is None:
        return None
    days, hours, minutes = int(match["days"] or 0), int(match["hours"]), int(match["minutes"])
    return 60.0 * (minutes + 60 * (hours + 24 * days))


def _number(value: Any) -> float | None:
    try:
        told = float(value)
    except (TypeError, ValueError):
        return None
    return told if abs(told) < float("inf") else None
