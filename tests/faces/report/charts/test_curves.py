from typing import Any

import pytest

from nanoward.faces.report.charts.curves import frame_of, is_outside, panel


def band(time: float, median: float) -> dict[str, Any]:
    return {"time": time, "median": median, "typical": median, "low": median - 1,
            "high": median + 1}  # fmt: skip


def seen(value: float | None, *, held_back: bool = False) -> dict[str, Any]:
    return {"time": 1.0, "value": value, "predicted": 5.0, "low": 4.0, "high": 6.0,
            "held_back": held_back}  # fmt: skip


def test_the_window_holds_every_median_and_observation() -> None:
    frame = frame_of("cp", [band(0, 3), band(10, 8)], [seen(9)])
    assert (frame.low, frame.last) == (0, 10)
    assert frame.high > 9


def test_a_later_time_stands_to_the_right_and_a_higher_value_above() -> None:
    frame = frame_of("cp", [band(0, 3), band(10, 8)], [])
    assert frame.x(0) < frame.x(5) < frame.x(10) <= frame.width
    assert frame.y(8) < frame.y(3) < frame.height


@pytest.mark.parametrize(("value", "outside"), [(5, False), (6, False), (6.1, True), (3, True)])
def test_outside_means_beyond_a_limit(value: float, outside: bool) -> None:
    assert is_outside(seen(value)) is outside


def test_nothing_is_outside_a_band_that_is_not_known() -> None:
    assert not is_outside({**seen(5), "high": None})
    assert not is_outside(seen(None))


def test_held_back_points_are_open_and_points_outside_are_diamonds() -> None:
    frame = frame_of("cp", [band(0, 3), band(10, 8)], [seen(9)])
    drawn = panel("P1", frame, [band(0, 3), band(10, 8)],
                  [seen(5), seen(5, held_back=True), seen(9), seen(None)])  # fmt: skip
    assert drawn.count('class="point used"') == 1
    assert drawn.count('class="point held-back"') == 1
    assert drawn.count('class="point out used"') == 1
    assert "P1, cp: 3 observations, 1 outside the 90 % band" in drawn


def test_a_person_without_observations_has_a_panel() -> None:
    frame = frame_of("cp", [], [])
    assert "0 observations" in panel("P1", frame, [], [])


def test_a_long_course_keeps_its_peaks_and_troughs() -> None:
    rows = [band(time, 9.0 if time % 24 == 0 else 1.0) for time in range(2400)]
    frame = frame_of("cp", rows, [])
    drawn = str(panel("P1", frame, rows, []))
    line = drawn[: drawn.index('class="median fine"')].rsplit("<path", 1)[1]
    assert line.count(f"{frame.y(9.0):.1f}") >= 90
    assert line.count("L") + line.count("M") < 300
