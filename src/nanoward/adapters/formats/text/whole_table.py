"""Tables that are nothing but fields apart by commas, read at once.

Most tables are: no quotation mark, comment, heading or blank line, every row as wide as the
header, UTF-8. Whatever is not goes to delimited_records.py, which tells what is wrong.
"""

from unicodedata import is_normalized

import polars as pl

from nanoward.adapters.formats.text.delimited_records import Records

_OTHERWISE = (b'"', b"\0", b"#")  # read line by line


def whole_table(content: bytes, missing: tuple[str, ...] = ()) -> Records | None:
    """All rows as text; None where a line must be looked at on its own.

    missing  what stands for an empty field in every column
    """
    if not content or any(one in content for one in _OTHERWISE) or not _is_composed(content):
        return None
    first = content[: content.find(b"\n") + 1] or content
    if b"," not in first or _has_headings(content, len(first)):
        return None
    if b"\r" in content and content.count(b"\r") != content.count(b"\r\n"):
        return None
    rows = content.count(b"\n") + (not content.endswith(b"\n"))
    try:
        header = [one.strip() for one in first.decode("ascii").split(",")]
    except UnicodeDecodeError:
        return None
    plain = len({one for one in header if one}) == len(header)
    other = max(first.count(b";"), first.count(b"\t"))
    if not plain or other >= len(header) - 1 or rows < 2:
        return None
    if content.count(b",") != rows * (len(header) - 1):
        return None
    try:
        frame = pl.read_csv(
            content,
            infer_schema_length=0,
            quote_char=None,
            new_columns=header,
            null_values=list(missing) or None,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.shape != (rows - 1, len(header)):
        return None
    if b" " in content or b"\t" in content or not content.isascii():
        frame = frame.with_columns(pl.all().str.strip_chars().replace("", None))
    lines = pl.int_range(2, rows + 1, dtype=pl.Int64, eager=True).alias("line")
    return Records(header_line=1, frame=frame, lines=lines)


def _has_headings(content: bytes, start: int) -> bool:
    """Whether `TABLE NO.` may stand behind the header."""
    if content.find(b"T", start) < 0 and content.find(b"t", start) < 0:
        return False
    return any(one in content for one in (b"TABLE", b"Table", b"table"))


def _is_composed(content: bytes) -> bool:
    """Whether every name is in the one form that names have here (NFC); else line by line."""
    if content.isascii():
        return True
    try:
        return is_normalized("NFC", content.decode())
    except UnicodeDecodeError:
        return False
