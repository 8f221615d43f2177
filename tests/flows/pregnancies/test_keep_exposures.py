"""Exposed people from the first word to clear, by their own consent, and nobody is named."""

import random
from datetime import timedelta

import pytest
from tests.flows.pregnancies.test_keep_pregnancies import TODAY, bay

from nanoward.base.names import participant_id
from nanoward.flows.pregnancies.keep_exposures import (
    ExposureNews,
    cases_now,
    close_exposure,
    open_exposure,
    record_flush,
    record_test,
    refuse_exposure,
    sign_exposure,
    tell_exposed,
)
from nanoward.programme.exposed.cases import (
    ImpossibleExposureError,
    NamingWordsError,
    NotAgreedError,
    UnknownExposureError,
)
from nanoward.testing.messages import MessageBay


def opened(made: MessageBay, who: str = "Q1") -> str:
    news = ExposureNews(participant=who, relation="household", evidence="P1's kitchen")
    return open_exposure(made.desk.ports, news, by="nurse")


@pytest.mark.hazard("H-351")
def test_told_agreed_tested_flushed_and_clear() -> None:
    made = bay()
    ports, case = made.desk.ports, opened(made)
    assert opened(made) == case
    with pytest.raises(NotAgreedError, match="not told"):
        sign_exposure(ports, case, ["test"], b"yes", by="Q1")
    tell_exposed(made.desk, case, by="nurse")
    with pytest.raises(NotAgreedError):
        record_test(ports, case, TODAY, "clear", by="nurse")
    sign_exposure(ports, case, ["test"], b"yes", by="Q1")
    with pytest.raises(NotAgreedError, match="flush"):
        record_flush(ports, case, TODAY, by="nurse")
    record_test(ports, case, TODAY, "carries", by="nurse")
    sign_exposure(ports, case, ["test", "flush"], b"yes", by="Q1")
    record_flush(ports, case, TODAY, by="nurse")
    for week in range(1, 4):
        made.clock.advance(timedelta(days=7))
        known = record_test(ports, case, TODAY + timedelta(weeks=week), "clear", by="nurse")
    assert known.is_clear
    close_exposure(ports, case, "clear", by="nurse")
    with pytest.raises(UnknownExposureError):
        record_test(ports, case, TODAY, "clear", by="nurse")
    assert opened(made) != case


@pytest.mark.hazard("H-351")
def test_nobody_is_closed_as_clear_by_a_wish_or_as_declined_without_a_word() -> None:
    made = bay()
    case = opened(made)
    for outcome in ("clear", "declined", "gone"):
        with pytest.raises(ImpossibleExposureError):
            close_exposure(made.desk.ports, case, outcome, by="nurse")
    refuse_exposure(made.desk.ports, case, by="Q1")
    close_exposure(made.desk.ports, case, "declined", by="nurse")
    wrong = ExposureNews(participant="Q2", relation="lover")
    with pytest.raises(ImpossibleExposureError):
        open_exposure(made.desk.ports, wrong, by="nurse")


@pytest.mark.hazard("H-350")
def test_no_message_to_them_holds_a_name_in_random_programmes() -> None:
    chance = random.Random(22)
    made = bay()
    people = [f"K{chance.randrange(10_000):04d}" for _ in range(30)]
    for who in people:
        case = opened(made, who)
        tell_exposed(made.desk, case, by="nurse")
    written = [
        one.body for one in made.desk.ports.ledger.records(kind="messages.MessageWritten")
    ]
    assert len(written) == 30
    everybody = {*people, "P1", "Ada"}
    for body in written:
        assert not any(name in body["body"] for name in everybody)
        assert body["about"] == ""
        assert not any(name in body["cause"] for name in everybody)
    told = made.tick()
    assert told.failed == ()
    for notice in (*made.pager.delivered, *made.screen.delivered):
        words = f"{notice.subject} {notice.text}"
        assert "P1" not in words
        assert "kitchen" not in words


@pytest.mark.hazard("H-350")
def test_other_words_that_name_somebody_are_refused() -> None:
    made = bay()
    case = opened(made)
    for words in ("Your neighbour p1 takes part.", "Ask ada@example.org."):
        with pytest.raises(NamingWordsError):
            tell_exposed(made.desk, case, by="nurse", words=words)
    assert cases_now(made.desk.ports)[case].told is None
    assert participant_id("Q1") == "Q1"
