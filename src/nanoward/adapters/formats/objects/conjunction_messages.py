"""Conjunction data messages (CCSDS 508.0-B-1), as KVN or XML: two states, two covariances."""

import math
import re
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl

from nanoward.adapters.formats.problems import DAMAGED, Problem, Remarks
from nanoward.adapters.formats.text.plain_text import text_of, unpacked
from nanoward.ports.formats import ParsedTable

INCOMPLETE = Problem(
    code="FMT-320", severity="error",
    next_step="Ask the sender for the whole message; it is not used",
)  # fmt: skip
OTHER_UNIT = Problem(
    code="FMT-321", severity="error", next_step="Write the standard's unit; it is not used"
)
BAD_LINE = Problem(
    code="FMT-322", severity="warning", next_step="Correct the line; the rest was read"
)
_MOST_BYTES = 64 << 20
_LINE = re.compile(
    r"^\s*(?P<key>[A-Z][A-Z0-9_]*)\s*=\s*(?P<value>.*?)\s*(?:\[(?P<unit>[^\]]*)\])?\s*$"
)
_RADIUS = re.compile(r"\bHBR\s*=?\s*(?P<value>[0-9.eE+-]+)\s*(?:\[m\])?")
_AXES = ("R", "T", "N", "RDOT", "TDOT", "NDOT")
_STATE = ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT")
_COVARIANCE = tuple(f"C{_AXES[i]}_{_AXES[j]}" for i in range(6) for j in range(i + 1))
_UNITS = {
    **dict.fromkeys(_STATE[:3], "km"), **dict.fromkeys(_STATE[3:], "km/s"),
    **{
        f"C{_AXES[i]}_{_AXES[j]}": ("m**2", "m**2/s", "m**2/s**2")[(i > 2) + (j > 2)]
        for i in range(6) for j in range(i + 1)
    },
}  # fmt: skip
SCHEMA: dict[str, Any] = {
    "message": pl.String, "tca": pl.String, "first": pl.String, "second": pl.String,
    "frame": pl.String, "radius": pl.Float64, "stated": pl.Float64,
    "states": pl.List(pl.Float64), "covariances": pl.List(pl.Float64), "line": pl.Int64,
}  # fmt: skip
_Cell = tuple[str, str, int]  # value, unit, line


def read_conjunctions(path: str, content: bytes) -> ParsedTable:
    """One or several messages; a message that lacks a state or covariance is not used."""
    remarks = Remarks(path)
    data, _ = unpacked(path, content, remarks)
    head, parts, comments = (
        _xml(data, remarks) if data.lstrip()[:1] == b"<" else _kvn(path, data, remarks)
    )
    row = _row(path, head, parts, comments, remarks)
    return ParsedTable(
        table=pl.DataFrame([row] if row else [], schema=SCHEMA), findings=remarks.findings()
    )


def _kvn(
    path: str, data: bytes, remarks: Remarks
) -> tuple[dict[str, _Cell], list[dict[str, _Cell]], str]:
    head: dict[str, _Cell] = {}
    parts: list[dict[str, _Cell]] = []
    comments: list[str] = []
    for line, text in enumerate(text_of(path, data, remarks).lines, 1):
        if not text.strip():
            continue
        if text.lstrip().startswith("COMMENT"):
            comments.append(text)
            continue
        match = _LINE.match(text)
        if match is None:
            remarks.add(BAD_LINE, "is no KEY = value", line=line)
            continue
        if match["key"] == "OBJECT":
            parts.append({})
        place = parts[-1] if parts else head
        if match["key"] in place:
            remarks.add(BAD_LINE, f"{match['key']} stands there already", line=line)
            continue
        place[match["key"]] = (match["value"], match["unit"] or "", line)
    return head, parts, "\n".join(comments)


