from datetime import date
from typing import Any

from rounds import empty_round, frame, plan

from nanoward.base import tables
from nanoward.faces.report.sections.changed import _standing, changed
from nanoward.flows.round.round import Round
from nanoward.testing.permission_table import STANDINGS


def a_round(*rows: dict[str, Any]) -> Round:
    table = frame(tables.ROUND_CHANGES, list(rows))
    facts = {"programme": {"compared with": "the round of 2026-11-16"}}
    return Round(plan=plan(), as_of=date(2026, 11, 23), tables={"round_changes": table},
                 facts=facts)  # fmt: skip


ROW = {"kind": "row", "participant": "P2", "file": "ae.csv", "line": 2, "item": "AE sepsis",
       "before": "AE sepsis", "after": "gone", "reason": "", "cause": "data",
       "seen": date(2026, 11, 16), "open": True, "id": "ab"}  # fmt: skip


def test_what_waits_for_a_person_stands_first_with_the_command() -> None:
    told = changed(a_round({**ROW, "participant": "P1", "open": False}, ROW))
    assert told.lead == "Compared with the round of 2026-11-16: 2 changes."
    assert told.waiting.startswith("1 change of P2 keep")
    assert "nanoward clearance confirm" in told.waiting
    (table,) = told.tables
    assert [row[0].text for row in table.rows] == ["P2", "P1"]
    assert table.rows[0][5].text == "last in the round of 2026-11-16"


def test_a_calm_round_and_a_first_round_say_so() -> None:
    assert "no standing changed" in changed(a_round()).calm
    assert "no earlier round" in changed(empty_round()).calm


def test_many_rows_are_cut_and_counted() -> None:
    (table,) = changed(a_round(*({**ROW, "item": str(n)} for n in range(60)))).tables
    assert len(table.rows) == 40
    assert table.more == "20 further: tables/round_changes.parquet."


def test_every_standing_has_its_mark_and_nothing_else() -> None:
    assert all(_standing(one).mark == one for one in STANDINGS)
    assert [_standing(one).mark for one in (None, "", "holding")] == ["", "", ""]
