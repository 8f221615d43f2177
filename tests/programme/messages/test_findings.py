from datetime import timedelta

from nanoward.base.entries.messages import MessageSent, MessageUndelivered
from nanoward.programme.messages.drafts import written_message
from nanoward.programme.messages.due import evaluate
from nanoward.programme.messages.findings import is_silent, message_findings
from nanoward.programme.messages.rules import message_rules
from nanoward.programme.messages.threads import mailbox_of
from nanoward.testing.messages import NOON, SECTION, draft_of

RULES = message_rules(SECTION, "UTC")
MINUTE = timedelta(minutes=1)


def codes(entries: list, now) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def, type-arg]
    box = mailbox_of(entries)
    found = message_findings(box, evaluate(box, RULES, now), RULES, now)
    return [(one.code, one.severity) for one in found]


def test_a_message_that_is_late_and_a_channel_that_is_down_are_told() -> None:
    entry = written_message(draft_of(participant="P1"), "m", NOON)
    down = MessageUndelivered(message="m", to="nurse", channel="mail", reason="gone", at=NOON)
    assert codes([entry, down], NOON + 2 * MINUTE) == [("MSG-002", "error")]
    sent = [
        MessageSent(message="m", to=role, channel="pager", delivery="d", at=NOON + 100 * MINUTE)
        for role in ("nurse", "physician", "council")
    ]
    assert codes([entry, *sent], NOON + 101 * MINUTE) == [("MSG-001", "error")]


def test_a_notifier_that_does_not_run_is_told_by_what_is_due_since_long() -> None:
    entry = written_message(draft_of(), "m", NOON)
    assert codes([entry], NOON + 29 * MINUTE) == []
    assert codes([entry], NOON + 31 * MINUTE) == [("MSG-003", "error")]


def test_a_heartbeat_that_is_old_or_missing_is_silent() -> None:
    assert is_silent(RULES, NOON, None)
    assert is_silent(RULES, NOON, NOON - 31 * MINUTE)
    assert not is_silent(RULES, NOON, NOON - 30 * MINUTE)