def _xml(data: bytes, remarks: Remarks) -> tuple[dict[str, _Cell], list[dict[str, _Cell]], str]:
    head: dict[str, _Cell] = {}
    parts: list[dict[str, _Cell]] = []
    if len(data) > _MOST_BYTES or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        remarks.add(DAMAGED, "declares entities or is larger than a message can be")
        return head, parts, ""
    try:
        root = ET.fromstring(data)  # noqa: S314 - nothing is declared in it
    except ET.ParseError as fault:
        remarks.add(DAMAGED, f"is no XML: {fault}", line=fault.position[0])
        return head, parts, ""
    comments: list[str] = []
    _walk(root, head, parts, comments)
    head.setdefault("MESSAGE_ID", (root.get("id", ""), "", 0))
    return head, parts, "\n".join(comments)


def _walk(
    node: ET.Element,
    place: dict[str, _Cell],
    parts: list[dict[str, _Cell]],
    comments: list[str],
) -> None:
    for child in node:
        name = child.tag.rsplit("}", 1)[-1]
        if name == "segment":
            parts.append({})
            _walk(child, parts[-1], parts, comments)
        elif name == "COMMENT":
            comments.append(child.text or "")
        elif len(child):
            _walk(child, place, parts, comments)
        else:
            place.setdefault(name, ((child.text or "").strip(), child.get("units", ""), 0))


def _row(
    path: str,
    head: dict[str, _Cell],
    parts: list[dict[str, _Cell]],
    comments: str,
    remarks: Remarks,
) -> dict[str, Any] | None:
    if len(parts) != 2:
        remarks.add(INCOMPLETE, f"tells of {len(parts)} objects, not of two")
        return None
    states: list[float] = []
    covariances: list[float] = []
    for number, part in enumerate(parts, 1):
        values = {name: _value(part, name, number, remarks) for name in (*_STATE, *_COVARIANCE)}
        if any(math.isnan(one) for one in values.values()):
            return None
        states += [1000 * values[name] for name in _STATE]
        covariances += [
            values[f"C{_AXES[max(i, j)]}_{_AXES[min(i, j)]}"]
            for i in range(6)
            for j in range(6)
        ]
    frames = {part.get("REF_FRAME", ("", "", 0))[0] for part in parts}
    if len(frames) > 1:
        remarks.add(INCOMPLETE, f"its objects stand in two frames: {', '.join(sorted(frames))}")
        return None
    radius = _RADIUS.search(comments)
    return {
        "message": head.get("MESSAGE_ID", ("", "", 0))[0] or path.rsplit("/", 1)[-1],
        "tca": head.get("TCA", ("", "", 0))[0],
        "first": _named(parts[0]),
        "second": _named(parts[1]),
        "frame": frames.pop(),
        "radius": None if radius is None else _float(radius["value"]),
        "stated": _float(head.get("COLLISION_PROBABILITY", ("", "", 0))[0]),
        "states": states,
        "covariances": covariances,
        "line": parts[0].get("OBJECT", ("", "", 1))[2] or 1,
    }


def _value(part: dict[str, _Cell], name: str, number: int, remarks: Remarks) -> float:
    if name not in part:
        remarks.add(INCOMPLETE, f"object {number} has no {name}", column=name)
        return math.nan
    text, unit, line = part[name]
    if unit and unit.replace(" ", "") != _UNITS[name]:
        remarks.add(OTHER_UNIT, f"{name} is in {unit}, not in {_UNITS[name]}",
                    line=line or None, column=name)  # fmt: skip
        return math.nan
    value = _float(text)
    if value is None:
        remarks.add(
            INCOMPLETE, f"{name} is {text!r}, no number", line=line or None, column=name
        )
        return math.nan
    return value


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _named(part: dict[str, _Cell]) -> str:
    name = part.get("OBJECT_NAME", ("", "", 0))[0]
    number = part.get("OBJECT_DESIGNATOR", ("", "", 0))[0]
    return f"{name} ({number})" if number else name
