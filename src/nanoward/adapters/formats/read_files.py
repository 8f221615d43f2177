"""A file of sequencing reads as one row: what it is called, for whom to type it."""

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.ports.formats import Reading


def read_file_row(path: str, content: bytes) -> Reading:
    """READS: the file's path; its reads are streamed when the sample is typed."""
    remarks = Remarks(path)
    if not content:
        remarks.add(problems.EMPTY, "the file is empty")
    table = pl.DataFrame({"path": [path] if content else []}, schema={"path": pl.String})
    return Reading(table=table, findings=remarks.told())
