"""Catalogues of orbits: two-line elements with their checksums, and OMM as CSV, JSON or XML.

What the sets hold is read by the sgp4 library when they are used; here they are told apart,
checked and named.
"""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl

from nanoward.adapters.formats.problems import DAMAGED, NOT_THIS_FORMAT, Problem, Remarks
from nanoward.adapters.formats.text.plain_text import text_of, unpacked
from nanoward.ports.formats import ParsedTable

BAD_ELEMENTS = Problem(
    code="FMT-350", severity="error", next_step="Fetch the set again; it is not used"
)
SCHEMA = {"object": pl.String, "name": pl.String, "elements": pl.String, "line": pl.Int64}
_NEEDED = ("NORAD_CAT_ID", "EPOCH", "MEAN_MOTION", "ECCENTRICITY", "INCLINATION",
           "RA_OF_ASC_NODE", "ARG_OF_PERICENTER", "MEAN_ANOMALY", "BSTAR")  # fmt: skip


def read_orbits(path: str, content: bytes) -> ParsedTable:
    """One row per element set that is whole."""
    remarks = Remarks(path)
    data, _ = unpacked(path, content, remarks)
    head = data.lstrip()[:1]
    if head in (b"[", b"{"):
        rows = _json(data, remarks)
    elif head == b"<":
        rows = _xml(data, remarks)
    elif b"," in data.split(b"\n", 1)[0]:
        text = "\n".join(text_of(path, data, remarks).lines)
        rows = list(enumerate(csv.DictReader(io.StringIO(text)), 2))
    else:
        found = list(_two_lines(text_of(path, data, remarks).lines, remarks))
        return ParsedTable(table=pl.DataFrame(found, schema=SCHEMA, orient="row"),
                           findings=remarks.findings())  # fmt: skip
    return ParsedTable(table=_omm(rows, remarks), findings=remarks.findings())


def _two_lines(lines: list[str], remarks: Remarks) -> Iterator[tuple[str, str, str, int]]:
    name, first, begun = "", "", 0
    for line, text in enumerate(lines, 1):
        if text.startswith("1 ") and len(text) >= 69:
            first, begun = text, line
        elif text.startswith("2 ") and first:
            second = text
            wrong = [
                begun + at for at, one in enumerate((first, second))
                if len(one) < 69 or not one[68].isdigit() or line_checksum(one) != int(one[68])
            ]  # fmt: skip
            if wrong:
                remarks.add(BAD_ELEMENTS, "its checksum is wrong", line=wrong[0])
            elif first[2:7] != second[2:7]:
                remarks.add(BAD_ELEMENTS, "its lines are of two objects", line=line)
            else:
                number = first[2:7].strip()
                kept = json.dumps({"TLE_LINE1": first[:69], "TLE_LINE2": second[:69]})
                yield number, name or number, kept, begun
            name, first = "", ""
        elif text.strip() and not text.startswith("#"):
            name = text.removeprefix("0 ").strip()
            first = ""


def line_checksum(text: str) -> int:
    """Digits of the first 68 columns, a minus as one, modulo ten."""
    return sum(int(one) if one.isdigit() else one == "-" for one in text[:68]) % 10


def _json(data: bytes, remarks: Remarks) -> list[tuple[int, dict[str, Any]]]:
    try:
        told = json.loads(data)
    except ValueError as fault:
        remarks.add(DAMAGED, f"is no JSON: {fault}")
        return []
    rows = told if isinstance(told, list) else [told]
    return [(at, one) for at, one in enumerate(rows, 1) if isinstance(one, dict)]


def _xml(data: bytes, remarks: Remarks) -> list[tuple[int, dict[str, Any]]]:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        remarks.add(DAMAGED, "declares entities")
        return []
    try:
        root = ET.fromstring(data)  # noqa: S314 - nothing is declared in it
    except ET.ParseError as fault:
        remarks.add(DAMAGED, f"is no XML: {fault}", line=fault.position[0])
        return []
    segments = [one for one in root.iter() if one.tag.rsplit("}", 1)[-1] == "segment"]
    return [
        (at, {leaf.tag.rsplit("}", 1)[-1]: (leaf.text or "").strip()
              for leaf in one.iter() if not len(leaf)})
        for at, one in enumerate(segments, 1)
    ]  # fmt: skip


def _omm(rows: list[tuple[int, dict[str, Any]]], remarks: Remarks) -> pl.DataFrame:
    found = []
    for line, row in rows:
        lacking = [one for one in _NEEDED if row.get(one) in (None, "")]
        if lacking:
            remarks.add(BAD_ELEMENTS, f"has no {lacking[0]}", line=line, column=lacking[0])
            continue
        kept = {name: str(value) for name, value in row.items() if value is not None}
        number = str(row["NORAD_CAT_ID"])
        found.append((number, str(row.get("OBJECT_NAME") or number), json.dumps(kept), line))
    if not rows:
        remarks.add(NOT_THIS_FORMAT, "holds no element sets")
    return pl.DataFrame(found, schema=SCHEMA, orient="row")
