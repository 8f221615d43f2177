"""The report's section on watch."""

from datetime import date

import polars as pl

from nanoward.base.plan import Plan
from nanoward.faces.report.outside.watch import watch
from nanoward.faces.report.page import render_report
from nanoward.flows.round.round import Round


def a_round(shown: bool = True) -> Round:
    row = {
        "stream": ["ward <b>", "lab"], "state": ["quiet", "silent"],
        "last": [date(2026, 11, 2)] * 2, "periods": [60, 50], "count": [3.0, 2.0],
        "expected": [2.5, 2.0], "evidence": [1.5, 0.0], "threshold": [1000.0] * 2,
        "since": [None, None], "ratio": [1.2, None], "limit": [17.0, None],
        "told": ["nothing seen; 17 a week for 4 weeks would have alarmed", "silent"],
    }  # fmt: skip
    schema = {"since": pl.Date, "ratio": pl.Float64, "limit": pl.Float64}
    frame = pl.DataFrame(row, schema_overrides=schema)
    tables = {"streams": frame} if shown else {}
    facts = {"watch": {"promised weeks until a false alarm": 500.0}} if shown else {}
    plan = Plan(name="w", title="W", sha256="")
    return Round(plan=plan, as_of=date(2026, 11, 9), tables=tables, facts=facts)


def test_silent_streams_come_before_quiet_ones_and_limits_are_shown() -> None:
    told = watch(a_round())
    assert told.shown
    assert "1 silent" in told.lead
    assert "once in 500 periods" in told.lead
    assert told.streams is not None
    assert [row[0].text for row in told.streams.rows] == ["lab", "ward <b>"]


def test_the_page_has_the_section_only_where_the_plan_has_a_watch() -> None:
    page = render_report(a_round()).decode()
    assert 'id="watch"' in page
    assert "17 a week for 4 weeks would have alarmed" in page
    assert "ward <b>" not in page
    assert 'id="watch"' not in render_report(a_round(shown=False)).decode()
