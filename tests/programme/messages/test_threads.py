from datetime import timedelta

from nanoward.base.entries.messages import (
    CauseRepeated,
    MessageAcknowledged,
    MessageArrived,
    MessageClosed,
    MessageEscalated,
    MessageOverdue,
    MessageRead,
    MessageSent,
    MessageUndelivered,
    MessageWritten,
    QuietHoursChosen,
)
from nanoward.programme.messages.drafts import written_message
from nanoward.programme.messages.threads import mailbox_of
from nanoward.testing.messages import NOON, draft_of

HOUR = timedelta(hours=1)


def written(name: str = "m1", **changed: str) -> MessageWritten:
    return written_message(draft_of(**changed), name, NOON)


def test_a_message_is_folded_with_all_that_became_of_it() -> None:
    box = mailbox_of(
        [
            written(),
            MessageUndelivered(
                message="m1", to="nurse", channel="mail", reason="down", at=NOON
            ),
            MessageSent(message="m1", to="nurse", channel="pager", delivery="d1", at=NOON),
            MessageArrived(message="m1", at=NOON + HOUR),
            MessageRead(message="m1", by="Ada", at=NOON + HOUR),
            MessageAcknowledged(
                message="m1", by="Ada", at=NOON + HOUR, done_by=NOON + 2 * HOUR
            ),
            MessageOverdue(message="m1", act_by=NOON, at=NOON),
            MessageEscalated(message="m1", step=1, role="council", at=NOON),
            MessageClosed(message="m1", by="Ada", reason="done", at=NOON + 3 * HOUR),
        ]
    )
    thread = box.threads["m1"]
    assert thread.channels == {("nurse", "pager"): ("d1", NOON)}
    assert thread.failing == {("nurse", "mail"): "down"}
    assert thread.sent == {"nurse": NOON}
    assert (thread.arrived, thread.told_step, thread.told_overdue) == (NOON + HOUR, 1, True)
    assert thread.closed is not None


def test_a_message_written_twice_is_one_and_entries_of_unknown_ones_are_left() -> None:
    box = mailbox_of([written(), written(body="again"), MessageArrived(message="x", at=NOON)])
    assert [one.written.body for one in box.threads.values()] == ["look"]


def test_a_cancel_and_a_further_delivery_by_one_channel() -> None:
    sent = MessageSent(message="m1", to="nurse", channel="pager", delivery="d1", at=NOON)
    off = MessageSent(message="m1", to="nurse", channel="pager", delivery="cancel-1", at=NOON)
    assert mailbox_of([written(), sent, off]).threads["m1"].cancelled == {("nurse", "pager")}
    assert mailbox_of([written(), sent, off, sent]).threads["m1"].cancelled == set()


def test_causes_supersession_and_quiet_hours_are_kept() -> None:
    quiet = QuietHoursChosen(participant="P1", zone="Asia/Tokyo", begins="22:00", ends="07:00")
    box = mailbox_of(
        [
            written(cause="fan"),
            CauseRepeated(message="m1", word="firing", at=NOON),
            CauseRepeated(message="m1", word="resolved", at=NOON + HOUR),
            written("m2", supersedes="m1"),
            quiet,
        ]
    )
    assert box.causes == {("fan", "nurse"): "m1"}
    assert (box.threads["m1"].repeated, box.threads["m1"].last_word) == (1, "resolved")
    assert box.threads["m1"].superseded == "m2"
    assert box.quiet["P1"].begins == 22 * 60


def test_whoever_read_it_first_has_read_it() -> None:
    reads = [MessageRead(message="m1", by=who, at=NOON) for who in ("Ada", "Bea")]
    thread = mailbox_of([written(), *reads]).threads["m1"]
    assert thread.read == reads[0]
