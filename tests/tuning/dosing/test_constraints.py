"""Limits, by hand: steps may not stack, and what was given before now counts."""

import numpy as np
import pytest
from exposures import MODEL, goal
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.dosing.constraints import (
    Chances,
    dose_history,
    least_harmful,
    most_within,
    refusals,
)
from nanoward.tuning.dosing.worst_times import Settling

Array = NDArray[np.float64]
SETTINGS = np.array([0.0, 50.0, 100.0, 150.0])
NONE = np.zeros((4, 1))


def chances(harm: Array, exposure: Array = NONE) -> Chances:
    return Chances(harm=harm, held_to=harm, exposure=exposure)


def doses(*amounts: float) -> History:
    """One dose every 12 h, and a last record 12 h after the last of them."""
    events = [Event(time=12.0 * k, evid=1, amount=a) for k, a in enumerate(amounts)]
    end = Event(time=12.0 * len(amounts), evid=0, output=0, value=1.0)
    return History(name="a", events=(*events, end))


def allowed(history: History, **given: float) -> list[float]:
    asked = goal(lowest=0.0, highest=150.0, step=50.0, **given)
    past = dose_history(MODEL, history, asked)
    why = refusals(asked, SETTINGS, chances(np.zeros(4)), past)
    return [float(s) for s, each in zip(SETTINGS, why, strict=True) if not each]


def test_the_present_setting_is_the_last_dose() -> None:
    past = dose_history(MODEL, doses(50.0, 100.0), goal())
    assert past.present == 100.0
    assert past.tried == 2
    repeated = Event(time=0.0, evid=1, amount=20.0, interval=12.0, more=3)
    end = Event(time=30.0, evid=2)
    past = dose_history(MODEL, History(name="a", events=(repeated, end)), goal())
    assert past.times.tolist() == [0.0, 12.0, 24.0]
    assert dose_history(MODEL, History(name="a", events=()), goal()).present is None


@pytest.mark.hazard("H-41")
def test_a_step_counts_from_the_present_setting() -> None:
    assert allowed(doses(100.0), largest_step=50.0) == [50.0, 100.0, 150.0]
    assert allowed(doses(50.0, 100.0), largest_step=50.0) == [50.0, 100.0, 150.0]


@pytest.mark.hazard("H-41")
def test_lowering_never_waits_for_a_step_once_the_present_setting_harms() -> None:
    asked = goal(highest=150.0, step=50.0, present=150.0, largest_step=50.0)
    past = dose_history(MODEL, doses(150.0), asked)
    harmful = refusals(asked, SETTINGS, chances(np.array([0.0, 0.05, 0.3, 0.6])), past)
    assert [bool(one) for one in harmful] == [False, False, True, True]
    harmless = refusals(asked, SETTINGS, chances(np.array([0.0, 0.01, 0.02, 0.05])), past)
    assert [bool(one) for one in harmless] == [True, True, False, False]


@pytest.mark.hazard("H-41")
def test_small_steps_may_not_stack() -> None:
    """50, then 100 within a day: 150 is one step further, but 100 above the day's lowest."""
    steps = {"largest_step": 50.0}
    assert 150.0 in allowed(doses(50.0, 100.0), **steps)
    stacked = allowed(doses(50.0, 50.0, 100.0), **steps, rise=50.0, rise_over=24.0)
    assert stacked == [50.0, 100.0]
    waited = allowed(doses(50.0, 100.0, 100.0, 100.0), **steps, rise=50.0, rise_over=24.0)
    assert waited == [50.0, 100.0, 150.0]


@pytest.mark.hazard("H-41")
def test_what_was_given_before_now_counts_in_the_total() -> None:
    """Four doses lie ahead. In any 48 h: 3 x 100 before and 1 ahead, ... 4 ahead."""
    asked = goal(cumulative=1000.0, horizon=48.0)
    past = dose_history(MODEL, doses(100.0, 100.0, 100.0, 100.0), asked)
    assert most_within(asked, SETTINGS, past).tolist() == [300.0, 350.0, 400.0, 600.0]
    assert allowed(doses(100.0, 100.0, 100.0, 100.0), cumulative=380.0) == [0.0, 50.0]
    assert allowed(doses(100.0), cumulative=380.0) == [0.0, 50.0]
    assert allowed(History(name="a", events=()), cumulative=380.0) == [0.0, 50.0]


@pytest.mark.hazard("H-41")
def test_an_exposure_that_may_pass_its_cap_is_refused() -> None:
    asked = goal(highest=150.0, step=50.0, exposure="level_seen", most_exposure=10.0)
    past = dose_history(MODEL, doses(50.0), asked)
    exposure = np.array([[1.0] * 10, [9.0] * 10, [9.0] * 9 + [11.0], [9.0] * 8 + [11.0] * 2])
    why = refusals(asked, SETTINGS, chances(np.zeros(4), exposure), past)
    assert [bool(one) for one in why] == [False, False, False, True]  # epsilon is 0.1
    assert "level_seen" in why[3]


