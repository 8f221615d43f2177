"""SAS transport files, version 5, whose bytes depend on the table alone."""

import re
import tempfile
from pathlib import Path

import polars as pl

# Header records hold the moment of writing as ddMMMyy:hh:mm:ss (SAS TS-140). It is replaced
# by the format's own beginning of time, so that the same table gives the same bytes.
MOMENT = re.compile(rb"\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d")
NO_MOMENT = b"01JAN60:00:00:00"


def transport_bytes(name: str, table: pl.DataFrame) -> bytes:
    """One SDTM domain as an XPT v5 file; empty text is null, as the format knows no other."""
    import pyreadstat

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "domain.xpt"
        pyreadstat.write_xport(table, path, table_name=name, file_format_version=5)
        content = path.read_bytes()
    records = (
        content.index(b"OBS     HEADER RECORD") if b"OBS     HEADER RECORD" in content else 0
    )
    return MOMENT.sub(NO_MOMENT, content[:records]) + content[records:]
