"""The report's section on partners."""

from datetime import date

from nanoward.base.plan import Plan
from nanoward.faces.report.outside.partners import partners
from nanoward.faces.report.page import render_report
from nanoward.flows.audit.audit_round import partner_table
from nanoward.flows.round.round import Round


def a_round(shown: bool = True) -> Round:
    row = {
        "partner": "north <b>", "type": "iron", "claims": 300, "expected": 300, "audited": 60,
        "differing": 6, "missing": 2, "verdict": "pattern", "direction": "partner",
        "evidence": 4000.0, "threshold": 900.0, "seen_from": 0.08, "told": "6 of 60 differ",
        "answer": "another buffer", "appeal": "open",
    }  # fmt: skip
    other = {**row, "type": "tube", "verdict": "agrees", "seen_from": None, "audited": 0}
    tables = {"partner_claims": partner_table([row, other])} if shown else {}
    facts = {"audit": {"partners": 1}} if shown else {}
    plan = Plan(name="w", title="W", sha256="")
    return Round(plan=plan, as_of=date(2026, 11, 9), tables=tables, facts=facts)


def test_each_partner_has_a_page_with_what_would_have_been_seen() -> None:
    told = partners(a_round())
    (page,) = told.pages
    assert page.name == "north <b>"
    assert [row[0].text for row in page.types.rows] == ["iron", "tube"]
    assert [row[9].text for row in page.types.rows] == ["8%", "nothing for sure"]
    assert "1 patterns or contradictions" in told.lead


def test_the_page_has_the_section_only_where_the_plan_has_an_audit() -> None:
    page = render_report(a_round()).decode()
    assert 'id="partners"' in page
    assert "another buffer" in page
    assert "north <b>" not in page
    assert 'id="partners"' not in render_report(a_round(shown=False)).decode()
