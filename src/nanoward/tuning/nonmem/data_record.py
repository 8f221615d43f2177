"""The rows of a data file that a control stream's $DATA and $INPUT let through, by its names.

NONMEM Users Guide IV (NM-TRAN): IGNORE=c leaves out rows that begin with c, IGNORE=@ those
that begin with a letter or @; IGNORE=(list) leaves out rows for which any condition holds,
ACCEPT=(list) keeps those for which any does. .EQ. and .NE. compare text, the others numbers.
Fields stand apart by commas, blanks or tabs; what is missing behind the last field is 0.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nanoward.tuning.nonmem.abbreviations import input_items
from nanoward.tuning.nonmem.control_stream import ControlStream

_CONDITION = re.compile(
    r"([A-Za-z_]\w*)\s*(\.\w+\.|==|/=|<=|>=|<|>|=)\s*['\"]?([^,'\")\s]+)['\"]?", re.I
)
_OPS = {
    "EQ": "eq", "EQN": "eq", "NE": "ne", "NEN": "ne", "LT": "lt", "LE": "le", "GT": "gt",
    "GE": "ge", "==": "eq", "=": "eq", "/=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A data item compared with a value: op is eq, ne, lt, le, gt or ge."""

    item: str
    op: str
    value: str

    def holds(self, cell: str) -> bool:
        """Whether a cell fulfils it; text that is no number is neither less nor greater."""
        left, right = _number(cell), _number(self.value)
        if self.op in ("eq", "ne"):
            same = (
                left == right if left is not None and right is not None else cell == self.value
            )
            return same == (self.op == "eq")
        if left is None or right is None:
            return False
        return {"lt": left < right, "le": left <= right, "gt": left > right}.get(
            self.op, left >= right
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSelection:
    """What $DATA and $INPUT say.

    ignored   first characters of rows that are comments; @ stands for any letter
    ignore, accept   conditions; either is empty
    items     names of the columns in order, dropped ones as ""
    """

    ignored: str
    ignore: tuple[Condition, ...]
    accept: tuple[Condition, ...]
    items: tuple[str, ...]


def data_selection(stream: ControlStream) -> DataSelection:
    """$DATA and $INPUT; BadStreamError with the line of what is not understood."""
    ignored, lists = "#", {"IGNORE": [], "ACCEPT": []}  # type: ignore[var-annotated]
    for record in stream.all("DATA"):
        text = " ".join(record.text.split())
        for word, inner in re.findall(r"\b(IGNORE|IGN|ACCEPT)\s*=?\s*\(([^()]*)\)", text, re.I):
            told = _CONDITION.findall(inner)
            if len(told) != len([one for one in inner.split(",") if one.strip()]):
                raise stream.fault(record.line, f"$DATA {word}=({inner}) is not understood")
            key = "ACCEPT" if word.upper() == "ACCEPT" else "IGNORE"
            lists[key] += [_condition(stream, record.line, *one) for one in told]
        for sign in re.findall(r"\bIGN(?:ORE)?\s*=\s*['\"]?([^\s('\"])", text, re.I):
            ignored += sign
    items = tuple("" if gone else name for name, _, gone in input_items(stream))
    return DataSelection(
        ignored=ignored,
        ignore=tuple(lists["IGNORE"]),
        accept=tuple(lists["ACCEPT"]),
        items=items,
    )


def _condition(stream: ControlStream, line: int, item: str, sign: str, value: str) -> Condition:
    op = _OPS.get(sign.strip(".").upper())
    if op is None:
        raise stream.fault(line, f"$DATA compares by {sign}, which is not understood")
    return Condition(item=item.upper(), op=op, value=value)


def selected_rows(
    selection: DataSelection, text: str
) -> tuple[list[str], list[list[str]], int]:
    """Names of the columns that stay, their rows, and how many rows were left out."""
    names = {name: place for place, name in enumerate(selection.items) if name}
    kept, left = [], 0
    for line in text.splitlines():
        if not line.strip():
            continue
        cells = _fields(line)
        if _is_comment(line, selection.ignored) or not _passes(selection, names, cells):
            left += 1
            continue
        kept.append([cells[place] if place < len(cells) else "0" for place in names.values()])
    return list(names), kept, left


def _passes(selection: DataSelection, names: Mapping[str, int], cells: Sequence[str]) -> bool:
    def holds(one: Condition) -> bool:
        place = names.get(one.item)
        return place is not None and one.holds(cells[place] if place < len(cells) else "0")

    if any(holds(one) for one in selection.ignore):
        return False
    return not selection.accept or any(holds(one) for one in selection.accept)


def _is_comment(line: str, ignored: str) -> bool:
    first = line.lstrip()[0]
    return first in ignored or ("@" in ignored and first.isalpha())


def _fields(line: str) -> list[str]:
    if "," in line:
        return [one.strip() for one in line.split(",")]
    return line.split()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
