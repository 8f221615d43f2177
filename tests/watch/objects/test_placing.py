"""Rows on the plane; clocks that are wrong, floods, and what is done about them."""

import numpy as np
import polars as pl
import pytest

from nanoward.watch.objects.placing import placed
from nanoward.watch.objects.zones import watched_area

AREA = watched_area(
    {
        "zone": [{"name": "z", "centre": [50.0, -1.0], "radius_m": 100}],
        "sensor": [
            {"name": "radar", "kind": "scanning", "place": [50.0, -1.0], "most_per_s": 3},
        ],
    }
)


def rows(**columns: object) -> pl.DataFrame:
    count = max(len(one) for one in columns.values() if isinstance(one, list))
    base = {"stream": "radar", "line": list(range(2, count + 2)), "file": "d.csv"}
    return pl.DataFrame({**base, **columns})


def test_bearing_and_range_become_a_place_and_velocity_its_components() -> None:
    told = placed(rows(time=[5.0], bearing=[90.0], range=[1000.0]), AREA, None)
    assert np.allclose(told.detections.position, [[1000.0, 0.0]], atol=1.0)
    assert np.isnan(told.detections.velocity).all()
    one = rows(stream=["ais"], time=[5.0], latitude=[50.0], longitude=[-1.0], speed=[10.0],
               course=[90.0])  # fmt: skip
    told = placed(one, AREA, None)
    assert np.allclose(told.detections.velocity, [[10.0, 0.0]], atol=1e-9)
    assert told.detections.noise[0, 0] > told.detections.noise[0, 2]  # time blurs along it


@pytest.mark.hazard("H-327")
def test_a_clock_that_is_ahead_is_told_and_its_detections_are_not_used() -> None:
    some = rows(time=[1.0, 100.0], bearing=[0.0, 0.0], range=[1e3, 1e3], received=[1.5, 3.0])
    told = placed(some, AREA, None)
    assert [(one.code, one.line) for one in told.findings] == [("WCH-051", 3)]
    assert len(told.detections) == 1
    assert len(placed(some.drop("received"), AREA, 50.0).detections) == 1


@pytest.mark.hazard("H-327")
def test_a_receiver_off_the_second_that_ships_send_is_told() -> None:
    times = [float(one) for one in range(0, 200, 10)]
    some = rows(stream="ais", time=times, latitude=[50.0] * 20, longitude=[-1.0] * 20,
                second=[int(one - 12) % 60 for one in times])  # fmt: skip
    told = placed(some, AREA, None)
    assert [one.code for one in told.findings] == ["WCH-052"]
    assert "+12 s" in told.findings[0].message
    assert len(told.detections) == 20


def test_times_that_fall_back_are_told_and_put_in_order() -> None:
    some = rows(time=[500.0, 1.0], bearing=[0.0, 0.0], range=[1e3, 1e3])
    told = placed(some, AREA, None)
    assert [one.code for one in told.findings] == ["WCH-053"]
    assert told.detections.time.tolist() == [1.0, 500.0]


@pytest.mark.hazard("H-327")
def test_a_sensor_that_floods_is_throttled_and_told() -> None:
    some = rows(time=[1.0] * 10 + [2.0], bearing=[0.0] * 11, range=[1e3] * 11)
    told = placed(some, AREA, None)
    assert [one.code for one in told.findings] == ["WCH-054"]
    assert "7 detections" in told.findings[0].message
    assert told.findings[0].line == 5
    assert len(told.detections) == 4
