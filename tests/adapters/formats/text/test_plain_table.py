"""Tables of no role: any of the ways to save them gives the same CSV, or is refused."""

import gzip
import io

import openpyxl
import pytest

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.text.plain_table import DoubtfulTableError, plain_table

WANTED = b"participant,day,mood\np,2026-01-05,1.5\n"


def workbook() -> bytes:
    import datetime as dt

    book = openpyxl.Workbook()
    for row in (["participant", "day", "mood"], ["p", dt.date(2026, 1, 5), 1.5]):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("s.csv", WANTED),
        ("s.tsv", WANTED.replace(b",", b"\t")),
        ("s.csv", b"participant;day;mood\np;2026-01-05;1,5\n"),
        ("s.csv.gz", gzip.compress(WANTED)),
        ("s.xlsx", workbook()),
        ("s.csv", b"\xef\xbb\xbf" + WANTED),
    ],
    ids=["commas", "tabs", "semicolons", "packed", "workbook", "marked"],  # not the bytes' time
)
def test_the_same_table_however_it_was_saved(path: str, content: bytes) -> None:
    assert plain_table(path, content, {}) == WANTED


def test_names_as_told_are_ours() -> None:
    content = WANTED.replace(b"participant", b"Proband")
    formats = FileFormats({"table": {"participant": "Proband"}})
    assert formats.plain("s.csv", content) == WANTED


@pytest.mark.hazard("H-263")
@pytest.mark.parametrize("content", [b"", b"a,b\n1\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_doubtful_is_refused(content: bytes) -> None:
    with pytest.raises(DoubtfulTableError):
        plain_table("s.xlsx" if content.startswith(b"\xd0") else "s.csv", content, {})
