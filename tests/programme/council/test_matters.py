"""Positions, quorum, ties and raises, by the charter alone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from nanoward.base.entries.council import (
    PackMade,
    PackOpened,
    PositionCommitted,
    PositionShown,
)
from nanoward.programme.council.charter import Charter, UnknownCouncilMatterError, charter_of
from nanoward.programme.council.matters import (
    CouncilMatters,
    Position,
    commit_faults,
    council_matters,
    decide_faults,
    raise_faults,
    show_faults,
    vote,
)

NOW = datetime(2026, 3, 2, tzinfo=UTC)
KEYS = f"{'a' * 64} {'b' * 64}"
CHARTER: Charter = charter_of(
    {"members": dict.fromkeys(("anna", "ben", "cara"), KEYS), "quorum": 2, "chair": "anna",
     "advocate": "cara"}
)  # fmt: skip
PACK = PackMade(pack="k-1", as_of=date(2026, 3, 1), head_size=1, head_sha256="h",
                plan_sha256="p", open_sha256="o", closed_sha256="c", sealed=(),
                closes=NOW + timedelta(days=7), by="x")  # fmt: skip
POSITION = Position(
    decision="continue", reason="r", conflict="", accepts_guess=False, nonce="n"
)


def opened(member: str) -> PackOpened:
    return PackOpened(pack="k-1", part="closed", member=member, at=NOW, signature="s")


def committed(member: str) -> PositionCommitted:
    return PositionCommitted(pack="k-1", member=member, commitment="c", sealed_sha256="s",
                             at=NOW, signature="s")  # fmt: skip


def shown(
    member: str, decision: str, conflict: str = "", *, guess: bool = False
) -> PositionShown:
    return PositionShown(pack="k-1", member=member, decision=decision, reason="r",
                         conflict=conflict, accepts_guess=guess, nonce="n", at=NOW)  # fmt: skip


def matters(*entries: object) -> CouncilMatters:
    return council_matters([PACK, *entries])  # type: ignore[list-item]


@pytest.mark.hazard("H-356")
def test_a_position_needs_the_pack_seen_and_stays_secret_until_all_have_spoken() -> None:
    assert "has not opened" in commit_faults(matters(), PACK, "anna", "stop", NOW)[0]
    assert commit_faults(matters(opened("anna")), PACK, "anna", "stop", NOW) == ()
    told = commit_faults(matters(opened("anna"), committed("anna")), PACK, "anna", "no", NOW)
    assert len(told) == 2
    two = matters(committed("anna"), committed("ben"))
    assert "cara has not spoken" in show_faults(two, CHARTER, PACK, "anna", NOW)[0]
    assert show_faults(two, CHARTER, PACK, "anna", NOW + timedelta(days=8)) == ()
    assert "no position" in show_faults(two, CHARTER, PACK, "cara", NOW)[0]
    late = NOW + timedelta(days=8)
    assert "after" in commit_faults(matters(opened("cara")), PACK, "cara", "stop", late)[0]


def test_a_commitment_is_of_this_pack_this_member_and_these_words() -> None:
    first = POSITION.commitment(PACK, "anna")
    assert first != POSITION.commitment(PACK, "ben")
    other = Position(decision="stop", reason="r", conflict="", accepts_guess=False, nonce="n")
    assert first != other.commitment(PACK, "anna")


@pytest.mark.hazard("H-356")
def test_most_decide_and_a_tie_is_the_safer() -> None:
    tie = vote(matters(shown("anna", "continue"), shown("ben", "pause")), CHARTER, PACK)
    assert (tie.decision, tie.minority) == ("pause", ("anna: continue: r",))
    most = vote(
        matters(shown("anna", "continue"), shown("ben", "continue"), shown("cara", "stop")),
        CHARTER, PACK,
    )  # fmt: skip
    assert (most.decision, most.minority) == ("continue", ("cara: stop: r",))
    bound = vote(
        matters(shown("anna", "raise", "owns shares"), shown("ben", "pause")), CHARTER, PACK
    )
    assert bound.decision == "pause"
    assert len(bound.positions) == 2


@pytest.mark.hazard("H-356")
def test_nothing_is_decided_without_quorum_advocate_or_chair() -> None:
    two = (shown("anna", "stop"), shown("ben", "stop"))
    told = decide_faults(matters(shown("anna", "stop")), CHARTER, PACK, "ben", NOW)
    assert any("has the chair" in one for one in told)
    assert any("the quorum is 2" in one for one in told)
    assert decide_faults(matters(*two), CHARTER, PACK, "anna", NOW) == (
        "the advocate, cara, has not spoken",
    )
    three = matters(*two, shown("cara", "stop", "my brother"))
    assert decide_faults(three, CHARTER, PACK, "anna", NOW) == ()
    waits = matters(*two, committed("cara"))
    assert "has not shown" in decide_faults(waits, CHARTER, PACK, "anna", NOW)[0]


@pytest.mark.hazard("H-355")
def test_a_raise_may_not_rest_on_a_guess_that_nobody_signed() -> None:
    unsigned = matters(shown("anna", "raise"))
    assert "names the numbers" in raise_faults(unsigned, PACK, [])[0]
    assert raise_faults(unsigned, PACK, [("a/b/c", "inferred")]) == ()
    assert "anna has not signed" in raise_faults(unsigned, PACK, [("a/b/c", "guessed")])[0]
    signed = matters(shown("anna", "raise", guess=True))
    assert raise_faults(signed, PACK, [("a/b/c", "guessed")]) == ()


def test_where_no_pack_is_named_the_last_is_meant() -> None:
    later = replace(PACK, pack="k-2")
    assert matters(later).pack("") == later
    assert matters(later).pack("k-1") == PACK
    for known, name in ((matters(), "k-9"), (council_matters([]), "")):
        with pytest.raises(UnknownCouncilMatterError, match="no pack"):
            known.pack(name)
