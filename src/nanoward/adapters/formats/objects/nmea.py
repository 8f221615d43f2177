"""NMEA 0183 sentences with AIS messages (ITU-R M.1371-5): positions and names of ships.

Types 1 to 3, 18 and 19 are positions; 5 and 24 names; others are counted and told. The time is
that of the receiver: of a tag block (c:), or of a prefix in ISO 8601 or Unix seconds.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import polars as pl

from nanoward.adapters.formats.problems import Problem, Remarks
from nanoward.adapters.formats.text.plain_text import text_of
from nanoward.adapters.formats.values.typed_columns import empty_table
from nanoward.base.tables import DETECTIONS
from nanoward.ports.formats import ParsedTable

KNOT = 1852 / 3600  # m/s
CHECKSUM = Problem(
    code="FMT-310", severity="error",
    next_step="Ask whoever runs the receiver if it goes on; the sentence is not used",
)  # fmt: skip
BROKEN = Problem(
    code="FMT-311", severity="error", next_step="The message is not used; look at the receiver"
)
UNTIMED = Problem(
    code="FMT-312", severity="error",
    next_step="Record sentences with the receiver's time (tag block c:); they are not used",
)  # fmt: skip
NO_FIX = Problem(
    code="FMT-313", severity="note", next_step="Nothing; the ship sent no position"
)
OTHER_TYPES = Problem(
    code="FMT-314", severity="note", next_step="Nothing; these messages say no place of a ship"
)
IMPOSSIBLE = Problem(
    code="FMT-301", severity="error",
    next_step="Ask whoever runs the sensor; the detection is not used",
)  # fmt: skip
_SENTENCE = re.compile(
    r"^(?P<before>.*?)(?P<body>!(?:AI|AB|AD|AN|AR|AS|AT|AX|BS|SA)VD[MO],[^*]*)\*(?P<sum>[0-9A-Fa-f]{2})"
)
_TAGS = re.compile(r"\\([^\\]*)\\")


@dataclass(slots=True)
class _Open:
    """Parts of a message that is not whole yet."""

    parts: dict[int, str]
    line: int
    tags: dict[str, str]
    prefix: str


def is_nmea(path: str, content: bytes) -> bool:
    """Whether a file holds sentences: by its name, or by its first lines."""
    name = path.lower().removesuffix(".gz")
    head = content[:2000]
    return name.endswith((".nmea", ".ais", ".aivdm")) or b"!AIVDM" in head or b"!BSVDM" in head


def read_nmea(path: str, content: bytes) -> ParsedTable:
    """Positions, one row each; what is broken is told with its line."""
    remarks = Remarks(path)
    text = text_of(path, content, remarks)
    rows: list[dict[str, Any]] = []
    others: Counter[int] = Counter()
    unfixed: list[int] = []
    for line, time, station, bits in _messages(text.lines, remarks):
        kind = _number(bits, 0, 6)
        if kind not in (1, 2, 3, 18, 19):
            others[kind] += 1
            continue
        row = _position(bits, kind)
        if row is None:
            remarks.add(BROKEN, f"message of type {kind} is {len(bits)} bits long", line=line)
            continue
        if row["latitude"] is None or row["longitude"] is None:
            unfixed.append(line)
            continue
        if abs(row["latitude"]) > 90 or abs(row["longitude"]) > 180:
            remarks.add(
                IMPOSSIBLE, f"{row['latitude']:g}, {row['longitude']:g} is nowhere", line=line,
                column="latitude", subject=row["object"],
            )  # fmt: skip
            continue
        rows.append(row | {"stream": station, "time": time, "line": line})
    remarks.add_together(NO_FIX, "say that there is no position", unfixed)
    if others:
        told = ", ".join(f"{count} of type {kind}" for kind, count in sorted(others.items()))
        remarks.add(OTHER_TYPES, f"messages that are no positions: {told}")
    blank = empty_table(DETECTIONS)
    table = pl.DataFrame(rows, schema={**blank.schema, "second": pl.Int64}) if rows else blank
    return ParsedTable(table=table, findings=remarks.findings())


def _messages(lines: list[str], remarks: Remarks) -> list[tuple[int, float, str, str]]:
    """Line, Unix seconds, station and bits of every whole message."""
    found: list[tuple[int, float, str, str]] = []
    parts: dict[tuple[str, str, str], _Open] = {}
    untimed: list[int] = []
    for line, text in enumerate(lines, 1):
        if not text.strip():
            continue
        match = _SENTENCE.match(text)
        if match is None:
            if "!" in text or "$" in text[:1]:
                remarks.add(BROKEN, "is no whole sentence of AIS", line=line)
            continue
        if checksum(match["body"][1:]) != int(match["sum"], 16):
            remarks.add(CHECKSUM, f"checksum is {match['sum']}, the sentence's is "
                        f"{checksum(match['body'][1:]):02X}", line=line)  # fmt: skip
            continue
        whole = _joined(match, line, parts, remarks)
        if whole is None:
            continue
        time = _time(whole)
        bits = _bits("".join(whole.parts[one] for one in sorted(whole.parts)))
        if time is None:
            untimed.append(line)
        elif bits is None:
            remarks.add(BROKEN, "holds letters that are no six-bit code", line=line)
        else:
            found.append((whole.line, time, whole.tags.get("s", "ais"), bits))
    remarks.add_together(UNTIMED, "have no time of the receiver", untimed)
    for one in parts.values():
        remarks.add(BROKEN, "a part of its message never came", line=one.line)
    return found


def checksum(text: str) -> int:
    """Exclusive or of all characters between the start and the star."""
    value = 0
    for letter in text.encode():
        value ^= letter
    return value


def _joined(
    match: re.Match[str], line: int, open_: dict[tuple[str, str, str], _Open], remarks: Remarks
) -> _Open | None:
    fields = match["body"].split(",")
    tags = dict(
        one.split(":", 1)
        for block in _TAGS.findall(match["before"])
        for one in block.split("*")[0].split(",")
        if ":" in one
    )
    prefix = _TAGS.sub("", match["before"]).strip(" ,;\t")
    if len(fields) < 7 or not (fields[1].isdigit() and fields[2].isdigit()):
        remarks.add(BROKEN, "lacks fields of a sentence", line=line)
        return None
    count, number, group = int(fields[1]), int(fields[2]), fields[3]
    payload = fields[5]
    if count == 1:
        return _Open({1: payload}, line, tags, prefix)
    key = (group, fields[4], fields[1])
    if number == 1 and key in open_:
        remarks.add(BROKEN, "a part of its message never came", line=open_.pop(key).line)
    begun = open_.setdefault(key, _Open({}, line, tags, prefix))
    begun.parts[number] = payload
    return open_.pop(key) if len(begun.parts) == count else None


def _time(one: _Open) -> float | None:
    from nanoward.adapters.formats.values.moments import seconds_of

    for text in (one.tags.get("c"), one.prefix or None):
        told = seconds_of(text)
        if told is not None:
            return told / 1000 if told > 1e11 else told
    return None


def _bits(payload: str) -> str | None:
    found = []
    for letter in payload:
        value = ord(letter) - 48
        value -= 8 if value > 40 else 0
        if not 0 <= value < 64:
            return None
        found.append(f"{value:06b}")
    return "".join(found)


def _number(bits: str, start: int, size: int, *, signed: bool = False) -> int:
    text = bits[start : start + size].ljust(size, "0")
    value = int(text, 2)
    return value - (1 << size) if signed and text[0] == "1" else value


_CLASS_A, _CLASS_B = (50, 61, 89, 116, 137, 168), (46, 57, 85, 112, 133, 168)


def _position(bits: str, kind: int) -> dict[str, Any] | None:
    """Place, speed and course of a position report; None where it is cut short."""
    speed_at, lon_at, lat_at, course_at, second_at, least = (
        _CLASS_A if kind in (1, 2, 3) else _CLASS_B
    )
    if len(bits) < least - 25:  # after the second nothing is needed
        return None
    speed, course = _number(bits, speed_at, 10), _number(bits, course_at, 12)
    lon = _number(bits, lon_at, 28, signed=True) / 600_000
    lat = _number(bits, lat_at, 27, signed=True) / 600_000
    return {
        "object": f"{_number(bits, 8, 30):09d}",
        "latitude": None if lat == 91 else lat,
        "longitude": None if lon == 181 else lon,
        "speed": None if speed == 1023 else speed / 10 * KNOT,
        "course": None if course >= 3600 else course / 10,
        "second": second if (second := _number(bits, second_at, 6)) < 60 else None,
    }
