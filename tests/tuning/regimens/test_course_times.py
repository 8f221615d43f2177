"""A drawn course shows what each dose does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.regimens.course_times import (
    INTERVALS,
    MOST,
    STEPS,
    Array,
    course_times,
    dose_times,
)


def level(times: Array, doses: Array) -> Array:
    """A bolus of 1 at each dose, gone with a half-life of 6 h."""
    since = times[:, None] - doses[None, :]
    return np.where(since >= 0, np.exp2(-np.maximum(since, 0) / 6), 0.0).sum(axis=1)


def test_daily_doses_show_no_wave_that_is_not_there() -> None:
    doses = np.arange(56) * 24.0
    drawn = level(course_times(0.0, 1367.5, doses), doses)
    late = drawn[len(drawn) // 2 :]
    assert late.max() > 0.99 * level(doses[-1:], doses)[0]
    assert late.min() < 1.01 * level(doses[-1:] - 1e-5, doses)[0]
    even = level(np.linspace(0.0, 1367.5, STEPS + 1), doses)
    steps = np.sign(np.diff(even[20:]))
    assert np.sum(steps[1:] != steps[:-1]) < 6  # the old grid: a wave of weeks
    steps = np.sign(np.diff(late))
    assert np.sum(steps[1:] != steps[:-1]) > 40


def test_no_dose_or_few_doses_leave_the_even_grid() -> None:
    assert course_times(0.0, 60.0, np.array([])).tolist() == list(range(61))
    times = course_times(0.0, 60.0, np.array([0.0]))
    assert set(range(61)) <= set(times.tolist())


def test_thousands_of_doses_are_drawn_by_whole_intervals() -> None:
    doses = np.arange(4000) * 12.0
    times = course_times(0.0, 48000.0, doses)
    assert len(times) <= MOST
    starts = np.isin(times, doses)
    assert INTERVALS <= starts.sum() <= INTERVALS + 2
    for place in np.flatnonzero(starts)[:-2]:
        assert times[place + 3] - times[place] == pytest.approx(12.0, rel=1e-5)


@given(
    st.lists(st.floats(-50, 500), max_size=300),
    st.floats(-20, 20),
    st.floats(0.5, 400),
)
def test_times_ascend_within_their_ends(
    doses: list[float], begin: float, length: float
) -> None:
    end = begin + length
    times = course_times(begin, end, np.array(doses))
    assert times[0] == begin
    assert times[-1] == end
    assert (np.diff(times) > 0).all()
    assert len(times) <= MOST


def test_additional_doses_are_written_out() -> None:
    events = (
        Event(time=2.0, evid=1, amount=5.0, interval=24.0, more=2),
        Event(time=3.0, evid=0, output=0, value=1.0),
        Event(time=90.0, evid=4, amount=5.0),
    )
    assert dose_times(History(name="P1", events=events)).tolist() == [2.0, 26.0, 50.0, 90.0]
