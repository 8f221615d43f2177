from dataclasses import replace
from datetime import timedelta

from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.word_notice import MOST, delivery_of, notification_of
from nanoward.flows.messages.write_message import write_message
from nanoward.programme.messages.due import DueNotice
from nanoward.testing.messages import NOON, draft_of, message_bay


def test_a_notice_tells_that_there_is_something_and_inside_what() -> None:
    bay = message_bay()
    name = write_message(bay.desk, draft_of(kind="drill", participant="P1")).message
    threads = [MessageBook("centre").refresh(bay.desk.ports.ledger).named(name)]
    notice = DueNotice(to="nurse", participant="", urgency="now", messages=(name,))
    role = bay.desk.rules.roles["nurse"]
    late = NOON + timedelta(hours=2)
    short = notification_of(bay.desk, notice, role, "pager", threads, name="d", now=late)
    assert ("LATE" in short.text, "P1" in short.text, short.exercise) == (True, False, True)
    whole = notification_of(bay.desk, notice, role, "screen", threads, name="d", now=late)
    assert "drill about P1, from council: look" in whole.text
    many = notification_of(bay.desk, notice, role, "pager", threads * 30, name="d", now=NOON)
    assert f"and {30 - MOST} more" in many.text


def test_a_delivery_bears_one_name_until_the_ledger_has_it() -> None:
    bay = message_bay()
    name = write_message(bay.desk, draft_of()).message
    notice = DueNotice(to="nurse", participant="", urgency="now", messages=(name,))

    def delivery(channel: str = "pager") -> str:
        book = MessageBook("centre").refresh(bay.desk.ports.ledger)
        return delivery_of(notice, channel, [book.named(name)])

    first = delivery()
    assert first == delivery() != delivery("screen")
    bay.tick()
    assert delivery() != first


def test_a_persons_address_goes_to_a_channel_that_shows_all_and_a_roles_to_each() -> None:
    bay = message_bay()
    name = write_message(bay.desk, draft_of(kind="drill", participant="P1")).message
    threads = [MessageBook("centre").refresh(bay.desk.ports.ledger).named(name)]
    role = replace(bay.desk.rules.roles["nurse"], address="a@b")
    told = {}
    for to in ("participant", "nurse"):
        notice = DueNotice(to=to, participant="", urgency="now", messages=(name,))
        for channel in ("pager", "screen"):
            told[to, channel] = notification_of(
                bay.desk, notice, role, channel, threads, name="d", now=NOON
            ).address
    assert told == {("participant", "pager"): "", ("participant", "screen"): "a@b",
                    ("nurse", "pager"): "a@b", ("nurse", "screen"): "a@b"}  # fmt: skip
