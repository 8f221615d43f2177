import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text import plain_text
from nanoward.adapters.formats.text.plain_text import text_of

TEXT = "name,Zoë\nline 2\n\nline 4\n"
LINES = ["name,Zoë", "line 2", "", "line 4"]


def lines_and_codes(
    path: str, content: bytes
) -> tuple[list[str], list[tuple[str, int | None]]]:
    remarks = Remarks(path)
    text = text_of(path, content, remarks)
    return text.lines, [(finding.code, finding.line) for finding in remarks.findings()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_gives_the_same_lines(end: str) -> None:
    assert lines_and_codes("a", TEXT.replace("\n", end).encode()) == (LINES, [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_tells_the_encoding_and_is_told(encoding: str) -> None:
    assert lines_and_codes("a", TEXT.encode(encoding)) == (LINES, [("FMT-009", None)])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen_by_its_zeros(encoding: str) -> None:
    assert lines_and_codes("a", TEXT.encode(encoding)) == (LINES, [("FMT-008", None)])


def test_a_latin_line_is_read_as_windows_1252_and_named_while_others_stay_utf8() -> None:
    content = "é\n".encode() + b"Z\xeb\n"
    assert lines_and_codes("a", content) == (["é", "Zë"], [("FMT-008", 2)])


def test_a_line_with_zero_bytes_is_marked_as_damaged() -> None:
    remarks = Remarks("a")
    text = text_of("a", b"sound\nb\0d\nsound too\n", remarks)
    assert text.damaged == {2}
    assert [(f.code, f.line) for f in remarks.findings()] == [("FMT-010", 2)]


@pytest.mark.parametrize("content", [b"", b" \n\r\n ", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_told(content: bytes) -> None:
    lines, codes = lines_and_codes("a.gz", content)
    assert not lines
    assert ("FMT-001", None) in codes


def test_gzip_cut_short_keeps_whole_lines_only() -> None:
    rows = "".join(f"row {number} {number * 7919 % 1000}\n" for number in range(5000))
    packed = gzip.compress(rows.encode())
    lines, codes = lines_and_codes("a.gz", packed[: len(packed) // 2])
    assert codes == [("FMT-003", None)]
    assert 100 < len(lines) < 5000
    assert lines == rows.split("\n")[: len(lines)]


def test_nothing_of_a_damaged_gzip_is_used() -> None:
    packed = bytearray(gzip.compress(TEXT.encode() * 50))
    packed[-6] ^= 1  # the checksum
    assert lines_and_codes("a.gz", bytes(packed)) == ([], [("FMT-004", None)])


def test_names_that_lie_about_gzip_are_told_and_the_text_is_used() -> None:
    assert lines_and_codes("a.gz", TEXT.encode()) == (LINES, [("FMT-005", None)])
    assert lines_and_codes("a", gzip.compress(TEXT.encode())) == (LINES, [("FMT-006", None)])


def test_several_packed_parts_are_one_text_and_what_follows_them_is_told() -> None:
    two = gzip.compress(b"a\n") + gzip.compress(b"b\n")
    assert lines_and_codes("a.gz", two + b"\0\0") == (["a", "b"], [])
    assert lines_and_codes("a.gz", two + b"rest") == (["a", "b"], [("FMT-007", None)])


def test_a_file_made_to_fill_memory_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_text, "MOST_BYTES", 1000)
    assert lines_and_codes("a.gz", gzip.compress(b"a" * 1000))[1] == []
    assert lines_and_codes("a.gz", gzip.compress(b"a" * 1001)) == ([], [("FMT-004", None)])


@given(st.binary(max_size=200))
def test_any_bytes_give_lines_without_ends(content: bytes) -> None:
    for data in (content, gzip.compress(content), gzip.compress(content)[:-5]):
        text = text_of("a.gz", data, Remarks("a.gz"))
        assert not set("\n\r") & set("".join(text.lines))
        assert all(1 <= line <= len(text.lines) for line in text.damaged)


@pytest.mark.hazard("H-265")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_text_is_composed_whatever_its_form(encoding: str) -> None:
    decomposed = "name,Zoe\u0308\n".encode(encoding)
    assert lines_and_codes("a", decomposed)[0] == ["name,Zo\u00eb"]
