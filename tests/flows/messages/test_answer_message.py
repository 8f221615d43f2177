from datetime import timedelta

import pytest

from nanoward.flows.messages.answer_message import (
    BadAnswerError,
    SettledMessageError,
    acknowledge_message,
    answer_message,
    choose_quiet_hours,
    close_message,
    open_inbox,
    read_message,
)
from nanoward.flows.messages.write_message import write_message
from nanoward.testing.messages import NOON, MessageBay, draft_of, message_bay

HOUR = timedelta(hours=1)


def one(bay: MessageBay, **changed: str) -> str:
    return write_message(bay.desk, draft_of(**changed)).message


def test_an_inbox_has_what_is_for_the_role_and_what_it_was_turned_to_about() -> None:
    bay = message_bay()
    name = one(bay)
    one(bay, to="council", urgency="week")
    assert [line.status.word for line in open_inbox(bay.desk, "nurse")] == ["arrived"]
    assert open_inbox(bay.desk, "physician") == ()
    bay.clock.advance(HOUR)
    (line,) = open_inbox(bay.desk, "physician")
    assert line.thread.message == name
    assert len(open_inbox(bay.desk, "council")) == 2


def test_a_participants_inbox_is_their_own() -> None:
    bay = message_bay()
    one(bay, to="participant", kind="pay owed", participant="P1")
    assert len(open_inbox(bay.desk, "participant", participant="P1")) == 1
    assert open_inbox(bay.desk, "participant", participant="P2") == ()


def test_reading_is_written_down_with_a_name_alone() -> None:
    bay = message_bay()
    name = one(bay)
    assert read_message(bay.desk, name).status.word == "written"
    assert read_message(bay.desk, name, by="Ada").status.word == "read"
    assert read_message(bay.desk, name, by="Bob").thread.read.by == "Ada"  # type: ignore[union-attr]


def test_acknowledging_names_when_it_is_to_be_done() -> None:
    bay = message_bay()
    taken = acknowledge_message(bay.desk, one(bay), by="Ada")
    assert taken.done_by == NOON + 4 * HOUR
    with pytest.raises(BadAnswerError, match="has passed"):
        acknowledge_message(bay.desk, one(bay), by="Ada", done_by=NOON - HOUR)


def test_what_is_settled_takes_no_further_word() -> None:
    bay = message_bay()
    name = one(bay)
    with pytest.raises(BadAnswerError, match="says nothing"):
        answer_message(bay.desk, name, " ", by="Ada")
    answer_message(bay.desk, name, "yes", by="Ada")
    with pytest.raises(SettledMessageError, match="answered"):
        acknowledge_message(bay.desk, name, by="Bob")
    other = one(bay)
    close_message(bay.desk, other, by="visits", reason="the visit was made")
    with pytest.raises(SettledMessageError, match="the visit was made"):
        answer_message(bay.desk, other, "yes", by="Ada")
    assert open_inbox(bay.desk, "nurse") == ()
    assert len(open_inbox(bay.desk, "nurse", everything=True)) == 2


def test_quiet_hours_that_no_clock_shows_are_refused() -> None:
    bay = message_bay()
    hours = choose_quiet_hours(bay.desk, " P1", zone="Asia/Tokyo", begins="22:00", ends="06:30")
    assert (hours.participant, hours.zone) == ("P1", "Asia/Tokyo")
    for zone, begins in (("Mars/North", "22:00"), ("UTC", "25:00")):
        with pytest.raises(BadAnswerError):
            choose_quiet_hours(bay.desk, "P1", zone=zone, begins=begins, ends="06:00")


def test_that_a_message_arrived_is_written_down_once() -> None:
    bay = message_bay()
    one(bay)
    open_inbox(bay.desk, "nurse")
    size = bay.desk.ports.ledger.head().size
    assert [line.status.word for line in open_inbox(bay.desk, "nurse")] == ["arrived"]
    assert bay.desk.ports.ledger.head().size == size
