from datetime import date
from typing import Any

import traced
from rounds import plan

from nanoward.base import tables
from nanoward.base.tables import TableShape
from nanoward.faces.report.sections.weekly import consent_table, due_table, site_table
from nanoward.flows.round.round import Round

DAY = date(2026, 3, 1)


def told(shape: TableShape, *rows: dict[str, Any]) -> Round:
    return Round(plan=plan(), as_of=DAY, tables={shape.name: traced.frame(shape, list(rows))})


def test_what_was_missed_stands_before_what_is_due() -> None:
    rows = [{"participant": who, "name": "medical", "planned": DAY, "state": state}
            for who, state in (("P1", "due"), ("P2", "missed"), ("P3", "late"))]  # fmt: skip
    table = due_table(told(tables.DUE, *rows))
    assert table is not None
    assert [row[0].text for row in table.rows] == ["P2", "P3", "P1"]
    assert table.caption == "Assessments and visits: 1 missed, 1 late, 1 due"


def test_only_consents_that_ask_for_something_are_listed() -> None:
    found = {"P1": "active", "P2": "renewal", "P3": "withdrawn"}
    rows = [{"participant": who, "status": status, "uses": []} for who, status in found.items()]
    table = consent_table(told(tables.CONSENTS, *rows))
    assert table is not None
    assert [row[0].text for row in table.rows] == ["P3", "P2"]
    assert table.caption == "Consents of 3 people: 1 active"
    assert table.more == "1 further consent: tables/consents.parquet."


def test_sites_beyond_the_limits_stand_first() -> None:
    rows = [{"measure": "adverse events", "site": site, "events": 3, "of": 30.0, "flag": flag}
            for site, flag in (("a", 0), ("b", -2), ("c", None), ("d", 1))]  # fmt: skip
    table = site_table(told(tables.SITES, *rows))
    assert table is not None
    assert [row[1].text for row in table.rows] == ["b", "d", "a", "c"]
    assert [row[8].text for row in table.rows] == [
        "fewer",
        "more",
        "within",
        "too little to say",
    ]
    assert table.rows[0][8].mark == "held"


def test_nothing_gives_no_table() -> None:
    empty = Round(plan=plan(), as_of=DAY, tables={})
    assert due_table(empty) is consent_table(empty) is site_table(empty) is None
