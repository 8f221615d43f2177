"""Moves become doses and choices; what the event table tells is not told twice."""

from typing import Any

import pytest
from exposures import MODEL, goal

from nanoward.tuning import History
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.dosing.patient_adjustments import adjusted, setting_changes


def rows(*moves: tuple[float, float], **more: Any) -> list[dict[str, Any]]:
    return [{"participant": "a", "time": t, "value": v, "day": "x", **more} for t, v in moves]


def history(*more: Event) -> History:
    """100 mg every 12 h for five days, last seen after 100 h."""
    first = Event(time=0.0, evid=1, amount=100.0, interval=12.0, more=9)
    seen = Event(time=100.0, evid=0, output=0, value=1.0)
    events = sorted((first, *more, seen), key=lambda one: one.time)
    return History(name="a", events=tuple(events))


def given(one: History) -> list[tuple[float, float]]:
    return sorted(
        (each.time + k * each.interval, each.amount)
        for each in one.events
        if each.evid == 1
        for k in range(each.more + 1)
    )


def test_a_move_ends_the_old_doses_and_begins_the_new_ones() -> None:
    moves, told = setting_changes(rows((30.0, 50.0)), goal())
    assert not told
    found = adjusted(MODEL, history(), goal(), moves["a"])
    early = [(0.0, 100.0), (12.0, 100.0), (24.0, 100.0)]
    late = [(30.0 + 12.0 * k, 50.0) for k in range(6)]
    assert given(found) == [*early, *late]
    assert found.choices == ((50.0, 100.0),)  # the new was preferred to the old
    assert found.observed == history().observed


def test_each_move_ends_the_one_before_it() -> None:
    moves, _ = setting_changes(rows((60.0, 75.0), (30.0, 50.0)), goal())
    found = adjusted(MODEL, history(), goal(), moves["a"])
    assert [amount for at, amount in given(found) if 29 < at < 59] == [50.0] * 3
    assert [amount for at, amount in given(found) if at > 59] == [75.0] * 4
    assert found.choices == ((50.0, 100.0), (75.0, 50.0))


def test_moving_to_nothing_gives_nothing() -> None:
    moves, _ = setting_changes(rows((30.0, 0.0)), goal())
    found = adjusted(MODEL, history(), goal(), moves["a"])
    assert max(at for at, _ in given(found)) == 24.0


def test_doses_that_the_event_table_tells_after_a_move_stand_as_told() -> None:
    told = Event(time=31.0, evid=1, amount=48.0, interval=12.0, more=1)
    moves, _ = setting_changes(rows((30.0, 50.0)), goal())
    found = adjusted(MODEL, history(told), goal(), moves["a"])
    assert (30.0, 50.0) not in given(found)
    assert (31.0, 48.0) in given(found)
    assert max(at for at, amount in given(found) if amount == 100.0) == 24.0


def test_a_comparison_is_a_choice_and_no_dose() -> None:
    moves, _ = setting_changes(rows((30.0, 50.0), how="compared", before=75.0), goal())
    found = adjusted(MODEL, history(), goal(), moves["a"])
    assert given(found) == given(history())
    assert found.choices == ((50.0, 75.0),)


@pytest.mark.hazard("H-41")
@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"how": "dreamt"}, "TUN-121"),
        ({"value": None}, "TUN-121"),
        ({"time": float("nan")}, "TUN-121"),
        ({"value": 999.0}, "TUN-122"),
        ({"day": None}, "TUN-123"),
    ],
)
def test_moves_that_are_wrong_are_told_with_their_person(
    row: dict[str, Any], code: str
) -> None:
    whole = {"participant": "a", "time": 1.0, "value": 50.0, "day": "x", "line": 4}
    found, told = setting_changes([whole | row], goal(), "data/adjustments.csv")
    assert [(one.code, one.subject, one.line) for one in told] == [(code, "a", 4)]
    assert bool(found) == (code != "TUN-121")  # what was done is data, allowed or not
