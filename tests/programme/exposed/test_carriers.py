"""Undosed carriers by samples and by bonds; samples of a lot are nobody."""

from datetime import date

import polars as pl
import pytest

from nanoward.programme.exposed.carriers import undosed_by_bonds, undosed_carriers

DAY = date(2026, 3, 2)


def profiles(*rows: tuple[str, str, date | None, str]) -> pl.DataFrame:
    names = ("sample", "participant", "taken", "typed_as")
    return pl.DataFrame(rows, schema=names, orient="row")


@pytest.mark.hazard("H-350")
def test_whoever_carries_it_before_any_dose_is_named_once() -> None:
    table = profiles(
        ("s1", "A", DAY, "agent"), ("s2", "B", DAY, "agent"), ("s3", "B", DAY, "agent"),
        ("s4", "C", DAY, "other"), ("s5", "L1", DAY, "agent"), ("s6", "D", DAY, "agent"),
        ("s7", "E", None, "agent"),
    )  # fmt: skip
    receipts = {"A": DAY, "D": date(2026, 4, 1), "E": DAY}
    found = undosed_carriers(table, receipts, frozenset({"L1"}))
    assert [(one.participant, one.evidence) for one in found] == [("B", "s2"), ("D", "s6")]


def test_a_link_to_somebody_dosed_is_a_reason_to_look() -> None:
    pairs = {"a": ["A", "B", "C"], "b": ["B", "C", "D"], "linked": [True, True, False]}
    bonds = pl.DataFrame(pairs)
    assert [one.participant for one in undosed_by_bonds(bonds, ["A"])] == ["B"]
    assert undosed_by_bonds(None, ["A"]) == ()
