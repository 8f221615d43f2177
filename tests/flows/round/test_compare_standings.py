from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries import DangerSignalled, StandingDecided
from nanoward.clearance.sdtm.disposition_terms import LEAVING, LEFT_OTHERWISE
from nanoward.flows.round.compare_standings import (
    Concerns,
    concerns_of,
    danger_signals,
    gravity,
    is_superseded,
    lapsed_standings,
    latest_standings,
    standing_differences,
)
from nanoward.testing.fakes import MemoryLedger

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWN = ("cleared", "screened", "held", "recalled")
WORDS = tuple(dict.fromkeys((*OWN, *LEAVING.values(), LEFT_OTHERWISE)))


def standing(what: str, days: int = 0, who: str = "P1") -> StandingDecided:
    return StandingDecided(
        participant=who,
        standing=what,
        as_of=DAY + timedelta(days=days),
        since=None,
        reasons=(),
    )


def signal(days: int, who: str = "P1") -> DangerSignalled:
    return DangerSignalled(
        participant=who,
        instrument="PHQ9",
        assessed=DAY + timedelta(days=days),
        items=("PHQ909",),
        told="",
    )


@pytest.mark.hazard("H-66")
@given(ours=st.sampled_from(WORDS), theirs=st.sampled_from(WORDS), days=st.integers(-30, 30))
def test_no_standing_graver_than_the_ledgers_is_ever_left_out(
    ours: str, theirs: str, days: int
) -> None:
    left_out = is_superseded(standing(ours), standing(theirs, days), DAY + timedelta(days=20))
    if gravity(ours) > gravity(theirs) or days <= 0 or days > 20:
        assert not left_out
    else:
        assert left_out


def test_an_unknown_word_is_graver_than_all() -> None:
    assert gravity("mislaid") > gravity("died")
    assert not is_superseded(standing("held"), None, DAY)


def test_the_ledgers_last_word_of_all_days_or_of_earlier_ones() -> None:
    ledger = MemoryLedger()
    ledger.append([standing("cleared", -7), standing("held")], actor="round", at=NOW)
    assert latest_standings(ledger)["P1"].standing == "held"
    assert latest_standings(ledger, before=DAY)["P1"].standing == "cleared"
    assert latest_standings(ledger, before=DAY - timedelta(days=7)) == {}


@pytest.mark.hazard("H-67")
def test_somebody_cleared_of_whom_no_file_speaks_any_more_is_held_and_told() -> None:
    known = {
        "P1": standing("cleared", -7),
        "P2": standing("held", -7, "P2"),
        "P3": standing("cleared", -7, "P3"),
        "P4": standing("screened", 3, "P4"),
    }
    lapsed, found = lapsed_standings(known, [standing("cleared", 0, "P3")], DAY)
    assert [(one.participant, one.standing, one.as_of) for one in lapsed] == [
        ("P1", "held", DAY)
    ]
    assert "no record of the person" in lapsed[0].reasons[0]
    assert [(one.code, one.severity, one.subject) for one in found] == [
        ("CTL-010", "error", "P1")
    ]


@pytest.mark.hazard("H-66")
def test_where_ledger_and_round_differ_it_is_one_error_for_each_way() -> None:
    people = [f"P{place}" for place in range(7)]
    round_ = [standing("cleared", 0, who) for who in people] + [standing("held", 0, "Q")]
    ledger = {who: standing("recalled", 3, who) for who in people} | {
        "Q": standing("held", 3, "Q")
    }
    (found,) = standing_differences(round_, ledger)
    assert found.severity == "error"
    assert "this round says cleared, the ledger says recalled as of 2026-11-26" in found.message
    assert "and 2 more" in found.message
    assert list(standing_differences(round_, {})) == []


@pytest.mark.hazard("H-68")
def test_who_is_newly_held_recalled_or_in_danger_is_named() -> None:
    before = {
        "P1": standing("cleared", -7),
        "P2": standing("held", -7, "P2"),
        "P3": standing("recalled", -7, "P3"),
    }
    decided = [
        standing("recalled"),
        standing("held", 0, "P2"),
        standing("held", 0, "P3"),
        standing("held", 0, "P4"),
    ]
    told = concerns_of(
        decided,
        before,
        [signal(-7), signal(-3, "P2")],
        {"P1": DAY, "P3": DAY - timedelta(days=9), "P5": None},
    )
    assert told == Concerns(recalled=("P1",), held=("P4",), danger=("P1", "P2", "P5"))
    assert told
    assert not Concerns()


def test_signs_of_danger_up_to_a_day() -> None:
    ledger = MemoryLedger()
    ledger.append([signal(-1), signal(1)], actor="console", at=NOW)
    assert danger_signals(ledger, DAY) == (signal(-1),)
