from datetime import date
from typing import Any

import pytest
import traced
from rounds import plan

from nanoward.base import tables
from nanoward.base.tables import TableShape
from nanoward.faces.report.sections.visits import visits
from nanoward.flows.round.round import Round

DAY = date(2026, 11, 30)


def told(**rows: list[dict[str, Any]]) -> Round:
    shapes: list[TableShape] = [getattr(tables, name) for name in rows]
    found = {
        one.name: traced.frame(one, rows_)
        for one, rows_ in zip(shapes, rows.values(), strict=True)
    }
    return Round(plan=plan(), as_of=DAY, tables=found)


def test_a_round_without_visits_says_so() -> None:
    assert visits(told()).absent.startswith("Not part of this round")


@pytest.mark.hazard("H-307")
def test_who_comes_when_and_who_has_no_place() -> None:
    rows = [
        {"participant": "P2", "state": "booked", "site": "w", "day": DAY, "half": "morning",
         "planned": DAY, "why": ""},
        {"participant": "P1", "state": "booked", "site": "w", "day": DAY, "half": "morning",
         "planned": DAY, "why": ""},
        {"participant": "P3", "state": "due", "site": "", "day": None, "half": "",
         "planned": DAY, "why": "standing held"},
    ]  # fmt: skip
    found = visits(told(VISITS=rows))
    assert found.lead == "2 visits booked in the coming four weeks, 1 without a place."
    assert found.days is not None
    assert [cell.text for cell in found.days.rows[0]][-2:] == ["2", "P1, P2"]
    assert found.unplaced is not None
    assert found.unplaced.rows[0][-1].text == "standing held"
    assert "Kind" not in [one.title for one in found.days.headings]


def test_impossible_runs_stand_first_with_what_mends_them() -> None:
    calm = {"site": "w", "resource": "clin", "first": DAY, "last": DAY, "taken": 1, "there": 9,
            "short": 0, "mend": ""}  # fmt: skip
    short = calm | {"resource": "scanner", "short": 3, "mend": "3 more"}
    found = visits(
        told(CAPACITY=[calm, short], BEDS=[{"kind": "single", "taken": 1, "there": 2}])
    )
    assert found.capacity is not None
    assert found.capacity.rows[0][1].text == "scanner"
    assert found.capacity.caption.endswith("1 impossible run")
    assert found.beds is not None


def test_sums_of_statements() -> None:
    row = {"currency": "EUR", "earned": "40.00", "paid": "0.00", "pending": "0.00",
           "owed": "40.00", "refunds": "0.00", "late": 1, "disputed": 0}  # fmt: skip
    found = visits(told(PAY_TOTALS=[row])).pay
    assert found is not None
    assert found.rows[0][6].mark == "alarm"
