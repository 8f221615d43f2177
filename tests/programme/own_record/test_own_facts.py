from datetime import UTC, date, datetime, timedelta

import pytest

from nanoward.base.entries import CarrierEnrolled, ReadingTaken, StandingDecided
from nanoward.programme.own_record.own_facts import (
    LABORATORY_DAYS,
    OwnFact,
    carried,
    facts_of,
    without_others,
)

NOW = datetime(2026, 6, 29, 12, tzinfo=UTC)
TODAY, LASTS = NOW.date(), timedelta(days=7)


def reading(who: str, value: float, days_ago: int) -> ReadingTaken:
    at = NOW - timedelta(days=days_ago)
    return ReadingTaken(participant=who, quantity="pulse", value=value, unit="/min", at=at)


@pytest.mark.hazard("H-418")
def test_the_last_of_each_kind_counts_and_nobody_elses() -> None:
    entries = [reading("P1", 60.0, 3), reading("P1", 64.0, 0), reading("P2", 99.0, 0)]
    (fact,) = facts_of(entries, "P1", LASTS)
    assert (fact.value, fact.as_of, fact.is_old(TODAY)) == ("64 /min", TODAY, False)
    (late,) = facts_of([reading("P1", 64.0, 0), reading("P1", 60.0, 3)], "P1", LASTS)
    assert late.value == "64 /min"  # what comes late is no newer for that


@pytest.mark.hazard("H-418")
@pytest.mark.parametrize(("days", "old"), [(0, False), (1, False), (2, True), (400, True)])
def test_a_reading_says_nothing_after_a_day(days: int, old: bool) -> None:
    (fact,) = facts_of([reading("P1", 60.0, days)], "P1", LASTS)
    assert (fact.is_old(TODAY), fact.age(TODAY)) == (old, days)


def test_a_standing_ages_and_having_left_does_not() -> None:
    def standing(word: str) -> OwnFact:
        as_of = TODAY - timedelta(days=30)
        entry = StandingDecided(
            participant="P1", standing=word, as_of=as_of, since=as_of, reasons=("r",)
        )
        return facts_of([entry], "P1", LASTS)[0]

    assert standing("cleared").is_old(TODAY)
    assert not standing("withdrawn").is_old(TODAY)
    assert LABORATORY_DAYS == 31


def test_the_agent_is_the_last_one_enrolled() -> None:
    def enrolled(who: str, agent: str) -> CarrierEnrolled:
        return CarrierEnrolled(
            participant=who, agent=agent, spec_sha256="", lot="L", driver="d", owner="ours",
            person_class="adult", cells=0.0,
        )  # fmt: skip

    found = carried([enrolled("P1", "a"), enrolled("P1", "b"), enrolled("P2", "c")], "P1")
    assert found is not None
    assert found.agent == "b"
    assert carried([], "P1") is None


@pytest.mark.hazard("H-418")
def test_nobody_else_is_named_in_what_a_person_takes_along() -> None:
    others = frozenset({"P2", "P3"})
    body = {
        "participant": "P1",
        "with": ["P2", "x"],
        "note": "slept beside P3, then P1.",
        "n": 2,
    }
    assert without_others(body, "P1", others) == {
        "participant": "P1", "with": ["somebody", "x"],
        "note": "slept beside somebody, then P1.", "n": 2,
    }  # fmt: skip
    assert without_others(date(2026, 1, 1), "P1", others) == date(2026, 1, 1)
