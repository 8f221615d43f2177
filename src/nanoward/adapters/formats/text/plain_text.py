"""The outer layers of a file: gzip, text encoding, line ends. Nothing here raises."""

import zlib
from dataclasses import dataclass

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.base.names import composed

MOST_BYTES = 2 << 30  # what one file may unpack to: a bound against files made to fill memory
HEAD = 4096  # bytes that are looked at first: a file with text has some there
_GZIP = b"\x1f\x8b"
_MARKS = (  # the longer marks first: UTF-32 begins as UTF-16 does
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text file as lines without their ends.

    lines    lines[0] is line 1 of the file
    damaged  1-based lines that hold bytes which are no text; what stands there is not used
    whole    false when gzip was cut short: what runs on at the end is not whole
    """

    lines: list[str]
    damaged: frozenset[int] = frozenset()
    whole: bool = True


def unpacked(path: str, content: bytes, remarks: Remarks) -> tuple[bytes, bool]:
    """The content without gzip, and whether it is whole (not cut short)."""
    named = path.lower().endswith(".gz")
    if not content.startswith(_GZIP):
        if named and content:
            remarks.add(problems.NOT_GZIP, "named .gz, but it is not packed by gzip")
        return content, True
    if not named:
        remarks.add(problems.GZIP_TOLD, "packed by gzip, though its name does not say so")
    return _gunzip(content, remarks)


def _gunzip(content: bytes, remarks: Remarks) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size, rest = 0, content
    while rest.startswith(_GZIP):
        machine = zlib.decompressobj(wbits=31)
        try:
            part = machine.decompress(rest, MOST_BYTES - size + 1)
        except zlib.error as fault:
            remarks.add(problems.DAMAGED, f"gzip is damaged ({_reason(fault)})")
            return b"", False
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            remarks.add(problems.DAMAGED, f"unpacks to more than {MOST_BYTES:,} bytes")
            return b"", False
        if not machine.eof:
            remarks.add(problems.CUT_SHORT, f"gzip ends too early, after {size:,} bytes")
            return b"".join(parts), False
        rest = machine.unused_data
    if rest.strip(b"\0"):
        remarks.add(problems.TRAILING, f"{len(rest):,} bytes follow the end of gzip")
    return b"".join(parts), True


def _reason(fault: zlib.error) -> str:
    return str(fault).rsplit(": ", 1)[-1]


def text_of(path: str, content: bytes, remarks: Remarks) -> Text:
    """Lines of a plain or packed text file in any usual encoding and with any line ends."""
    if not content:
        remarks.add(problems.EMPTY, "the file is empty")
        return Text(lines=[])
    data, whole = unpacked(path, content, remarks)
    if whole and not data[:HEAD].strip() and not data.strip():
        remarks.add(problems.EMPTY, "the file is empty")
        return Text(lines=[])
    lines, exact = _decoded(data, remarks)
    if not data.isascii():
        lines = [composed(line) for line in lines]  # names that print alike are one name
    if not whole and lines:
        lines.pop()  # the last line may be half a line
    if lines and lines[-1] == "":
        lines.pop()
    signs = ("\0",) if exact else ("\0", "\ufffd")
    damaged: set[int] = set()
    if not exact or b"\0" in data:
        damaged = {at for at, line in enumerate(lines, 1) if any(one in line for one in signs)}
    for line in sorted(damaged):
        remarks.add(problems.BROKEN_TEXT, "the line holds bytes that are no text", line=line)
    return Text(lines=lines, damaged=frozenset(damaged), whole=whole)


def _decoded(data: bytes, remarks: Remarks) -> tuple[list[str], bool]:
    """Lines, and whether every byte of them was text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            remarks.add(problems.OTHER_UNICODE, f"the text is in {encoding.upper()}")
            return _lines(data[len(mark) :].decode(encoding, errors="replace")), False
    if data.startswith(b"\xef\xbb\xbf"):
        remarks.add(problems.OTHER_UNICODE, "the text begins with a UTF-8 mark")
        data = data[3:]
    wide = _wide(data)
    if wide is not None:
        remarks.add(problems.NOT_UTF8, f"the text looks like {wide.upper()} without a mark")
        return _lines(data.decode(wide, errors="replace")), False
    try:
        return _lines(data.decode()), True
    except UnicodeDecodeError:
        return _mixed(data, remarks), False


def _wide(data: bytes) -> str | None:
    """UTF-16 without a mark: nearly every second byte of Latin text is zero."""
    sample = data[:4096]
    half = len(sample) // 2
    if half < 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return None


def _mixed(data: bytes, remarks: Remarks) -> list[str]:
    """Line by line: UTF-8 where it is, else windows-1252, as office programmes write."""
    lines: list[str] = []
    foreign: list[int] = []
    for at, line in enumerate(_ends(data).split(b"\n"), 1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            foreign.append(at)
            lines.append(line.decode("windows-1252", errors="replace"))
    remarks.add_together(problems.NOT_UTF8, "not in UTF-8, read as windows-1252", foreign)
    return lines


def _ends(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _lines(text: str) -> list[str]:
    """Lines by LF, CRLF or the CR of old Macintosh files; nothing else ends a line."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")
