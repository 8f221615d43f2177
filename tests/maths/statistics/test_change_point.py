"""The scan for change: by hand, by laws, by a slow oracle, and by its promises."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.maths.statistics.change_point import (
    NullScores,
    Shift,
    detection,
    scan,
    simulated_null_scores,
    threshold,
    winsorised,
)

WEEKS = np.arange(26, dtype=np.float64)
limit_of = cache(lambda course: threshold(course, rng=np.random.default_rng(1)))
NORMAL = NullScores(scales=4)
TAILS = NullScores(scales=4, noise="t4")


def test_a_step_is_measured_by_hand() -> None:
    """Four weeks at 0, two at 1, no ties: 1 / (1/4 + 1/2) = 4/3."""
    scores = np.array([0, 0, 0, 0, 1, 1.0])[None, :, None]
    told = scan(scores, np.arange(6.0), np.eye(1), 0.0)
    assert np.isnan(told[0, :5]).all()
    assert told[0, 5] == pytest.approx(4 / 3)


def test_one_bad_week_is_drawn_in_and_a_lasting_step_comes_through() -> None:
    scores = np.zeros((1, 12, 1))
    scores[0, 6] = 30.0
    assert winsorised(scores)[0, 6, 0] == 2.0
    scores[0, 6:] = 3.0
    assert winsorised(scores)[0, 11, 0] == 3.0


@given(st.integers(0, 2**32 - 1), st.floats(-5, 5))
def test_where_a_person_stands_does_not_matter(seed: int, level: float) -> None:
    scores = simulated_null_scores(NORMAL, 2, 15, np.random.default_rng(seed))
    told = scan(scores, WEEKS[:15], NORMAL.matrix(), 0.3)
    moved = scan(scores + level, WEEKS[:15], NORMAL.matrix(), 0.3)
    np.testing.assert_allclose(told, moved, rtol=1e-8, atol=1e-8)


def test_the_scan_agrees_with_a_slow_reading_of_its_definition() -> None:
    scores = simulated_null_scores(NORMAL, 1, 12, np.random.default_rng(5))
    told = scan(scores, WEEKS[:12], NORMAL.matrix(), 0.3)[0]
    limited = winsorised(scores)[0]
    inverse = np.linalg.inv(NORMAL.matrix())
    for week in range(5, 12):
        best = 0.0
        for width in (2, 3, 4, 6, 8):
            past = week + 1 - width
            if past < 4:
                continue
            apart = limited[past : week + 1].mean(axis=0) - limited[:past].mean(axis=0)
            variance = 0.0
            for i in range(week + 1):
                for j in range(week + 1):
                    a = -1 / past if i < past else 1 / width
                    b = -1 / past if j < past else 1 / width
                    variance += a * b * 0.3 ** abs(i - j)
            best = max(best, float(apart @ inverse @ apart) / variance)
        assert told[week] == pytest.approx(best)


@pytest.mark.parametrize("course", [NORMAL, TAILS], ids=["normal", "heavy tails"])
def test_ten_thousand_people_who_do_not_change_alarm_in_five_per_cent(
    course: NullScores,
) -> None:
    limit = limit_of(course)
    people = simulated_null_scores(course, 10_000, 26, np.random.default_rng(2))
    highest = np.nanmax(scan(people, WEEKS, course.matrix(), course.phi), axis=1)
    assert 0.04 <= (highest > limit).mean() <= 0.06


@pytest.mark.parametrize("course", [NORMAL, TAILS], ids=["normal", "heavy tails"])
def test_shifts_in_two_of_four_scales_are_seen_within_six_weeks(course: NullScores) -> None:
    limit = limit_of(course)
    rng = np.random.default_rng(3)
    two, three = (
        detection(course, limit, Shift(size=size, scales=2), within=6, people=3_000, rng=rng)
        for size in (2.0, 3.0)
    )
    assert two >= 0.70
    assert three >= 0.97


def test_simulated_people_have_the_ties_that_were_asked_for() -> None:
    people = simulated_null_scores(
        NullScores(scales=2, correlation=0.5, phi=0.4), 4_000, 10, np.random.default_rng(4)
    )
    assert people.std() == pytest.approx(1, abs=0.02)
    assert np.corrcoef(people[:, 4, 0], people[:, 5, 0])[0, 1] == pytest.approx(0.4, abs=0.04)
    assert np.corrcoef(people[:, 4, 0], people[:, 4, 1])[0, 1] == pytest.approx(0.5, abs=0.04)
