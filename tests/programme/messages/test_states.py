from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries import Entry
from nanoward.base.entries.messages import (
    MessageAcknowledged,
    MessageAnswered,
    MessageArrived,
    MessageClosed,
    MessageRead,
    MessageRefused,
    MessageSent,
    MessageWritten,
)
from nanoward.programme.messages.drafts import written_message
from nanoward.programme.messages.rules import message_rules
from nanoward.programme.messages.states import (
    MessageStatus,
    is_overdue,
    is_settled,
    message_status,
    reminders,
)
from nanoward.programme.messages.threads import mailbox_of
from nanoward.testing.messages import NOON, SECTION, draft_of

RULES = message_rules(SECTION, "UTC")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def written(**changed: Any) -> MessageWritten:
    return written_message(draft_of(**changed), "m1", NOON)


def seen(entries: Sequence[Entry], now: datetime, rules: Any = RULES) -> MessageStatus:
    box = mailbox_of(entries)
    return message_status(box.threads["m1"], rules, now, box.quiet)


def sent(at: datetime = NOON) -> MessageSent:
    return MessageSent(message="m1", to="nurse", channel="pager", delivery="d", at=at)


def taken(at: datetime, done_by: datetime) -> MessageAcknowledged:
    return MessageAcknowledged(message="m1", by="Ada", at=at, done_by=done_by)


def test_the_ten_words_one_after_the_other() -> None:
    at = NOON + MINUTE
    entries: list[Entry] = [written(urgency="today")]
    words = [seen(entries, at).word]
    for entry in (
        sent(),
        MessageArrived(message="m1", at=at),
        MessageRead(message="m1", by="Ada", at=at),
        taken(at, at + HOUR),
        MessageAnswered(message="m1", participant="", by="Ada", answer="yes", at=at),
        MessageClosed(message="m1", by="Ada", reason="done", at=at),
    ):
        entries.append(entry)
        words.append(seen(entries, at).word)
    assert words == ["written", "sent", "arrived", "read", "acknowledged", "answered", "closed"]
    no = MessageRefused(message="m1", participant="", reason="no consent", at=at)
    assert seen([written(), no], at).word == "refused"
    late = written(urgency="today", wants="answer", act_by=NOON + HOUR, to="council")
    assert seen([late], NOON + HOUR + MINUTE).word == "escalated"
    alone = message_rules({"roles": {"nurse": {}}, "quiet": []}, "UTC")
    assert seen([written()], NOON + 2 * HOUR, alone).word == "overdue"


def test_arrived_is_never_read() -> None:
    status = seen(
        [written(urgency="week"), sent(), MessageArrived(message="m1", at=NOON)], NOON
    )
    assert status.word == "arrived"


def test_the_chain_by_hand() -> None:
    """Urgent now: the nurse has 15 minutes, then the physician 30, then the council."""
    steps = [
        [one.role for one in seen([written()], NOON + n * MINUTE).steps]
        for n in (0, 14, 15, 44, 45, 500)
    ]
    nurse, two, three = ["nurse"], ["nurse", "physician"], ["nurse", "physician", "council"]
    assert steps == [nurse, nurse, two, two, three, three]


@pytest.mark.hazard("H-286")
def test_nobody_on_duty_means_the_next_role_and_never_nobody() -> None:
    """12:00 UTC on a Monday: whoever is on duty at the weekend alone is passed over."""
    weekend = {"duty": ["sat-sun 00:00-23:59"], "deliveries": ["pager"]}
    section = {**SECTION, "roles": {**SECTION["roles"], "nurse": weekend}}
    rules = message_rules(section, "UTC")
    assert [one.role for one in seen([written()], NOON, rules).steps] == ["physician"]
    away = dict.fromkeys(SECTION["roles"], weekend)
    rules = message_rules({**section, "roles": away}, "UTC")
    told = seen([written()], NOON, rules)
    assert [one.role for one in told.steps] == ["nurse", "physician", "council"]
    assert told.due == ("nurse", "physician", "council")


def test_acknowledging_stops_all_and_starts_the_clock_until_it_is_done() -> None:
    """OnCall 4654, 4760, 1792: nothing pages after it, and it is not forgotten either."""
    entries = [written(), sent(), taken(NOON + 20 * MINUTE, NOON + 5 * HOUR)]
    quiet = seen(entries, NOON + 4 * HOUR)
    assert (quiet.word, quiet.due, quiet.overdue) == ("acknowledged", (), False)
    assert [one.role for one in quiet.steps] == ["nurse", "physician"]
    after = seen(entries, NOON + 5 * HOUR + MINUTE)
    assert (after.word, after.overdue) == ("escalated", True)
    assert after.steps[-1].role == "council"
    assert after.steps[-1].begins == NOON + 5 * HOUR
    assert "council" in after.due


def test_a_last_one_who_forgets_is_reminded_with_all_the_others() -> None:
    rules = message_rules({"roles": {"nurse": {"deliveries": ["screen"]}}, "quiet": []}, "UTC")
    entries = [written(), sent(), taken(NOON + MINUTE, NOON + HOUR)]
    status = seen(entries, NOON + 2 * HOUR, rules)
    assert [(one.role, one.begins) for one in status.steps] == [
        ("nurse", NOON),
        ("nurse", NOON + HOUR),
    ]
    assert status.due == ("nurse",)


