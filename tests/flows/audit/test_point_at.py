"""Pointers on a plain table."""

import numpy as np
import pytest

from nanoward.flows.audit.measured_table import BadAuditTableError
from nanoward.flows.audit.point_at import TableColumns, point_at
from nanoward.flows.audit.point_at_records import RecordColumns

COLUMNS = TableColumns(person="who", values=("a", "b", "c"), site="site", day="day")


def table(copies: int, day: str = "2026-11-30") -> bytes:
    chance = np.random.default_rng(1)
    rows = chance.normal(20, 4, (120, 3)).round(2)
    rows[60 : 60 + copies] = rows[:copies]
    lines = ["who,site,day,a,b,c"]
    lines += [
        f"P{at // 3},S{at // 3 % 5},{day},{x[0]},{x[1]},{x[2]}" for at, x in enumerate(rows)
    ]
    return "\n".join(lines).encode()


def test_honest_rows_are_not_pointed_at_and_copies_are_with_their_rows() -> None:
    honest = point_at(table(0), COLUMNS)
    assert honest.seen == ()
    assert len(honest.pointers) > 8
    copied = point_at(table(12), COLUMNS)
    assert "repeated rows" in {one.name for one in copied.seen}
    assert {1, 12, 61, 72} <= set(copied.rows)
    assert all(one.innocent for one in copied.pointers)


def test_visits_on_closed_days_are_seen_and_a_day_that_is_none_is_refused() -> None:
    found = point_at(table(0, "2026-11-29"), COLUMNS)
    assert "closed days" in {one.name for one in found.seen}
    with pytest.raises(BadAuditTableError):
        point_at(table(0, "soon"), COLUMNS)
    with pytest.raises(BadAuditTableError):
        point_at(b"x,y\n1,2\n", COLUMNS)


def test_columns_that_are_there_and_hold_nothing_are_told_too() -> None:
    records = RecordColumns(edited="e", number="n", before=("b",), asked="q", events="v")
    columns = TableColumns(
        person="who", values=("a",), site="s", day="d", group="g", records=records
    )
    told = point_at(b"who,a,s,d,g,e,n,b,q,v\nP1,,S,,,,,,,\n", columns)
    assert told.pointers == ()
    for name in ("closed days", "edit times", "numbers that skip or repeat", "fewer events"):
        assert told.unlooked[name] == "too few values"
    assert told.unlooked["effect too large"] == "not two groups"
    assert point_at(b"who,a\n", TableColumns(person="who", values=("a",))).seen == ()


def test_people_without_days_come_last_and_sites_are_listed_by_how_alike_they_are() -> None:
    told = point_at(table(0).replace(b"P1,S1,2026-11-30", b"P1,S1,", 1), COLUMNS)
    assert [one.name for one in told.pointers].count("too steady") == 3
    ranks = [rank for _, rank in told.sites]
    assert ranks == sorted(ranks, reverse=True)
    assert len(ranks) == 5


def test_without_a_day_or_a_site_nothing_is_said_of_them() -> None:
    plain = TableColumns(person="who", values=("a", "b", "c"))
    told = point_at(table(0), plain)
    assert "too steady" not in {one.name for one in told.pointers}
    assert told.sites == ()
