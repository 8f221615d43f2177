"""Primers in BED (contig, first position from 0, behind the last, name, score, strand)."""

import re

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.sequences.causes import Causes
from nanoward.adapters.formats.text.plain_text import text_of
from nanoward.adapters.formats.values.typed_columns import empty_table
from nanoward.base.tables import PRIMERS
from nanoward.ports.formats import ParsedTable, Use

OF_A_VIEWER = "lines for a genome browser, which say nothing of primers"
_WHOLE = re.compile(r"[0-9]{1,12}")
_FORWARD = re.compile(r"(_LEFT|_FWD|_FORWARD|_F)(_|$|[0-9])", re.IGNORECASE)
_BACKWARD = re.compile(r"(_RIGHT|_REV|_REVERSE|_R)(_|$|[0-9])", re.IGNORECASE)


def read_primers(path: str, content: bytes) -> ParsedTable:
    """One row per primer; its strand by the sixth column, else by its name (_LEFT, _RIGHT)."""
    remarks, causes = Remarks(path), Causes()
    text = text_of(path, content, remarks)
    rows = []
    for line, words in enumerate(text.lines, 1):
        if not words.strip() or words.startswith(("#", "track", "browser")):
            continue
        if line in text.damaged:
            continue
        fields = words.split("\t") if "\t" in words else words.split()
        if len(fields) < 4 or not all(_WHOLE.fullmatch(one) for one in fields[1:3]):
            causes.add(
                problems.BAD_VALUE, "", "the row is no primer: contig, first, last, name", line
            )
            continue
        first, last = int(fields[1]) + 1, int(fields[2])
        strand = _strand(fields)
        if strand is None or last < first:
            message = f"primer {fields[3][:40]!r} has no strand or no length"
            causes.add(problems.BAD_VALUE, "strand", message, line)
            continue
        rows.append((fields[0], first, last, fields[3], strand, line))
    causes.tell(remarks)
    if text.lines and not rows:
        remarks.add(problems.NO_ROWS, "the file holds no primer")
    table = pl.DataFrame(rows, schema=empty_table(PRIMERS).schema, orient="row")
    told = len([one for one in text.lines if one.startswith(("track", "browser"))])
    account = (
        Use(level="record", name="primer", use="used", count=len(rows)),
        *(
            Use(level="record", name="primer", use="told", reason=one.code)
            for one in remarks.findings()
            if one.severity == "error"
        ),
        *(
            [Use(level="record", name="track", use="ignored", reason=OF_A_VIEWER)]
            if told
            else ()
        ),
    )
    return ParsedTable(table=table, findings=remarks.findings(), account=account)


def _strand(fields: list[str]) -> str | None:
    if len(fields) > 5 and fields[5] in ("+", "-"):
        return fields[5]
    if _FORWARD.search(fields[3]):
        return "+"
    return "-" if _BACKWARD.search(fields[3]) else None
