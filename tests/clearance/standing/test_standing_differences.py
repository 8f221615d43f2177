import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance.standing.standing_differences import (
    StandingRow,
    graver,
    held_for,
    lost_reasons,
    severity,
    standing_changes,
    standing_rows,
)
from nanoward.clearance.standing.standing_rules import WORDS

WORD = st.sampled_from(WORDS)
REASONS = st.lists(st.sampled_from(["a", "b", "c"]), unique=True).map(tuple)


def row(standing: str, *reasons: str, who: str = "P1") -> StandingRow:
    return StandingRow(participant=who, standing=standing, reasons=reasons)


def test_cleared_stops_least_and_a_word_nobody_knows_most() -> None:
    ranks = [severity(one) for one in ("cleared", "screened", "held", "recalled", "died")]
    assert ranks == sorted(ranks)
    assert severity("paused") > severity("died")


def test_standings_that_began_ended_or_came_are_told() -> None:
    before = [row("held"), row("cleared", who="P2"), row("cleared", who="P3")]
    after = [row("cleared"), row("cleared", who="P2"), row("held", who="P4")]
    told = [(one.participant, one.before, one.after) for one in standing_changes(before, after)]
    assert [name for name, *_ in told] == ["P1", "P3", "P4"]
    assert told[1][2] is None


@pytest.mark.hazard("H-147")
@given(kept=WORD, present=WORD, mine=REASONS, theirs=REASONS)
def test_what_is_kept_never_lets_anybody_on(
    kept: str, present: str, mine: tuple[str, ...], theirs: tuple[str, ...]
) -> None:
    old, now = row(kept, *mine), row(present, *theirs)
    lost = lost_reasons(old, now)
    after = graver(old, now, lost) if lost else now
    assert severity(after.standing) >= severity(now.standing)
    if severity(kept) >= severity("held") and severity(kept) > severity(present) and lost:
        assert after.standing == kept
    assert severity(held_for(now, "x").standing) >= severity("held")
    assert "x" in held_for(now, "x").reasons


def test_a_reason_that_still_stands_is_not_lost() -> None:
    assert lost_reasons(row("held", "a", "b"), row("held", "a")) == ("b",)
    assert lost_reasons(row("held", "a"), row("held", "a")) == ()
    assert lost_reasons(row("cleared", "fine"), row("held", "a")) == ()


def test_rows_of_the_table_become_values() -> None:
    told = {"participant": "P1", "standing": "held", "since": None, "reasons": ["a"]}
    assert standing_rows([told]) == [row("held", "a")]
