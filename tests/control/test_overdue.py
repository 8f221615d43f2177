from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nanoward.base.entries import (
    Entry,
    FlushDecided,
    FlushSampled,
    KillAcknowledged,
    KillApproved,
    KillEnded,
    KillFailed,
    KillIntended,
    KillReleased,
    KillRequested,
    KillReviewed,
    KillUnanswered,
)
from nanoward.control.kill_state import KillState
from nanoward.control.killcode import after, begun
from nanoward.control.overdue import is_settled, key_is_locked, must_end, overdue, status_of

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIGNED = tuple(
    KillApproved(order="K1", signer=role, role=role, key=role, signature="")
    for role in ("physician", "safety_officer")
)
RELEASED = (*SIGNED, KillReleased(order="K1", break_glass=False, released_by=()))
INTENDED = KillIntended(order="K1", participant="P1", driver="sim")
UNANSWERED = KillUnanswered(order="K1", participant="P1", reason="silent")
ACKED = KillAcknowledged(order="K1", participant="P1", at=START, monotonic_s=0)
FAILED = KillFailed(order="K1", participant="P1", reason="refused")
ENDED = KillEnded(order="K1", how="withdrawn", reason="")
EXPIRED = KillEnded(order="K1", how="expired", reason="")


def state(*entries: Entry, people: tuple[str, ...] = ("P1",)) -> KillState:
    asked = KillRequested(
        order="K1",
        agent="A1",
        spec_sha256="",
        owner="ours",
        lot="L1",
        participants=people,
        mechanism="inducer",
        dose=1.0,
        unit="mg",
        reason="",
        requested_by="anna",
        not_before=START,
        expires=START + timedelta(minutes=15),
        plan_sha256="",
        ledger_size=0,
        ledger_hash="",
        expected_escapees=0.0,
        monotonic_s=0.0,
    )
    found = begun(asked, START)
    for entry in entries:
        found = after(found, entry, START)
    return found


def decided(outcome: str, who: str = "P1") -> FlushDecided:
    return FlushDecided(
        order="K1",
        participant=who,
        outcome=outcome,
        response="yes",
        residual=0.0,
        earliest=None,
        latest=None,
        reasons=(),
    )


OTHER = (
    replace(INTENDED, participant="P2"),
    replace(ACKED, participant="P2"),
)


@pytest.mark.parametrize(
    ("entries", "people", "word", "settled"),
    [
        ((), ("P1",), "requested", False),
        (SIGNED[:1], ("P1",), "approved", False),
        ((*SIGNED, ENDED), ("P1",), "withdrawn", True),
        (RELEASED, ("P1",), "released", False),
        ((*RELEASED, EXPIRED), ("P1",), "expired", True),
        ((*RELEASED, INTENDED), ("P1",), "firing", False),
        ((*RELEASED, INTENDED, UNANSWERED, EXPIRED), ("P1",), "firing", False),
        ((*RELEASED, INTENDED, ACKED), ("P1",), "verifying", False),
        ((*RELEASED, INTENDED, ACKED), ("P1", "P2"), "released", False),
        ((*RELEASED, INTENDED, ACKED, EXPIRED), ("P1", "P2"), "expired", False),
        ((*RELEASED, INTENDED, FAILED), ("P1",), "failed", True),
        ((*RELEASED, INTENDED, ACKED, decided("cleared")), ("P1",), "cleared", True),
        ((*RELEASED, INTENDED, ACKED, decided("escaped")), ("P1",), "escaped", True),
        (
            (*RELEASED, INTENDED, ACKED, *OTHER, decided("cleared"), decided("escaped", "P2")),
            ("P1", "P2"),
            "escaped",
            True,
        ),
    ],
)
def test_one_word_says_where_an_order_is(
    entries: tuple[Entry, ...], people: tuple[str, ...], word: str, settled: bool
) -> None:
    found = state(*entries, people=people)
    assert status_of(found) == word
    assert is_settled(found) == settled


@pytest.mark.parametrize(
    ("entries", "ends"),
    [
        ((), True),
        (RELEASED, True),
        ((*RELEASED, INTENDED), False),
        ((ENDED,), False),
        ((*RELEASED, ENDED), False),
    ],
)
def test_what_expired_before_it_was_fired_is_owed_an_end(
    entries: tuple[Entry, ...], ends: bool
) -> None:
    assert must_end(state(*entries), START + timedelta(minutes=15)) == ends
    assert not must_end(state(*entries), START + timedelta(minutes=15, seconds=-1))


def told(found: KillState, seconds: float) -> list[tuple[str, str]]:
    return [
        (one.message, one.urgency) for one in overdue(found, START + timedelta(seconds=seconds))
    ]


@pytest.mark.hazard("H-27")
@pytest.mark.parametrize("entries", [(INTENDED,), (INTENDED, UNANSWERED)])
def test_a_driver_silent_for_a_minute_is_an_alarm(entries: tuple[Entry, ...]) -> None:
    found = state(*RELEASED, *entries)
    assert told(found, 59) == []
    assert told(found, 60) == [("no answer from the driver: is it off?", "now")]


def test_a_day_without_a_sample_is_an_alarm() -> None:
    found = state(*RELEASED, INTENDED, ACKED)
    assert told(found, 86_399) == []
    assert told(found, 86_400) == [("no valid sample since it was fired", "today")]
    sampled = after(
        found,
        FlushSampled(
            order="K1",
            participant="P1",
            sample="S",
            assay="culture",
            matrix="stool",
            taken=START,
            valid=True,
            detected=False,
            count=None,
            locus="intact",
        ),
        START,
    )
    assert told(sampled, 86_400) == []


def test_an_escape_and_a_failure_are_alarms_at_once() -> None:
    escaped = state(*RELEASED, INTENDED, ACKED, decided("escaped"))
    assert told(escaped, 1) == [("escaped: use the second route", "now")]
    failed = state(*RELEASED, INTENDED, FAILED)
    assert told(failed, 1) == [("the code was not fired: ask for another", "now")]
    assert told(state(*RELEASED), 1e6) == []


@pytest.mark.hazard("H-25")
def test_what_one_person_fired_is_reviewed_within_a_day() -> None:
    alone = KillReleased(order="K1", break_glass=True, released_by=("physician",))
    found = state(SIGNED[0], alone)
    assert told(found, 86_399) == []
    assert told(found, 86_400) == [("fired by one person and not reviewed", "now")]
    reviewed = after(found, KillReviewed(order="K1", reviewed_by="cara", note="ok"), START)
    assert told(reviewed, 86_400) == []
    assert told(state(), 86_400) == []


def test_twenty_bad_signatures_in_an_hour_lock_the_key() -> None:
    times = tuple(START - timedelta(minutes=number) for number in range(20))
    assert key_is_locked(times, now=START)
    assert not key_is_locked(times[:19], now=START)
    old = (*times[:19], START - timedelta(hours=1))
    assert not key_is_locked(old, now=START)
