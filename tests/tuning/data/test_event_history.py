"""One person's records: what may be asked of them, and what may be left out."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nanoward.tuning.data.event_history import Event, History

DOSES = [Event(time=time, evid=1, amount=100.0, covariates=(time,)) for time in (0.0, 6.0)]
SEEN = Event(time=4.0, evid=0, output=0, value=5.0, covariates=(4.0,))
ONE = History(name="a", events=(DOSES[0], SEEN, DOSES[1]))


def test_questions_are_put_between_the_records() -> None:
    asked = ONE.asked(np.array([1.0, 5.0, 9.0]), 0)
    assert [event.time for event in asked.events if event.output >= 0] == [1.0, 5.0, 9.0]
    assert [event.covariates for event in asked.events if event.output >= 0] == [
        (4.0,),  # of the next record, the last one's after it
        (6.0,),
        (6.0,),
    ]
    assert len(asked.observed) == 0


@given(st.lists(st.floats(-1.0, 20.0), max_size=8))
def test_no_record_is_lost_by_asking_and_times_stay_in_order(times: list[float]) -> None:
    asked = ONE.asked(np.array(times), 0)
    assert len(asked.events) == len(ONE.events) + len(times)
    told = [event.time for event in asked.events]
    assert told == sorted(told)
    assert [event for event in asked.events if event.evid == 1] == DOSES


def test_an_observation_left_out_keeps_its_time_and_covariates() -> None:
    without = ONE.only(np.array([False]))
    assert (ONE.observed, without.observed) == ((SEEN,), ())
    assert [event.time for event in without.events] == [0.0, 4.0, 6.0]
    assert without.events[1].covariates == SEEN.covariates
    assert ONE.only(np.array([True])) == ONE


def test_the_hash_changes_with_all_that_an_answer_depends_on() -> None:
    others = [
        ONE.only(np.array([False])),
        ONE.asked(np.array([1.0]), 0),
        History(name="b", events=ONE.events),
        History(name="a", events=ONE.events, choices=((1.0, 2.0),)),
        History(name="a", events=ONE.events, exclusion_reason="no weight"),
    ]
    assert len({ONE.sha256, *(one.sha256 for one in others)}) == 6
    assert ONE.last == 6.0
    assert History(name="a", events=()).last == 0.0
