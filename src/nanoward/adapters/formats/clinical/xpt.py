"""SAS transport files (XPT version 5): is it whole, and what does it hold?

Layout: "The Record Layout of a Data Set in SAS Transport (XPORT) Format", SAS TS-140. The
rows are read by pyreadstat; before that the headers are checked here, because version 5 tells
no number of rows and a file that was cut short would otherwise be read as a shorter one.
"""

import io
import re
from dataclasses import dataclass
from warnings import catch_warnings

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks

_CARD = 80
_LIBRARY = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"
_MEMBER = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!"
_NAMES = b"HEADER RECORD*******NAMESTR HEADER RECORD!!!!!!!"
_ROWS = b"HEADER RECORD*******OBS     HEADER RECORD!!!!!!!"
_LIBRARY_8 = b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!"
_ROWS_8 = re.compile(rb"HEADER RECORD\*{7}OBSV8   HEADER RECORD!{7} *([0-9]{1,15}) ")
_ENCODINGS = ("UTF-8", "WINDOWS-1252", "ISO-8859-1")  # the last one accepts every byte


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where the rows of the first dataset begin and end, and how long each is, in bytes."""

    first: int
    end: int
    width: int


def is_transport(content: bytes) -> bool:
    """Whether the content begins as a SAS transport file does."""
    return content.startswith((_LIBRARY, _LIBRARY_8))


def read_transport(content: bytes, remarks: Remarks) -> pl.DataFrame | None:
    """The first dataset, as text and numbers; None when it cannot be read."""
    if not is_transport(content):
        remarks.add(problems.NOT_THIS_FORMAT, "this is no SAS transport file")
        return None
    if content.startswith(_LIBRARY):
        layout = _layout(content)
        if layout is None:
            remarks.add(problems.UNREADABLE, "the headers of the transport file are damaged")
            return None
        content = _first_dataset(content, layout, remarks)
    frame = _rows(content, remarks)
    due = _ROWS_8.search(content) if content.startswith(_LIBRARY_8) else None
    if frame is not None and due and frame.height < int(due.group(1)):
        remarks.add(
            problems.CUT_SHORT,
            f"the file holds {frame.height:,} rows where {int(due.group(1)):,} are due",
            line=frame.height + 1,
        )
    return frame


def _layout(content: bytes) -> _Layout | None:
    """None when the headers contradict themselves or end too early."""
    member = 3 * _CARD
    names = member + 4 * _CARD
    if content[member : member + 48] != _MEMBER or content[names : names + 48] != _NAMES:
        return None
    size, count = content[member + 74 : member + 78], content[names + 54 : names + 58]
    if size not in (b"0140", b"0136") or not count.isdigit() or not int(count):
        return None
    start, step = names + _CARD, int(size)
    rows = start + -(-int(count) * step // _CARD) * _CARD
    if content[rows : rows + 48] != _ROWS:
        return None
    width, seen = 0, set[bytes]()
    for at in range(start, start + int(count) * step, step):
        kind = int.from_bytes(content[at : at + 2], "big")
        length = int.from_bytes(content[at + 4 : at + 6], "big")
        place = int.from_bytes(content[at + 84 : at + 88], "big")
        if kind not in (1, 2) or not length or (kind == 1 and length > 8) or place != width:
            return None
        seen.add(content[at + 8 : at + 16].strip().upper())
        width += length
    if len(seen) < int(count):  # no dataset has two variables of one name
        return None
    first = rows + _CARD
    return _Layout(first=first, end=_next_member(content, first), width=width)


def _next_member(content: bytes, first: int) -> int:
    at = content.find(_MEMBER, first)
    while at >= 0 and (at - first) % _CARD:
        at = content.find(_MEMBER, at + 1)
    return at if at >= 0 else len(content)


def _first_dataset(content: bytes, layout: _Layout, remarks: Remarks) -> bytes:
    """Whole rows of the first dataset; tells what follows and what was cut off."""
    if layout.end < len(content):
        remarks.add(problems.MEMBERS, "more than one dataset is in the file")
    data = content[layout.first : layout.end]
    whole = len(data) // layout.width
    rest = data[whole * layout.width :]
    if len(content) % _CARD or len(rest) >= _CARD or rest.strip(b" "):
        remarks.add(
            problems.CUT_SHORT,
            f"the file ends within a row, after {whole:,} whole rows",
            line=whole + 1,
        )
    if not data.strip(b" "):
        whole = 0
    body = data[: whole * layout.width]
    padding = b" " * (-len(body) % _CARD)
    return content[: layout.first] + body + padding


def _rows(content: bytes, remarks: Remarks) -> pl.DataFrame | None:
    import pyreadstat

    for encoding in _ENCODINGS:
        try:
            with catch_warnings(action="ignore"):
                columns, told = pyreadstat.read_xport(
                    io.BytesIO(content),
                    encoding=encoding,
                    output_format="dict",
                    disable_datetime_conversion=True,
                )
        except UnicodeDecodeError:
            continue
        except Exception as fault:  # noqa: BLE001 - whatever a foreign parser says of the file
            if "convert" in str(fault) and encoding != _ENCODINGS[-1]:
                continue  # a byte that this encoding does not have
            remarks.add(problems.UNREADABLE, "the transport file is damaged")
            return None
        if encoding != _ENCODINGS[0]:
            remarks.add(problems.WINDOWS_TEXT, f"the text is not UTF-8, read as {encoding}")
        kinds = told.readstat_variable_types
        return pl.DataFrame(
            [_series(name, cells, kinds.get(name, "")) for name, cells in columns.items()]
        )
    remarks.add(problems.UNREADABLE, "the text of the transport file cannot be read")
    return None


def _series(name: str, cells: object, kind: str) -> pl.Series:
    if kind == "string":
        return pl.Series(name, [*cells], dtype=pl.String)  # type: ignore[misc]
    return pl.Series(name, cells, dtype=pl.Float64, strict=False, nan_to_null=True)  # type: ignore[arg-type]
