"""Optical astrometry in the Minor Planet Center's 80 columns; other lines are told."""

import re
from typing import Any

import polars as pl

from nanoward.adapters.formats.problems import Problem, Remarks
from nanoward.adapters.formats.text.plain_text import text_of
from nanoward.ports.formats import ParsedTable

NOT_OBSERVED = Problem(
    code="FMT-340", severity="note", next_step="Nothing, if they are comments or headings"
)
NOT_OPTICAL = Problem(
    code="FMT-341", severity="warning",
    next_step="Give optical lines; radar, and the observer's place, are not used",
)  # fmt: skip
BAD_OBSERVATION = Problem(
    code="FMT-342", severity="error", next_step="Correct the line; it is not used"
)
SCHEMA: dict[str, Any] = {
    "object": pl.String, "time": pl.String, "right_ascension": pl.Float64,
    "declination": pl.Float64, "magnitude": pl.Float64, "observatory": pl.String,
    "discovery": pl.Boolean, "line": pl.Int64,
}  # fmt: skip
_DATE = re.compile(r"^(\d{4}) (\d{2}) (\d{2})(\.\d+)?\s*$")
_PART = re.compile(r"\d{1,3}(?:\.\d*)?")
_SECOND_LINES = "svrR"  # place of a satellite or roving observer, radar


def read_astrometry(path: str, content: bytes) -> ParsedTable:
    """Every line that is an optical observation; what else stands there is counted."""
    remarks = Remarks(path)
    rows: list[dict[str, Any]] = []
    other: list[int] = []
    second: list[int] = []
    for line, text in enumerate(text_of(path, content, remarks).lines, 1):
        if not text.strip():
            continue
        if (len(text) > 80 and text[80:].strip()) or len(text.rstrip()) < 80:
            other.append(line)
        elif text[14] in _SECOND_LINES and text[14] != " ":
            second.append(line)
        elif not re.match(r"^\d{4} \d{2} \d{2}", text[15:25]):
            other.append(line)
        else:
            row = _observation(text)
            if row is None:
                remarks.add(BAD_OBSERVATION, f"{text[15:56]!r} is no time and place", line=line)
            else:
                rows.append(row | {"line": line})
    remarks.add_together(NOT_OBSERVED, "are no observations in 80 columns", other)
    remarks.add_together(NOT_OPTICAL, "are radar, or say where the observer was", second)
    return ParsedTable(table=pl.DataFrame(rows, schema=SCHEMA), findings=remarks.findings())


def _observation(text: str) -> dict[str, Any] | None:
    day = _DATE.match(text[15:32])
    right, declination = _angle(text[32:44]), _angle(text[44:56])
    if day is None or right is None or declination is None:
        return None
    if not (1 <= int(day[2]) <= 12 and 1 <= int(day[3]) <= 31):
        return None
    if not (0 <= right < 24 and abs(declination) <= 90):
        return None
    seconds = round(float(day[4] or 0) * 86_400)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if seconds >= 86_400:
        clock = "24:00:00"
    magnitude = text[65:70].strip()
    return {
        "object": text[:12].strip(),
        "time": f"{day[1]}-{day[2]}-{day[3]} {clock}",
        "right_ascension": 15 * right,
        "declination": declination,
        "magnitude": float(magnitude) if re.fullmatch(r"\d+(\.\d*)?", magnitude) else None,
        "observatory": text[77:80],
        "discovery": text[12] == "*",
    }


def _angle(text: str) -> float | None:
    """Hours or degrees of three parts, or of two with decimal minutes; blanks may pad them."""
    sign = -1.0 if text.lstrip().startswith("-") else 1.0
    parts = text.strip().lstrip("+-").split()
    if not 2 <= len(parts) <= 3 or not all(_PART.fullmatch(one) for one in parts):
        return None
    if any("." in one for one in parts[:-1]):
        return None
    values = [float(one) for one in parts]
    if any(not one < 60 for one in values[1:]):
        return None
    return float(sign * sum(one / 60**at for at, one in enumerate(values)))
