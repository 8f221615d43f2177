"""Tables of no role (scores by week, cases, markers with their people) as plain CSV."""

from dataclasses import replace
from pathlib import PurePath

from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.decimal_commas import with_points
from nanoward.adapters.formats.text.delimited_records import records_of
from nanoward.adapters.formats.text.own_columns import Names, under_our_names
from nanoward.adapters.formats.text.plain_text import text_of
from nanoward.adapters.formats.text.workbook import is_workbook, sheet_text
from nanoward.base.errors import InputError


class DoubtfulTableError(InputError):
    """A table holds something that may not be what was meant."""

    code = "FMT-092"
    next_step = "Correct the file; nothing of it was used."


def plain_table(path: str, content: bytes, names: Names) -> bytes:
    """CSV in UTF-8 with commas and points, of CSV, TSV or a workbook, packed or not.

    Raises DoubtfulTableError with the first finding that is more than a note: whoever reads
    such a table has no way to tell one.
    """
    remarks, text = Remarks(path), content
    if is_workbook(path, content):
        sheet = sheet_text(content, (PurePath(path).name.split(".")[0],), remarks)
        _refuse(remarks)
        text = sheet.text or b""
        path = path.removesuffix(".gz")
    records = records_of(text_of(path, text, remarks), remarks)
    frame = None
    if records is not None:
        frame = under_our_names(records.frame, names, remarks, records.header_line)
    _refuse(remarks)
    if records is None or frame is None:
        raise DoubtfulTableError("holds no table", file=path)
    written: str = with_points(replace(records, frame=frame), remarks).frame.write_csv()
    return written.encode()


def _refuse(remarks: Remarks) -> None:
    for one in remarks.findings():
        if one.severity != "note":
            raise DoubtfulTableError(
                one.message, next_step=one.next_step, file=one.file, line=one.line,
                column=one.column,
            )  # fmt: skip