def exceeded(highest: list[float], mean: list[float]) -> Chances:
    """What is in the body gives 20 %, epsilon is 10 %; from the next dose on nothing harms."""
    late = Settling(carried=0.2, highest=np.array(highest), mean=np.array(mean))
    return Chances(harm=np.zeros(4), held_to=np.zeros(4), exposure=NONE, settling=late)


@pytest.mark.hazard("H-276")
def test_while_the_body_passes_the_limit_a_setting_is_judged_by_what_it_adds() -> None:
    asked = goal(highest=150.0, step=50.0, present=100.0)
    past = dose_history(MODEL, doses(100.0), asked)
    found = exceeded([0.2, 0.2, 0.2, 0.3], [0.05, 0.09, 0.12, 0.15])
    why = refusals(asked, SETTINGS, found, past)
    assert [not one for one in why] == [True, True, False, False]
    assert "on average" in why[2]
    assert "would make it 30.0%" in why[3]
    # nothing is worse than the present setting, even where its mean keeps epsilon
    kept = refusals(asked, SETTINGS, exceeded([0.2] * 4, [0.05, 0.06, 0.07, 0.08]), past)
    assert "nothing worse than 100" in kept[3]
    assert not kept[2]


@pytest.mark.hazard("H-276")
def test_the_setting_of_least_side_effect_is_the_answer_where_none_is_allowed() -> None:
    asked = goal(highest=150.0, step=50.0, present=100.0)
    past = dose_history(MODEL, doses(100.0), asked)
    slow = exceeded([0.2, 0.2, 0.2, 0.3], [0.13, 0.14, 0.15, 0.16])
    assert least_harmful(asked, SETTINGS, slow, past) == 0
    worse = exceeded([0.3] * 4, [0.13, 0.14, 0.15, 0.16])
    assert least_harmful(asked, SETTINGS, worse, past) is None  # a dose on top: give nothing
    new = dose_history(MODEL, History(name="a", events=()), goal())
    assert least_harmful(goal(), SETTINGS, slow, new) is None  # nothing to lower
    assert least_harmful(asked, SETTINGS, chances(np.ones(4)), past) is None


@pytest.mark.hazard("H-41")
@pytest.mark.parametrize(("more", "counted"), [(0, 1), (1, 2), (2, 3), (3, 3)])
def test_every_additional_dose_up_to_now_counts_in_the_total(more: int, counted: int) -> None:
    """Doses every 12 h from 0; the last record is at 24 h, on which the third one falls."""
    begun = Event(time=0.0, evid=1, amount=100.0, more=more, interval=12.0)
    end = Event(time=24.0, evid=0, output=0, value=1.0)
    history = History(name="a", events=(begun, end))
    past = dose_history(MODEL, history, goal(cumulative=1000.0, horizon=48.0))
    assert past.times.tolist() == [12.0 * at for at in range(counted)]
    assert past.amounts.sum() == 100.0 * counted


def test_the_last_additional_dose_counts_in_what_was_given() -> None:
    """Doses of 50 at 0, 12, 24 and 36 h, the last of them an additional one just before now."""
    first = Event(time=0.0, evid=1, amount=50.0, interval=12.0, more=3)
    history = History(name="a", events=(first, Event(time=40.0, evid=2)))
    asked = goal(highest=150.0, step=50.0, cumulative=400.0, cumulative_over=48.0, horizon=48.0)
    past = dose_history(MODEL, history, asked)
    assert past.times.tolist() == [0.0, 12.0, 24.0, 36.0]
    # within 48 h that end at 40 h: 200 and the setting; at 76 h: 50 and four settings
    assert most_within(asked, SETTINGS, past).tolist() == [200.0, 250.0, 450.0, 650.0]


def test_a_dose_at_the_very_edge_of_a_window_or_of_a_rise_is_counted_once() -> None:
    history = doses(50.0, 100.0)  # at 0 and 12 h, now is 24 h
    asked = goal(highest=150.0, step=50.0, cumulative=400.0, cumulative_over=24.0)
    past = dose_history(MODEL, history, asked)
    assert most_within(asked, SETTINGS, past)[0] == 100.0  # the one 24 h ago is out
    risen = dose_history(MODEL, history, goal(rise=50.0, rise_over=24.0))
    assert risen.lowest == 0.0  # nothing was given before: it began within that time
    begun = dose_history(MODEL, doses(80.0, 50.0, 100.0), goal(rise=50.0, rise_over=24.0))
    assert begun.lowest == 50.0


def test_the_highest_setting_that_a_limit_allows_is_allowed() -> None:
    asked = goal(highest=150.0, step=50.0, present=50.0)
    past = dose_history(MODEL, doses(50.0), asked)
    edge = refusals(asked, SETTINGS, chances(np.array([0.0, 0.1, 0.1001, 0.2])), past)
    assert [not one for one in edge] == [True, True, False, False]
