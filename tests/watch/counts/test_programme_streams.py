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


def test_visits_missed_and_samples_are_counted_among_those_of_their_week() -> None:
    monday, later = date(2026, 1, 5), date(2026, 1, 13)
    visits = pl.DataFrame({"day": [monday, monday, later], "missed": [True, False, False]})
    samples = pl.DataFrame(
        {"day": [monday, later, later], "typed_as": ["agent", "other", "agent"]}
    )
    rows = programme_rows({"ledger.visits": visits, "ledger.samples": samples}, END)
    told = {
        name: rows.filter(stream=name).select("day", "count", "exposure").rows()
        for name in rows["stream"].unique()
    }
    assert told["visits missed"] == [(monday, 1, 2.0), (date(2026, 1, 12), 0, 1.0)]
    assert told["samples with the agent"] == [(monday, 1, 1.0), (date(2026, 1, 12), 1, 2.0)]
    assert told["samples with another"] == [(monday, 0, 1.0), (date(2026, 1, 12), 1, 2.0)]


def test_events_are_counted_by_lot_where_there_are_several() -> None:
    samples = pl.DataFrame({"participant": ["a", "b", "c"], "lot": ["L1", "L1", "L2"]})
    tables = {"sdtm.DM": DM, "sdtm.AE": AE, "samples": samples}
    rows = programme_rows(tables, END)
    lots = {
        name: rows.filter(stream=f"adverse events, lot {name}")
        .select("count", "exposure")
        .rows()
        for name in ("L1", "L2")
    }
    assert lots == {"L1": [(2, 1.0), (0, 2.0), (0, 1.0)], "L2": [(0, 1.0), (0, 1.0), (1, 1.0)]}
    one_lot = {**tables, "samples": samples.with_columns(lot=pl.lit("L1"))}
    assert not [
        name for name in programme_rows(one_lot, END)["stream"].unique() if "lot" in name
    ]


def test_a_programme_without_events_has_no_streams() -> None:
    assert programme_rows({}, END).height == 0