@pytest.mark.hazard("H-287")
def test_quiet_hours_put_off_the_telling_but_no_safety_moment() -> None:
    """At 23:00 in Berlin: the message waits until 8; a safety moment at 6 is told at once."""
    rules = message_rules({**SECTION, "quiet": ["21:00", "08:00"]}, "Europe/Berlin")
    night = datetime(2026, 3, 2, 22, tzinfo=UTC)
    morning = datetime(2026, 3, 3, 7, tzinfo=UTC)

    def at_night(**changed: Any) -> MessageStatus:
        entry = written_message(draft_of(urgency="today", **changed), "m1", night)
        return seen([entry], night, rules)

    assert at_night(kind="message").steps[0].tells == morning
    assert at_night(kind="safety notice").steps[0].tells == morning
    early = datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert at_night(kind="safety notice", act_by=early).due == ("nurse",)
    assert at_night(kind="message", act_by=early).due == ()
    now = written_message(draft_of(kind="message"), "m1", night)
    assert seen([now], night, rules).due == ("nurse",)
    assert at_night(kind="safety notice", act_by=early).steps[0].begins == night


def test_quiet_hours_are_the_persons_own() -> None:
    entry = written_message(draft_of(to="participant", kind="pay owed", participant="P1",
                                     urgency="today"), "m1", NOON)  # fmt: skip
    from nanoward.base.entries.messages import QuietHoursChosen

    tokyo = QuietHoursChosen(participant="P1", zone="Asia/Tokyo", begins="20:00", ends="09:00")
    rules = message_rules({**SECTION, "quiet": ["21:00", "08:00"]}, "UTC")
    assert seen([entry], NOON, rules).due == ("participant",)
    status = seen([entry, tokyo], NOON, rules)  # 21:00 in Tokyo
    assert status.due == ()
    assert status.steps[0].tells == datetime(2026, 3, 3, 0, tzinfo=UTC)


def test_a_message_that_may_expire_comes_to_nothing_and_that_is_told_once() -> None:
    entry = written(kind="task", urgency="today", act_by=NOON + HOUR, expires=NOON + 2 * HOUR)
    status = seen([entry], NOON + 3 * HOUR)
    assert (status.word, status.overdue, status.due) == ("refused", True, ("council",))
    assert "expired" in status.reason


@pytest.mark.hazard("H-285")
def test_pay_owed_never_expires_whatever_its_entry_says() -> None:
    from dataclasses import replace

    entry = replace(written(kind="pay owed", participant="P1"), expires=NOON + HOUR)
    assert seen([entry], NOON + timedelta(days=900)).word == "escalated"


def test_a_receipt_settles_what_wanted_no_more_and_nothing_else() -> None:
    came = MessageArrived(message="m1", at=NOON)
    for wants, settled in (("receipt", True), ("acknowledgement", False), ("answer", False)):
        entries = [written(wants=wants), came]
        thread = mailbox_of(entries).threads["m1"]
        assert is_settled(thread, seen(entries, NOON).word) is settled
    assert is_settled(thread, "closed")


def test_reminders_grow_rarer_and_never_stop() -> None:
    pause = timedelta(minutes=15)
    counts = [reminders(NOON, NOON + n * pause, pause) for n in (0, 1, 3, 7, 15)]
    assert counts == [0, 1, 2, 3, 4]
    week = reminders(NOON, NOON + timedelta(days=7), pause)
    assert reminders(NOON, NOON + timedelta(days=8), pause) == week + 1


@given(
    acks=st.lists(st.integers(0, 600), max_size=2),
    sends=st.lists(st.integers(0, 600), max_size=4),
    looks=st.lists(st.integers(0, 3000), max_size=6),
    now=st.integers(0, 3000),
)
def test_how_often_it_was_looked_at_changes_nothing(
    acks: list[int], sends: list[int], looks: list[int], now: int
) -> None:
    """A state is a function of entries and now: asked between, or never, it is the same."""
    entries: list[Entry] = [written()]
    entries += [sent(NOON + n * MINUTE) for n in sorted(sends)]
    entries += [taken(NOON + n * MINUTE, NOON + (n + 200) * MINUTE) for n in sorted(acks)]
    box = mailbox_of(entries)
    for minute in looks:
        message_status(box.threads["m1"], RULES, NOON + minute * MINUTE, box.quiet)
    asked = message_status(box.threads["m1"], RULES, NOON + now * MINUTE, box.quiet)
    assert asked == seen(entries, NOON + now * MINUTE)
    begins = [one.begins for one in asked.steps]
    assert begins == sorted(begins)


@pytest.mark.parametrize("how", ["answered", "closed", "superseded"])
def test_what_is_answered_closed_or_superseded_is_never_overdue(how: str) -> None:
    asked = written(urgency="today", wants="answer", act_by=NOON + HOUR)
    ends: dict[str, Entry] = {
        "answered": MessageAnswered(message="m1", participant="", by="A", answer="y", at=NOON),
        "closed": MessageClosed(message="m1", by="A", reason="done", at=NOON),
        "superseded": written_message(draft_of(supersedes="m1"), "m2", NOON),
    }
    late = NOON + 2 * HOUR
    assert is_overdue(mailbox_of([asked]).threads["m1"], late)
    assert not is_overdue(mailbox_of([asked, ends[how]]).threads["m1"], late)
