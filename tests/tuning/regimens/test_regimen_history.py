"""Who is given what, by hand: from now, at steady state, from empty."""

import pytest

from nanoward.tuning import read_dynamics
from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.dosing.target_attainment import BadTargetError
from nanoward.tuning.regimens.regimen_history import Regimen, history_under

MODEL = read_dynamics(
    'name = "b"\n[parameters.CL]\ntypical = 3.0\n[parameters.V]\ntypical = 40.0\n'
    '[compartments.body]\nderivative = "-CL / V * body"\n'
    '[outputs.level]\nvalue = "body / V"\nproportional = 0.01\n'
)
PAST = History(
    name="a",
    events=(
        Event(time=0.0, evid=1, amount=100.0, interval=12.0, more=10),
        Event(time=30.0, evid=0, output=0, value=2.0),
    ),
)


def times(found: History) -> list[tuple[float, float, int]]:
    return [(e.time, e.amount, e.more) for e in found.events if e.evid == 1]


def test_from_now_the_old_doses_end_where_the_new_one_begins() -> None:
    found = history_under(MODEL, PAST, Regimen(basis="now", at=36.0, dose=50.0), 48.0)
    assert times(found) == [(0.0, 100.0, 2), (36.0, 50.0, 0)]  # at 0, 12 and 24 h
    assert not found.observed


def test_without_a_further_dose_additional_ones_go_on() -> None:
    found = history_under(MODEL, PAST, Regimen(basis="now", at=30.0, dose=0.0), 48.0)
    assert times(found) == [(0.0, 100.0, 10)]


@pytest.mark.hazard("H-232")
def test_a_level_at_the_moment_of_a_dose_is_asked_before_it() -> None:
    plan = Regimen(dose=10.0, interval=12.0, more=-1)
    assert plan.doses_before(24.0) == 2  # at 0 and 12; not at 24
    assert plan.doses_before(24.1) == 3
    assert Regimen(dose=10.0, interval=12.0, more=5).doses_before(24.0) == 2


def test_a_dose_before_the_last_one_given_is_refused() -> None:
    late = History(name="a", events=(Event(time=50.0, evid=1, amount=1.0),))
    with pytest.raises(BadTargetError, match="after the 36"):
        history_under(MODEL, late, Regimen(basis="now", at=36.0), 48.0)


def test_from_empty_and_at_steady_state_nothing_before_counts() -> None:
    empty = history_under(MODEL, PAST, Regimen(dose=7.0), 10.0)
    assert times(empty) == [(0.0, 7.0, 0)]
    steady = history_under(MODEL, PAST, Regimen(basis="steady", dose=7.0, interval=8.0), 8.0)
    assert [(e.steady, e.interval) for e in steady.events] == [(True, 8.0)]
