"""The simulated radar: its truth, and the same bytes for the same seed."""

import numpy as np
import polars as pl

from nanoward.simulation.worlds.object_world import object_world


def test_one_comes_and_the_others_pass() -> None:
    world = object_world(seed=2)
    away = world.truth.with_columns(away=(pl.col("east") ** 2 + pl.col("north") ** 2).sqrt())
    least = dict(away.group_by("object").agg(pl.col("away").min()).rows())
    assert least.pop("threat") < 2000
    assert min(least.values()) > 1000
    per_scan = world.detections.height / 200
    assert abs(per_scan - (0.9 * 5 + 5)) < 1
    assert world.detections.equals(object_world(seed=2).detections)
    assert not world.detections.equals(object_world(seed=3).detections)
    assert np.isfinite(world.detections["range"].to_numpy()).all()
