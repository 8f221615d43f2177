"""How good the numbers of a round are, counted from what its tables were made from."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from nanoward.base.evidence import GUESSED, Lineage
from nanoward.base.tables.lineage import EVIDENCE

_SCHEMA = {
    one.name: pl.List(pl.String) if one.kind == "list" else pl.String
    for one in EVIDENCE.columns
}
UNSTATED = "nobody states what it was made from"


def evidence_rows(tables: Mapping[str, pl.DataFrame], lineage: Lineage) -> pl.DataFrame:
    """The table EVIDENCE over the tables of a round; a table of unknown making is a guess."""
    rows = [
        row
        for name, table in sorted(tables.items())
        if name != EVIDENCE.name
        for row in _of_table(name, table.columns, lineage)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _of_table(name: str, columns: list[str], lineage: Lineage) -> Iterator[dict[str, Any]]:
    for column in ("", *columns):
        full = f"{name}.{column}" if column else name
        known = bool(lineage.step(full).inputs)
        yield {
            "table": name,
            "column": column,
            "grade": lineage.grade(full) if known else GUESSED,
            "made_from": list(lineage.step(full).inputs),
            "inputs": sorted(lineage.inputs(full)) if known else [],
            "guesses": list(lineage.guesses(full)) if known else [UNSTATED],
        }
