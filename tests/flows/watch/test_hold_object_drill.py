"""Drills with planted tracks."""

import pytest

from nanoward.flows.watch.hold_object_drill import NoSensorError, hold_object_drill
from nanoward.simulation.worlds.object_world import ZONES, object_world
from nanoward.watch.objects.planted import PlantedObject
from nanoward.watch.objects.zones import watched_area

WORLD = object_world(seed=4, scans=60, threat=False)
NEAR = PlantedObject(distance=2500.0, speed=15.0)


@pytest.mark.hazard("H-327")
def test_a_planted_object_is_told_in_its_predicted_time_and_live_rows_stay() -> None:
    before = WORLD.detections.clone()
    one, other = (
        hold_object_drill(WORLD.detections, WORLD.area, seed=3, one=NEAR) for _ in range(2)
    )
    assert one == other
    assert WORLD.detections.equals(before)
    assert one.is_as_predicted
    assert one.entry.kind == "objects"
    assert 0 <= one.entry.low <= one.entry.delay <= one.entry.high
    assert "EXERCISE" in one.told


def test_without_a_scanning_sensor_there_is_no_drill() -> None:
    with pytest.raises(NoSensorError):
        hold_object_drill(WORLD.detections, watched_area({"zone": ZONES["zone"]}), seed=1)
