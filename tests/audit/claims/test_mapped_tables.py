"""Tables mapped once to claims."""

import math
from datetime import UTC, datetime

import pytest

from nanoward.audit.claims.mapped_tables import (
    BadMappingError,
    claims_of_rows,
    number_of_text,
    table_mapping,
    value_of_text,
)

TABLE = {
    "programme": "w", "partner": "north", "type": "iron", "kind": "continuous",
    "method": "ICP-MS", "unit": "mg/L", "columns": {"item": "s", "value": ["a", "b"],
    "uncertainty": "sd"},
}  # fmt: skip
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def test_rows_become_claims_and_bad_rows_are_told_with_their_line() -> None:
    rows = [
        {"s": "S1", "a": "1", "b": "2", "sd": "0.5"}, {"s": "", "a": "1", "b": "2", "sd": ""},
        {"s": "S3", "a": "x", "b": "2", "sd": ""}, {"s": "S4", "a": "1", "b": "2", "sd": ""},
    ]  # fmt: skip
    claims, findings = claims_of_rows(rows, table_mapping(TABLE), NOW, lambda: bytes(16), "t")
    assert [one.item for one in claims] == ["S1", "S4"]
    assert claims[0].value == (1.0, 2.0)
    assert claims[0].uncertainty == 0.5
    assert math.isnan(claims[1].uncertainty)
    assert [one.line for one in findings] == [3, 4]


@pytest.mark.parametrize(
    "change",
    [{"odd": 1}, {"kind": "x"}, {"days": 0}, {"columns": {"item": "s"}}, {"columns": 3}],
)
def test_a_mapping_that_is_not_understood_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadMappingError):
        table_mapping({**TABLE, **change})
    with pytest.raises(BadMappingError):
        table_mapping({k: v for k, v in TABLE.items() if k != "method"})


def test_values_are_read_by_kind_and_never_guessed() -> None:
    assert value_of_text("Positive", "presence") is True
    assert value_of_text("", "presence") is None
    assert value_of_text("1;2;3;4", "balance") == (1.0, 2.0, 3.0, 4.0)
    assert value_of_text("2026-01-05", "date") == "2026-01-05"
    for text, kind in (("maybe", "presence"), ("1;;2", "balance"), ("nan", "continuous")):
        with pytest.raises(BadMappingError):
            value_of_text(text, kind)
    assert math.isnan(number_of_text(" ", "x"))


def test_a_row_has_its_own_unit_and_else_that_of_the_table() -> None:
    columns = {"item": "s", "value": "a", "unit": "u"}
    rows = [{"s": "S1", "a": "1", "u": "ug/L"}, {"s": "S2", "a": "1", "u": " "}]
    mapping = table_mapping(TABLE | {"columns": columns})
    claims, findings = claims_of_rows(rows, mapping, NOW, lambda: bytes(16), "t")
    assert ([one.unit for one in claims], list(findings)) == (["ug/L", "mg/L"], [])
