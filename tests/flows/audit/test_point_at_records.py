"""Pointers on edits, instruments' numbers, questions and events."""

import numpy as np
import pytest

from nanoward.flows.audit.measured_table import BadAuditTableError
from nanoward.flows.audit.point_at_records import (
    RecordColumns,
    day_of,
    edit_pointers,
    moved_pointers,
    number_pointers,
    reported_pointers,
)


def test_late_edits_and_one_hour_with_most_edits() -> None:
    columns = RecordColumns(edited="e")
    honest = [{"d": "2026-11-02", "e": f"2026-11-{3 + at % 9:02d}T09:00"} for at in range(60)]
    (usual,) = edit_pointers(honest, columns, "d").pointers
    assert usual.p == 1.0
    late = [
        *honest[:40],
        *({"d": "2026-11-02", "e": f"2026-12-{9 + at:02d}"} for at in range(20)),
    ]
    found = edit_pointers(late, columns, "d")
    assert found.pointers[0].p < 1e-9
    assert found.rows == frozenset(range(40, 60))
    burst = [{"d": "2026-11-02", "e": "2026-11-03T09:10"} for _ in range(20)]
    assert "20 of 20 edits" in edit_pointers(burst, columns, "d").pointers[-1].told
    with pytest.raises(BadAuditTableError):
        edit_pointers([{"d": "", "e": "soon"}], columns, "d")
    assert edit_pointers([{"d": "", "e": ""}], columns, "d").pointers == ()


def test_numbers_are_told_by_instrument() -> None:
    rows = [{"n": str(n), "i": i} for i in "ab" for n in (1, 2, 5, 5 if i == "a" else 6)]
    found = number_pointers(rows, RecordColumns(number="n", instrument="i"))
    told = [(one.name, one.about, np.isnan(one.p)) for one in found.pointers]
    assert told == [
        ("numbers that skip", "a", True),
        ("numbers that repeat", "a", True),
        ("numbers that skip", "b", True),
    ]
    assert found.rows == {2, 3}
    with pytest.raises(BadAuditTableError):
        number_pointers([{"n": "x"}], RecordColumns(number="n"))


def test_values_that_move_only_where_somebody_asked() -> None:
    rows = [
        {"a0": "1", "a": "2" if at < 6 else "1", "q": "yes" if at < 10 else ""}
        for at in range(100)
    ]
    columns = RecordColumns(before=("a0",), asked="q")
    found = moved_pointers(rows, columns, ("a",))
    assert found.pointers[0].p < 1e-6
    assert found.rows == frozenset(range(6))
    for bad, values in ((rows, ("a", "b")), ([{**rows[0], "q": "perhaps"}], ("a",))):
        with pytest.raises(BadAuditTableError):
            moved_pointers(bad, columns, values)


def test_a_site_that_tells_fewer_events_for_its_visits() -> None:
    chance = np.random.default_rng(3)
    rows = [
        {
            "w": f"{site}-{at % 30}",
            "s": f"s{site}",
            "e": str(chance.poisson(0.1 if site == 7 else 0.5)),
        }
        for site in range(20)
        for at in range(300)
    ]
    found = reported_pointers(rows, RecordColumns(events="e"), "w", "s").pointers
    assert {one.about for one in found if one.p < 0.01} == {"s7"}


def test_a_cell_with_no_day_is_none_or_refused() -> None:
    assert day_of("", 0, "d") is None
    assert str(day_of("2026-11-30T09:00", 0, "d")) == "2026-11-30"
    with pytest.raises(BadAuditTableError):
        day_of("soon", 0, "d")
