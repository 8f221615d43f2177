"""Approaches by threat, by hand."""

import polars as pl

from nanoward.watch.objects.close_approach import (
    LUNAR,
    diameter_m,
    observed_objects,
    ranked_approaches,
)


def test_an_approach_counts_by_its_least_distance() -> None:
    rows = pl.DataFrame(
        {
            "object": ["far", "near", "perhaps"], "time": ["2020-Jan-01 00:00"] * 3,
            "distance": [5 * LUNAR, 0.5 * LUNAR, 3 * LUNAR],
            "distance_low": [4 * LUNAR, None, 0.1 * LUNAR],
            "distance_high": [6 * LUNAR, None, 9 * LUNAR], "speed": [10.0, None, 5.0],
            "time_error": [None, 60.0, None], "magnitude": [22.0, None, 28.0],
        }
    )  # fmt: skip
    told = ranked_approaches(rows)
    assert [(one["object"], one["state"]) for one in told] == [
        ("perhaps", "alarm"), ("near", "alarm"), ("far", "clear"),
    ]  # fmt: skip
    assert diameter_m(None) is None
    size = diameter_m(22.0)
    assert size is not None
    assert 135 < size < 145  # 140 m: what H = 22 stands for in the definition of PHA


def test_astrometry_is_listed_by_speed_across_the_sky() -> None:
    rows = pl.DataFrame(
        {
            "object": ["slow", "slow", "fast", "fast", "once"],
            "time": ["2020-01-01 00:00:00", "2020-01-02 00:00:00"] * 2
            + ["2020-01-01 00:00:00"],
            "right_ascension": [0.0, 0.25, 10.0, 13.0, 1.0],
            "declination": [0.0] * 5,
            "magnitude": [None, 20.0, None, None, None],
            "observatory": ["500"] * 5,
        }
    )
    told = observed_objects(rows)
    assert [one["object"] for one in told] == ["fast", "slow", "once"]
    assert abs(told[0]["rate_deg_day"] - 3.0) < 1e-9
    assert told[2]["rate_deg_day"] is None
