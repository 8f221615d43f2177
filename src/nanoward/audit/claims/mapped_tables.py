"""A partner's own tables, mapped once (claims.toml) to claims; and values read from text."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nanoward.audit.claims.claim import Claim, Value
from nanoward.audit.claims.claim_types import KINDS
from nanoward.base.errors import InputError
from nanoward.base.findings import Finding

_WORDS = {
    **dict.fromkeys(("true", "yes", "y", "1", "present", "positive", "detected"), True),
    **dict.fromkeys(("false", "no", "n", "0", "absent", "negative", "not detected"), False),
}
_COLUMNS = frozenset({"item", "value", "period", "uncertainty", "limit", "unit", "claim"})


class BadMappingError(InputError):
    """claims.toml does not say how a table becomes claims."""

    code = "AUD-013"
    next_step = "Correct claims.toml; docs/howto/check-a-partner.md shows one."


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """How the rows of a table become claims of one type.

    columns  our names to theirs: item and value (a list: a panel); and period, uncertainty,
             limit, unit, claim where the table has them
    days     for which a claim may be taken in
    """

    programme: str
    partner: str
    type: str
    kind: str
    method: str
    period: str = ""
    unit: str = ""
    days: int = 90
    columns: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


def table_mapping(table: Mapping[str, Any]) -> TableMapping:
    """claims.toml as a value; BadMappingError names what is missing or unknown."""
    needed = ("programme", "partner", "type", "kind", "method", "columns")
    known = {*needed, "period", "unit", "days"}
    odd = sorted(set(table) - known) or [one for one in needed if one not in table]
    if odd:
        raise BadMappingError(f"claims.toml lacks {odd[0]!r}, or nobody knows it")
    columns = table["columns"]
    if not isinstance(columns, Mapping) or not {"item", "value"} <= set(columns) <= _COLUMNS:
        raise BadMappingError(f"[columns] names item and value, of {sorted(_COLUMNS)}")
    if table["kind"] not in KINDS:
        raise BadMappingError(f"kind is {table['kind']!r}, none of {', '.join(KINDS)}")
    days = table.get("days", 90)
    if type(days) is not int or days < 1:
        raise BadMappingError(f"days is {days!r}, not a whole number from 1")
    return TableMapping(
        **{name: str(table[name]) for name in needed if name != "columns"},
        period=str(table.get("period", "")),
        unit=str(table.get("unit", "")),
        days=days,
        columns={
            name: tuple(map(str, one)) if isinstance(one, list) else str(one)
            for name, one in columns.items()
        },
    )


def claims_of_rows(
    rows: Iterable[Mapping[str, str]],
    mapping: TableMapping,
    made: datetime,
    nonce: Callable[[], bytes],
    file: str = "",
) -> tuple[tuple[Claim, ...], tuple[Finding, ...]]:
    """A claim for each row, and a finding for each row that gives none."""
    claims: list[Claim] = []
    findings: list[Finding] = []
    for line, row in enumerate(rows, 2):
        try:
            claims.append(_claim(row, mapping, made, nonce().hex()))
        except BadMappingError as fault:
            findings.append(
                Finding(
                    code="AUD-033",
                    severity="error",
                    message=fault.what,
                    next_step="Correct the row, or claims.toml; the other rows are claimed",
                    file=file,
                    line=line,
                    column=fault.column,
                )
            )
    return tuple(claims), tuple(findings)


def _claim(row: Mapping[str, str], mapping: TableMapping, made: datetime, nonce: str) -> Claim:
    def cell(name: str) -> str:
        column = mapping.columns.get(name, "")
        if not isinstance(column, str) or not column:
            return ""
        if column not in row:
            raise BadMappingError(f"the table has no column {column!r}", column=column)
        return (row[column] or "").strip()

    value = mapping.columns["value"]
    names = value if isinstance(value, tuple) else (value,)
    lost = [one for one in (*names,) if one not in row]
    if lost:
        raise BadMappingError(f"the table has no column {lost[0]!r}", column=lost[0])
    text = ";".join((row[one] or "").strip() for one in names)
    item, period = cell("item"), cell("period") or mapping.period
    if not item:
        raise BadMappingError("the row names no item", column=str(mapping.columns["item"]))
    return Claim(
        programme=mapping.programme,
        partner=mapping.partner,
        claim=cell("claim") or f"{mapping.type}/{item}/{period}/{nonce[:8]}",
        type=mapping.type,
        item=item,
        period=period,
        method=mapping.method,
        value=value_of_text(text, mapping.kind),
        unit=cell("unit") or mapping.unit,
        made=made,
        expires=made.date() + timedelta(days=mapping.days),
        nonce=nonce,
        uncertainty=number_of_text(cell("uncertainty"), "uncertainty"),
        limit=number_of_text(cell("limit"), "limit"),
    )


def value_of_text(text: str, kind: str) -> Value:
    """A value as a cell says it; parts of a panel or of a stock are apart by semicolons."""
    text = text.strip()
    if not text.strip(";"):
        return None
    if kind in ("identity", "sequence", "date"):
        return text
    if kind == "presence":
        if text.lower() not in _WORDS:
            raise BadMappingError(f"{text!r} is neither present nor absent", column="value")
        return _WORDS[text.lower()]
    parts = tuple(number_of_text(one, "value") for one in text.split(";"))
    if any(math.isnan(one) for one in parts):
        raise BadMappingError(f"a part of {text!r} is empty", column="value")
    return parts if len(parts) > 1 else parts[0]


def number_of_text(text: str, column: str) -> float:
    """A number; NaN for an empty cell."""
    if not text.strip():
        return math.nan
    try:
        number = float(text)
    except ValueError:
        raise BadMappingError(f"{text!r} is no number", column=column) from None
    if not math.isfinite(number):
        raise BadMappingError(f"{text!r} is no finite number", column=column)
    return number
