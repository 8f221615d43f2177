"""Catalogues against a protected orbit, and close approaches by threat."""

import json
from datetime import UTC, datetime

import pytest

from nanoward.flows.watch.screen_orbits import NoOrbitError, list_approaches, screen_orbits
from nanoward.wiring import open_bench

FORMATS = open_bench(quiet=True).formats
OWN = (
    "1 06251U 62025E   06176.82412014  .00008885  00000-0  12808-3 0  3985\n"
    "2 06251  58.0579  54.0425 0030035 139.1568 221.1854 15.56387291  6774\n"
)
OTHER = (
    "1 28057U 03049A   06177.78615833  .00000060  00000-0  35940-4 0  1836\n"
    "2 28057  98.4283 247.6961 0000884  88.1964 271.9322 14.35478080140550\n"
)
START = datetime(2006, 6, 26, tzinfo=UTC)


def test_what_comes_near_is_told_with_its_time_and_the_object_itself_is_left_out() -> None:
    catalogue = [("c.tle", (OWN + OTHER).encode())]
    told = screen_orbits(catalogue, ("own.tle", OWN.encode()), FORMATS, START, within_km=500)
    assert told.objects == 1
    assert [one["object"] for one in told.rows] == ["28057", "28057"]
    assert told.rows[0]["time"] == "2006-06-26T12:52:53+00:00"
    assert told.rows[0]["distance_km"] == pytest.approx(404.2, abs=0.1)
    late = datetime(2106, 6, 26, tzinfo=UTC)
    gone = screen_orbits(catalogue, ("o.tle", OTHER.encode()), FORMATS, late, within_km=1e6)
    assert "WCH-063" in [one.code for one in gone.findings]


def test_a_protected_object_without_elements_is_refused() -> None:
    with pytest.raises(NoOrbitError):
        screen_orbits([], ("own.tle", b""), FORMATS, START)


def test_tables_and_astrometry_are_told_apart_by_what_they_are() -> None:
    table = json.dumps({"fields": ["des", "cd", "dist"], "data": [["A", "x", "0.001"]]})
    line = "     K07Tf8A* C2007 10 09.24576 23 08 17.40 -08 21 02.2          19.8 R      G96"
    line = line[:77].ljust(77) + "G96"
    near, seen, findings = list_approaches(
        [("cad", table.encode()), ("obs.txt", line.encode())], FORMATS, within_ld=1.0
    )
    assert [one["state"] for one in near] == ["alarm"]
    assert [one["object"] for one in seen] == ["K07Tf8A"]
    assert findings == ()
