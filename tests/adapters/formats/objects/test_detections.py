"""Tables of detections: what is no place or no time is told with its line."""

import pytest

from nanoward.adapters.formats.objects.detections import read_detections


def read(text: str) -> tuple[list[dict[str, object]], list[tuple[str, int | None]]]:
    told = read_detections("d.csv", text.encode())
    found = [(one.code, one.line) for one in told.findings if one.severity != "note"]
    return told.table.to_dicts(), found


def test_places_by_degrees_or_by_bearing_and_range_with_errors() -> None:
    rows, told = read(
        "sensor,time,lat,lon,bearing,range,range_error_m,sog_knots\n"
        "a,2026-11-30T12:00:00Z,50.5,-1.5,,,,10\nb,1796040000,,,45,1200,8,\n"
    )
    assert told == []
    assert rows[0]["time"] == rows[1]["time"] == 1796040000.0
    assert rows[0]["speed"] == pytest.approx(5.1444, abs=1e-3)
    assert (rows[1]["bearing"], rows[1]["range"], rows[1]["range_error"]) == (45.0, 1200.0, 8.0)
    assert rows[0]["line"] == 2


@pytest.mark.hazard("H-325")
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a,1,95,0,", "FMT-301"), ("a,1,50,190,", "FMT-301"), ("a,1,0,0,", "FMT-301"),
        ("a,1,,,", "FMT-300"), ("a,noon,50,0,", "FMT-302"), ("a,1,50,0,99999", "FMT-301"),
        ("a,1,fifty,0,", "FMT-027"),
    ],
)  # fmt: skip
def test_impossible_detections_are_told_and_not_used(row: str, code: str) -> None:
    rows, told = read(f"stream,time,latitude,longitude,speed\n{row}\na,1,50,0,3\n")
    assert len(rows) == 1
    assert (code, 2) in told


def test_a_state_table_counts_a_position_once_and_at_its_own_time() -> None:
    rows, told = read(
        "time,icao24,lat,lon,velocity,heading,lastposupdate\n"
        "100,abc,51,0,200,90,98\n110,abc,51,0,200,90,98\n120,abc,51.1,0,200,90,119\n"
        "120,def,,,,,\n"
    )
    assert [(row["object"], row["time"], row["received"]) for row in rows] == [
        ("abc", 98.0, 100.0), ("abc", 119.0, 120.0),
    ]  # fmt: skip
    assert told == [("FMT-303", 5)]


def test_a_file_that_is_no_table_of_detections_is_told() -> None:
    rows, told = read("a,b\n1,2\n")
    assert rows == []
    assert told[0][0] == "FMT-020"
