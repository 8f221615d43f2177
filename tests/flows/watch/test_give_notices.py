"""From an alarm to a notice and back: by messages, once, in time, whole after a crash."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nanoward.base.entries import AlarmRaised
from nanoward.base.entries.messages import MessageWritten
from nanoward.base.plan import Plan
from nanoward.flows.messages.answer_message import answer_message
from nanoward.flows.watch.give_notices import MessageNotices
from nanoward.flows.watch.keep_incidents import acknowledge, plan_of, respond, stand_down
from nanoward.testing.messages import MemoryChannel, MessageBay, message_bay
from nanoward.testing.ports import MemoryFolder

MINUTE = timedelta(minutes=1)
MESSAGES = {
    "quiet": [],
    "roles": {"nurse": {"deliveries": ["pager"]}, "physician": {"deliveries": ["pager"]}},
    "chains": {"default": ["physician 99999"]},
    "deliveries": {"pager": {"kind": "memory"}},
}
WATCH = {
    "acknowledge_minutes": 30,
    "rota": [{"people": ["A"], "role": "nurse"}, {"people": ["C"], "role": "physician"}],
}


def alarm(day: str = "2026-03-02", **changed: Any) -> AlarmRaised:
    return replace(
        AlarmRaised(alarm=f"stream/ward/{day}", room="watch", subject="ward",
                    message="a rise", urgency="today"),
        **changed,
    )  # fmt: skip


def bay_of(*alarms: AlarmRaised, watch: dict[str, Any] = WATCH) -> MessageBay:
    bay = message_bay(MESSAGES)
    plan = Plan(
        name="p",
        title="p",
        sha256="0" * 64,
        sections={"programme": {"messages": MESSAGES}, "watch": watch},
    )
    ports = replace(bay.desk.ports, folder=MemoryFolder(plan, {}))
    bay = replace(bay, desk=replace(bay.desk, ports=ports))
    if alarms:
        ports.ledger.append(list(alarms), actor="watch", at=bay.clock.now())
    return bay


def minute(bay: MessageBay, after: timedelta = timedelta(0)) -> Any:
    """What runs each minute, with nothing remembered."""
    bay.clock.advance(after)
    ports = bay.desk.ports
    return respond(ports, MessageNotices(bay.desk, plan_of(ports)))


def written(bay: MessageBay) -> list[str]:
    kind = f"messages.{MessageWritten.__name__}"
    return [one.body["cause"] for one in bay.desk.ports.ledger.records(kind=kind)]


def test_an_alarm_is_delivered_to_the_role_of_its_level_before_the_call_returns() -> None:
    bay = bay_of(alarm())
    (one,) = minute(bay).incidents.values()
    (told,) = bay.pager.delivered
    assert (told.to, told.at) == ("nurse", one.opened_at)
    assert written(bay) == [f"watch/{one.name}/0"]


@pytest.mark.hazard("H-339")
def test_with_the_clock_stepped_each_level_is_told_on_time_and_the_last_again() -> None:
    bay = bay_of(alarm())
    (one,) = minute(bay).incidents.values()
    told: list[tuple[int, str]] = []
    for passed in range(1, 91):
        before = len(bay.pager.delivered)
        minute(bay, MINUTE)
        told += [(passed, each.to) for each in bay.pager.delivered[before:] if each.messages]
    escalated = [(when, to) for when, to in told if to == "physician"]
    assert escalated[0][0] == 30
    assert {f"watch/{one.name}/{level}" for level in range(4)} == set(written(bay))


@pytest.mark.hazard("H-338")
def test_a_cause_that_flaps_is_one_incident_and_one_message_a_level() -> None:
    bay = bay_of()
    for day in range(1, 25):
        flapping = alarm(f"2026-03-{day:02}")
        bay.desk.ports.ledger.append([flapping], actor="watch", at=bay.clock.now())
        book = minute(bay, MINUTE)
    assert len(book.incidents) == 1
    assert len(written(bay)) == 1


def test_who_takes_it_silences_the_others() -> None:
    bay = bay_of(alarm())
    (one,) = minute(bay).incidents.values()
    minute(bay, 31 * MINUTE)
    acknowledge(bay.desk.ports, one.name, by="C", note="mine")
    minute(bay, MINUTE)
    assert {each.to for each in bay.pager.delivered if each.status == "cancel"} == {
        "nurse",
        "physician",
    }
    count = len(bay.pager.delivered)
    minute(bay, 600 * MINUTE)
    stand_down(bay.desk.ports, one.name, by="C", reason="a tap")
    minute(bay, MINUTE)
    assert len(bay.pager.delivered) == count


@pytest.mark.hazard("H-321")
def test_a_role_that_is_not_there_delays_no_notice_and_is_told() -> None:
    bay = bay_of(alarm(), watch={"rota": [{"people": ["A"], "role": "nurs"}]})
    minute(bay)
    (told,) = bay.pager.delivered
    assert told.to == "nurse"
    (record,) = bay.desk.ports.ledger.records(kind="messages.MessageWritten")
    assert "'nurs'" in record.body["body"]


@pytest.mark.hazard("H-321")
def test_a_channel_that_is_down_loses_nothing() -> None:
    bay = bay_of(alarm(urgency="now"))
    bay.pager.down = "no signal"
    minute(bay)
    assert bay.pager.delivered == []
    assert len(bay.screen.delivered) == 1  # it stands on the lane's screen meanwhile
    bay.pager.down = ""
    bay.tick(10 * MINUTE)
    bay.tick(10 * MINUTE)
    assert bay.pager.delivered[0].to == "nurse"


@pytest.mark.hazard("H-321")
def test_a_notice_that_was_answered_is_not_given_again() -> None:
    bay = bay_of(alarm())
    (one,) = minute(bay).incidents.values()
    (record,) = bay.desk.ports.ledger.records(kind="messages.MessageWritten")
    answer_message(bay.desk, record.body["message"], "on my way", by="A")
    MessageNotices(bay.desk, plan_of(bay.desk.ports)).give(one, 0, ("A",))
    assert len(written(bay)) == 1


class Killed(BaseException):
    """As kill -9: nothing of ours runs after it."""


@pytest.mark.hazard("H-340")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("last", range(1, 9))
def test_killed_at_any_append_or_delivery_nothing_is_lost_or_doubled(
    last: int, when: str
) -> None:
    bay = bay_of(alarm(), alarm(alarm="silent/x/1", subject="x"))
    ledger, calls = bay.desk.ports.ledger, 0

    def dying(sound: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **words: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == last and when == "before":
                raise Killed
            told = sound(*args, **words)
            if calls == last:
                raise Killed
            return told

        return act

    append, deliver = ledger.append, MemoryChannel.deliver
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "append", dying(append))
        patch.setattr(MemoryChannel, "deliver", dying(deliver))
        with pytest.raises(Killed):
            minute(bay)
    book = minute(bay)
    assert len(book.incidents) == 2
    assert sorted(written(bay)) == sorted(f"watch/{one}/0" for one in book.incidents)
    assert sorted(len(one.messages) for one in bay.pager.delivered) in ([1, 1], [2])
    assert len({one.delivery for one in bay.pager.delivered}) == len(bay.pager.delivered)
