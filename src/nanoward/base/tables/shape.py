"""The shapes of the tables that pass between files, rooms and reports: the data model as data.

Readers produce these, rooms take and return these, the report shows these. A column may be
missing only where `required` is false; further columns are carried along untouched.
"Not measured" is null; "measured, absent" is a value.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "int", "float", "bool", "date", "list"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it holds, in which unit, and whether a table may lack it."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """A table: its columns, and the columns that name a row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def column(
    name: str, kind: Kind, meaning: str, unit: str = "", *, needed: bool = True
) -> Column:
    """A column in one line."""
    return Column(name=name, kind=kind, meaning=meaning, unit=unit, required=needed)
