"""Workbooks made here, with every habit that changes what a table says, and the same CSV."""

import datetime as dt
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.workbook import cell_text, is_workbook, sheet_text
from nanoward.flows.steps.foreign_files import unread_file
from nanoward.ports.formats import ParsedTable

FORMATS = FileFormats()
HEAD = ["sample", "participant", "taken"]
DAY = dt.date(2026, 3, 1)
moment = dt.datetime.fromisoformat


def saved(*sheets: tuple[str, list[list[Any]]], change: Any = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, role: str = "samples", path: str = "data/samples.xlsx") -> ParsedTable:
    return FORMATS.read(role, path, content)


def codes(reading: ParsedTable) -> set[str]:
    return {one.code for one in reading.findings if one.severity != "note"}


@pytest.mark.hazard("H-263")
def test_a_workbook_says_what_its_csv_says_with_the_sheets_own_rows() -> None:
    rows = [HEAD, ["S1", "P1", moment("2026-03-01")], [], ["S2", 7, DAY]]
    found = read(saved(("Sheet1", rows)))
    text = "sample,participant,taken\nS1,P1,2026-03-01\n\nS2,7,2026-03-01\n"
    same = FORMATS.read("samples", "data/samples.csv", text.encode())
    assert found.table.equals(same.table)
    assert found.table["line"].to_list() == [2, 4]
    assert not codes(found)


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (7, "000", "007"), (7, "General", "7"), (7.0, "0.00", "7"), (0.1, "0%", "0.1"),
        (True, "General", "TRUE"), (None, "", ""), (" a\nb ", "@", "a b"), ("007", "@", "007"),
        (moment("2026-03-01T08:30"), "", "2026-03-01T08:30"),
        (moment("2026-03-01T08:29:59.999999"), "", "2026-03-01T08:30"),
        (moment("2026-03-01"), "", "2026-03-01"), (dt.time(8, 5), "", "08:05"),
        (dt.timedelta(hours=30, minutes=5), "[h]:mm", "30:05"), ("#N/A", "", "#N/A"),
        (1e-7, "", "1e-07"), (12345678901234567, "", "12345678901234567"),
    ],
)  # fmt: skip
def test_a_cell_becomes_the_text_that_csv_would_hold(
    value: Any, shown_as: str, text: str
) -> None:
    assert cell_text(value, shown_as) == text


@pytest.mark.hazard("H-263")
def test_days_of_either_epoch_are_days() -> None:
    def old(book: Any) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    for change in (None, old):
        found = read(saved(("s", [HEAD, ["S1", "P1", DAY]]), change=change))
        assert found.table["taken"].to_list() == [DAY]


@pytest.mark.hazard("H-263")
def test_a_serial_without_the_look_of_a_day_is_told_and_not_guessed() -> None:
    found = read(saved(("s", [HEAD, ["S1", "P1", 46082]])))
    assert found.table.height == 0
    assert "FMT-027" in codes(found)


@pytest.mark.hazard("H-263")
def test_a_merged_cell_stands_in_each_row_that_it_covers_and_is_told() -> None:
    rows = [HEAD, ["S1", "P1", DAY], ["S2", None, DAY]]
    found = read(saved(("s", rows), change=lambda book: book["s"].merge_cells("B2:B3")))
    assert found.table["participant"].to_list() == ["P1", "P1"]
    assert codes(found) == {"FMT-211"}


@pytest.mark.hazard("H-263")
def test_hidden_rows_columns_and_struck_cells_are_read_and_told() -> None:
    def change(book: Any) -> None:
        book["s"].row_dimensions[2].hidden = True
        book["s"].column_dimensions["B"].hidden = True
        book["s"]["A2"].font = Font(strike=True)
        book["s"]["A2"].comment = Comment("wrong tube", "nurse")

    found = read(saved(("s", [HEAD, ["S1", "P1", DAY]]), change=change))
    assert found.table.height == 1
    assert codes(found) == {"FMT-212", "FMT-213"}
    assert any(one.code == "FMT-216" for one in found.findings)


