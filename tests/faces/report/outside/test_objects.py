"""The section on objects: by arrival, and only where there are any."""

from datetime import date

import polars as pl
import pytest

from nanoward.base.plan import Plan
from nanoward.faces.report.outside.objects import objects
from nanoward.faces.report.page import render_report
from nanoward.flows.round.round import Round

ROW = {
    "track": "T-1", "zone": "site", "state": "alarm", "told": "T-1 comes", "probability": 0.9,
    "arrival": 120.0, "arrival_low": 90.0, "arrival_high": 200.0, "nearest": -10.0,
    "detections": 12, "path": ["50.8 -1.1"], "outline": ["50.8 -1.1", "50.8 -1.0", "50.9 -1"],
}  # fmt: skip


def a_round(*rows: dict[str, object]) -> Round:
    tables = {"tracks": pl.DataFrame(rows)} if rows else {}
    return Round(
        plan=Plan(name="w", title="W", sha256=""),
        as_of=date(2026, 1, 1),
        tables=tables,
        facts={},
    )


def test_the_first_to_arrive_leads() -> None:
    clear = {**ROW, "track": "T-2", "state": "clear", "arrival": None, "arrival_low": None,
             "arrival_high": None}  # fmt: skip
    told = objects(a_round(ROW, clear))
    assert told.shown
    assert "The first to arrive: T-1 comes" in told.lead
    assert told.table is not None
    assert "120 s (90 to 200)" in told.table.rows[0][4].text
    assert told.table.rows[1][4].text == "–"
    assert told.map is not None


def test_a_round_without_tracks_shows_nothing() -> None:
    assert not objects(a_round()).shown


@pytest.mark.hazard("H-329")
def test_the_page_has_tracks_and_their_picture_only_where_there_are_any() -> None:
    page = render_report(a_round(ROW)).decode()
    assert 'id="objects"' in page
    assert "Tracks by time of arrival" in page
    assert "protected zone" in page
    assert 'id="objects"' not in render_report(a_round()).decode()
