import pytest

from nanoward.audit.exports import (
    BadExportError,
    ExportHeader,
    checkpoint_line,
    heading_line,
    read_checkpoint,
    read_heading,
    read_rows,
    record_line,
)
from nanoward.audit.leaves import Row
from nanoward.audit.notes import Note, Signature, VerifierKey

KEY = VerifierKey(name="ward", kind=1, public=b"p" * 32)
HEADING = ExportHeader(key=KEY, records=1)
ROW = Row(1, "2026-11-23T00:00:00.000000+00:00", "x.Y", b"c" * 32, b"\x00box", b"")
NOTE = Note(text="a\n1\nb\n", signatures=(Signature(name="w", key_id=b"abcd", signed=b"x"),))


def test_lines_read_back() -> None:
    assert read_heading(heading_line(HEADING)) == HEADING
    assert list(read_rows(iter([record_line(ROW)]), HEADING)) == [ROW]
    assert list(read_rows(iter([record_line(ROW, (b"h" * 32,))]), HEADING)) == [ROW]
    assert read_checkpoint(iter([checkpoint_line(NOTE)]), HEADING) == NOTE


@pytest.mark.parametrize(
    "line",
    ["", "no json", "[]", "{}", '{"format":"nanoward-ledger/1"}', '{"format":"other"}'],
)
def test_what_does_not_begin_an_export_is_refused(line: str) -> None:
    with pytest.raises(BadExportError) as told:
        read_heading(line)
    assert told.value.line == 1


@pytest.mark.parametrize(
    "line", ["", "{}", record_line(ROW)[:-9], record_line(ROW).replace("AGJ", "!GJ")]
)
def test_a_damaged_record_is_named_with_its_line(line: str) -> None:
    with pytest.raises(BadExportError) as told:
        list(read_rows(iter([line]), HEADING))
    assert told.value.line == 2


def test_nothing_may_stand_behind_the_checkpoint() -> None:
    with pytest.raises(BadExportError, match="behind"):
        read_checkpoint(iter([checkpoint_line(NOTE), "more"]), HEADING)
    with pytest.raises(BadExportError, match="damaged"):
        read_checkpoint(iter(['{"checkpoint":"x"}']), HEADING)