@pytest.mark.hazard("H-263")
def test_a_formula_without_a_result_is_no_value() -> None:
    found = read(saved(("s", [HEAD, ["S1", "=A1", DAY], ["S2", "P2", "=TODAY()"]])))
    assert "FMT-214" in codes(found)
    assert found.table["taken"].to_list() == [DAY]


def with_result(content: bytes) -> bytes:
    """The same workbook, where a spreadsheet has computed =1+1 once."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            part = old.read(one)
            if one.filename.endswith("sheet1.xml"):
                part = part.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
                part = part.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>")
            new.writestr(one, part)
    return out.getvalue()


def test_a_formula_with_its_result_gives_the_result() -> None:
    found = read(with_result(saved(("s", [HEAD, ["S1", "=1+1", DAY]]))))
    assert found.table["participant"].to_list() == ["2"]
    assert not codes(found)


@pytest.mark.hazard("H-263")
def test_every_sheet_is_used_ignored_on_purpose_or_told() -> None:
    rows = [HEAD, ["S1", "P1", DAY]]
    one = read(saved(("Samples", rows), ("Notes", [["hi"]]), ("old", rows), ("empty", [])))
    uses = {use.name: use.use for use in one.account if use.level == "sheet"}
    assert uses == {"Samples": "used", "Notes": "ignored", "old": "told", "empty": "ignored"}
    assert codes(one) == {"FMT-210"}
    two = read(saved(("a", rows), ("b", rows)))
    assert two.table.height == 0
    assert codes(two) >= {"FMT-209"}


def test_a_hidden_sheet_is_no_choice_unless_it_is_named() -> None:
    def hide(book: Any) -> None:
        book["old"].sheet_state = "hidden"

    rows = [HEAD, ["S1", "P1", DAY]]
    found = read(saved(("now", rows), ("old", rows), change=hide))
    assert found.table.height == 1
    assert codes(found) == {"FMT-210"}


def test_a_clinical_sheet_is_found_by_its_domain() -> None:
    rows = [["DOMAIN", "USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN", "LBSTRESU", "LBDTC"],
            ["LB", "p", 1, "ALT", 30.5, "U/L", moment("2026-01-01T08:00")]]  # fmt: skip
    found = read(saved(("LB", rows), ("README", [["x"]])), "sdtm.LB", "data/sdtm/lb.xlsx")
    assert found.table["LBSTRESN"].to_list() == [30.5]
    assert found.table["LBDTC"].to_list() == ["2026-01-01T08:00"]
    assert FORMATS.role_of("data/sdtm/LB.xlsx") == "sdtm.LB"


@pytest.mark.hazard("H-263")
@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 none",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        b"sample,participant,taken\n",
    ],
)
def test_what_is_no_workbook_is_told_and_nothing_is_used(content: bytes) -> None:
    found = read(content)
    assert found.table.height == 0
    assert codes(found) & {"FMT-208", "FMT-219", "FMT-001"}


def test_other_spreadsheets_under_data_are_told_with_what_to_do() -> None:
    for name in ("data/Labs.xlsx", "data/samples.ods", "data/events.xls", "data/people.tsv"):
        assert FORMATS.role_of(name) is None
        (told,) = unread_file(name)
        assert told.severity == "warning"
        assert ".xlsx" in told.next_step
    for name in (
        "data/samples.tsv",
        "data/events.xlsx",
        "data/contacts.tsv.gz",
        "data/ae.xlsx",
    ):
        assert FORMATS.role_of(name)


def test_a_table_is_told_from_its_content() -> None:
    content = saved(("s", [HEAD]))
    assert is_workbook("data/samples.csv", content)
    assert not is_workbook("data/samples.csv", b"sample\n")
    remarks = Remarks("x")
    assert sheet_text(content, ("samples",), remarks).text == b"sample,participant,taken\n"
