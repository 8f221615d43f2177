"""Tables as CSV that a spreadsheet may open: no lists, no formulas, numbers as numbers."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def write_csv(table: "pl.DataFrame", path: Path) -> None:
    """Write any table; the folder is made where it is not there."""
    from nanoward.maths.spreadsheet_cells import safe_table

    path.parent.mkdir(parents=True, exist_ok=True)
    safe_table(table).write_csv(path)
