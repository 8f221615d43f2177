"""Exposed people: what comes next, and when they are clear."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from nanoward.base.entries.pregnancies import ExposureOpened, ExposureTold
from nanoward.programme.exposed.cases import (
    PARTICIPANT_WORDS,
    WORDS,
    ExposedCase,
    case_name,
    exposed_cases,
    open_case_of,
)

DAY = date(2026, 3, 2)


def case(**told: object) -> ExposedCase:
    return ExposedCase(case="x", participant="Q1", relation="household", source="sample",
                       opened=DAY, **told)  # type: ignore[arg-type] # fmt: skip


@pytest.mark.hazard("H-351")
def test_clear_is_three_tests_a_week_apart_and_a_flush_begins_anew() -> None:
    days = [DAY + timedelta(weeks=n) for n in range(6)]
    known = case(told=DAY, uses=frozenset({"test"}))
    known.tests = [(one, "clear") for one in days[:3]]
    assert known.is_clear
    known.tests = [(days[0], "clear"), (days[0] + timedelta(1), "clear"), (days[1], "clear")]
    assert known.clear_tests == 2
    known.tests = [(days[0], "clear"), (days[1], "carries"), (days[2], "clear")]
    assert known.clear_tests == 1
    known.tests = [(one, "clear") for one in days[:3]]
    known.flushed = days[2]
    assert known.clear_tests == 1


def test_what_comes_next() -> None:
    week = timedelta(days=7)
    assert case().next_step() == ("tell the person", DAY + timedelta(days=1))
    assert case(told=DAY).next_step() == ("hear what they wish", DAY + week)
    agreed = case(told=DAY, uses=frozenset({"test"}))
    assert agreed.next_step() == ("test", DAY + week)
    assert case(told=DAY, refused=DAY).state() == "refused"
    assert case(closed=DAY).next_step()[0] == "nothing: closed"
    assert [case().state(), agreed.state()] == ["untold", "followed"]


def test_a_case_has_the_same_name_whoever_opens_it() -> None:
    assert case_name("Q1") == case_name("Q1") != case_name("Q1", 1)
    assert exposed_cases([]) == {}
    assert open_case_of([case(closed=DAY)], "Q1") is None


@pytest.mark.hazard("H-350")
def test_our_own_words_tell_of_nobody() -> None:
    for words in (WORDS, PARTICIPANT_WORDS):
        assert "@" not in words
        assert not any(one in words.lower() for one in ("partner", "spouse", "household", "p0"))
    assert "placebo" not in PARTICIPANT_WORDS
    assert case().words == WORDS


def test_a_case_is_folded_from_its_own_entries_and_those_of_none_are_left() -> None:
    opened = ExposureOpened(case="x", participant="Q1", relation="household", source="sample",
                            evidence="s1", opened=DAY, by="n")  # fmt: skip
    told = ExposureTold(case="x", participant="Q1", message="m", words_sha256="a", told=DAY,
                        by="n")  # fmt: skip
    found = exposed_cases([opened, told, replace(told, case="y"), opened])
    assert set(found) == {"x"}
    assert found["x"].told == DAY
