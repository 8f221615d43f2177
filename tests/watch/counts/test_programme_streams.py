"""Counts of what a programme holds: weeks without events are zeros, exposure is presence."""

from datetime import date

import polars as pl

from nanoward.watch.counts.programme_streams import programme_rows

DM = pl.DataFrame(
    {
        "USUBJID": ["a", "b", "c"],
        "SITEID": ["1", "1", "2"],
        "RFSTDTC": ["2026-01-05", "2026-01-12", "2026-01-05"],
        "RFENDTC": ["2026-01-18", None, None],
    }
)
AE = pl.DataFrame(
    {
        "USUBJID": ["a", "a", "c", "c"],
        "AESTDTC": ["2026-01-06", "2026-01-08", "2026-01-20", "2026-01"],
        "AESEV": ["MILD", "SEVERE", "MILD", "SEVERE"],
    }
)
END = date(2026, 1, 25)


def test_events_of_a_programme_by_hand() -> None:
    rows = programme_rows({"sdtm.DM": DM, "sdtm.AE": AE}, END)
    told = {
        name: rows.filter(stream=name).select("count", "exposure").rows()
        for name in rows["stream"].unique()
    }
    assert told["adverse events"] == [(2, 2.0), (0, 3.0), (1, 2.0)]
    assert told["severe adverse events"] == [(1, 2.0), (0, 3.0), (0, 2.0)]
    assert told["adverse events, site 2"] == [(0, 1.0), (0, 1.0), (1, 1.0)]


def test_settings_turned_down_are_counted() -> None:
    moves = pl.DataFrame(
        {"value": [1.0, 3.0], "before": [2.0, 2.0], "day": [date(2026, 1, 6)] * 2}
    )
    rows = programme_rows({"adjustments": moves}, date(2026, 1, 11))
    assert rows.rows() == [("settings turned down", date(2026, 1, 5), 1, 1.0)]


def test_a_programme_without_events_has_no_streams() -> None:
    assert programme_rows({}, END).height == 0
