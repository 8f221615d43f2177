"""The report's section of cases names nobody and is there only where there is a case."""

from datetime import date
from typing import Any

import polars as pl

from nanoward.base.plan import Plan
from nanoward.faces.report.cases.cases import cases
from nanoward.faces.report.page import render_report
from nanoward.flows.round.round import Round

DAY = date(2026, 3, 2)
PREGNANCY = {
    "case": "p-1", "relation": "partner", "reports": "prospective", "reported": DAY,
    "conceived_from": DAY, "conceived_to": DAY, "evidence": "tests", "days_least": 3,
    "days_most": 9, "fetuses": 1, "outcome": "", "state": "ongoing", "next_contact": DAY,
    "overdue": True,
}  # fmt: skip
EXPOSED = {
    "case": "x-1", "relation": "household", "source": "sample", "opened": DAY,
    "state": "untold", "tests": 0, "clear_tests": 0, "due": DAY, "next_step": "tell the person",
}  # fmt: skip
URGENT = {
    "event": "e-1", "kind": "kill", "first_known": "2026-03-02 09:00", "verdict": "urgent",
    "days": 15, "due": DAY, "state": "overdue", "reports": 0, "why": "a kill of the agent",
}  # fmt: skip
OUTCOME = {"cause": "loss", "events": 6, "share": 0.16, "low": 0.1, "high": 0.2, "naive": 0.2,
           "ignored": 0.1, "crude": 0.07, "at_risk": 40}  # fmt: skip


def a_round(**rows: dict[str, Any]) -> Round:
    tables = {name: pl.DataFrame([row]) for name, row in rows.items()}
    facts = {"programme": {"term": "not yet estimable: 3 births", "council pauses": 1,
                           "serious events without a clock": 8,
                           "pregnancies without consent": 2}} if rows else {}  # fmt: skip
    return Round(
        plan=Plan(name="w", title="W", sha256=""), as_of=DAY, tables=tables, facts=facts
    )


def test_every_kind_of_case_is_shown() -> None:
    held = a_round(
        pregnancies=PREGNANCY,
        exposed=EXPOSED,
        urgent_reports=URGENT,
        pregnancy_outcomes=OUTCOME,
    )
    told = cases(held)
    assert told.shown
    assert "nobody is dosed or raised" in told.lead
    assert "2 people asked said no" in told.lead
    assert "8 serious events: nobody here keeps" in told.lead
    page = render_report(held).decode()
    assert 'id="cases"' in page
    assert "a kill of the agent" in page
    assert "tell the person" in page


def test_without_cases_there_is_no_section() -> None:
    assert not cases(a_round()).shown
    assert 'id="cases"' not in render_report(a_round()).decode()
