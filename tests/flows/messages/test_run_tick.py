"""Ticks, and the stories of those who used Grafana OnCall and Alertmanager before us."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nanoward.base.entries import ConsentWithdrawn
from nanoward.base.entries.messages import MessageWritten
from nanoward.flows.messages.answer_message import (
    acknowledge_message,
    answer_message,
    choose_quiet_hours,
)
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.read_alerts import read_alerts
from nanoward.flows.messages.run_tick import run_tick
from nanoward.flows.messages.write_message import write_message
from nanoward.programme.messages.drafts import written_message
from nanoward.testing.messages import (
    NOON,
    SECTION,
    MessageBay,
    consented,
    draft_of,
    message_bay,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NIGHTS = {**SECTION, "quiet": ["21:00", "08:00"]}


def written(bay: MessageBay, **changed: Any) -> str:
    return write_message(bay.desk, draft_of(**changed)).message


def kinds(bay: MessageBay) -> list[str]:
    return [one.kind.partition(".")[2] for one in bay.desk.ports.ledger.records()]


def test_a_message_goes_from_role_to_role_until_somebody_takes_it() -> None:
    bay = message_bay()
    name = written(bay)
    assert bay.tick().told == (("nurse", "pager", 1),)
    assert bay.tick(MINUTE).told == ()
    assert bay.tick(15 * MINUTE).escalated == ((name, "physician"),)
    acknowledge_message(bay.desk, name, by="Ada")
    assert bay.tick(2 * HOUR).told == ()
    answer_message(bay.desk, name, "she is well", by="Ada")
    assert bay.tick(DAY).told == ()
    assert bay.word(name) == "answered"


@pytest.mark.hazard("H-286")
def test_oncall_1206_a_restart_or_a_day_without_a_tick_loses_no_step() -> None:
    """Paused by a range of hours, and never continued after a restart."""
    slow, fast = message_bay(NIGHTS), message_bay(NIGHTS)
    names = [written(one, urgency="today", act_by=NOON + 3 * HOUR) for one in (slow, fast)]
    for _ in range(24 * 60):
        fast.tick(MINUTE)
    slow.tick(DAY)
    assert slow.word(names[0]) == fast.word(names[1]) == "escalated"
    roles = {"nurse", "physician", "council"}
    assert {role for role, _ in slow.pager.told()} == roles
    assert {role for role, _ in fast.pager.told()} == roles


def test_oncall_3111_a_page_that_was_acknowledged_and_closed_stays_silent_for_months() -> None:
    bay = message_bay()
    name = written(bay)
    bay.tick()
    acknowledge_message(bay.desk, name, by="Ada")
    answer_message(bay.desk, name, "done", by="Ada", close=True)
    bay.tick()
    for _ in range(130):
        assert bay.tick(DAY).told == ()
    assert bay.pager.told() == [("nurse", 1)]


@pytest.mark.hazard("H-296")
def test_oncall_4654_acknowledging_stops_every_channel_and_takes_back_what_was_told() -> None:
    """It went on paging after it was acknowledged (4654, 4760)."""
    two = {
        **SECTION,
        "roles": {**SECTION["roles"], "nurse": {"deliveries": ["pager", "screen"]}},
    }
    bay = message_bay(two)
    name = written(bay)
    assert {one[1] for one in bay.tick().told} == {"pager", "screen"}
    bay.tick(16 * MINUTE)
    acknowledge_message(bay.desk, name, by="Ada", done_by=NOON + 6 * HOUR)
    assert bay.tick().cancelled == 3
    assert bay.pager.told("cancel") == [("nurse", 1), ("physician", 1)]
    for _ in range(5 * 60):
        summary = bay.tick(MINUTE)
        assert (summary.told, summary.cancelled) == ((), 0)


def test_oncall_1792_what_was_acknowledged_at_night_is_not_forgotten() -> None:
    bay = message_bay()
    name = written(bay)
    bay.tick()
    acknowledge_message(bay.desk, name, by="Ada", done_by=NOON + 4 * HOUR)
    assert bay.tick(4 * HOUR - MINUTE).told == ()
    assert ("physician", "pager", 1) in bay.tick(MINUTE).told
    bay.tick(MINUTE)
    assert bay.word(name) == "escalated"


@pytest.mark.hazard("H-287")
@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29)),  # noqa: DTZ001 - by the wall of the zone
        ("Europe/Berlin", datetime(2026, 10, 25)),  # noqa: DTZ001
        ("America/New_York", datetime(2026, 3, 8)),  # noqa: DTZ001
        ("America/New_York", datetime(2026, 11, 1)),  # noqa: DTZ001
        ("Australia/Lord_Howe", datetime(2026, 4, 5)),  # noqa: DTZ001
        ("Australia/Lord_Howe", datetime(2026, 10, 4)),  # noqa: DTZ001
    ],
)
def test_oncall_5512_quiet_hours_are_those_of_the_person_on_the_day_the_clock_changes(
    zone: str, night: datetime
) -> None:
    """Written at midnight of that day; told at 8 by the person's wall, not a minute before."""
    midnight = night.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    bay = message_bay({**SECTION, "quiet": []}, now=midnight, zone="UTC")
    choose_quiet_hours(bay.desk, "P1", zone=zone, begins="21:00", ends="08:00")
    written(bay, to="participant", participant="P1", kind="pay owed", urgency="today")
    told = None
    while told is None:
        if bay.tick(MINUTE).told:
            told = bay.clock.now().astimezone(ZoneInfo(zone))
    assert told.strftime("%Y-%m-%d %H:%M") == f"{night:%Y-%m-%d} 08:00"


def test_alertmanager_3367_at_the_end_of_quiet_hours_all_that_waited_goes_at_once() -> None:
    """After a mute nothing was sent until repeat_interval (3367, 2896)."""
    night = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    bay = message_bay(NIGHTS, now=night)
    for _ in range(3):
        written(bay, urgency="today", kind="message")
        assert bay.tick(10 * MINUTE).told == ()
    for _ in range(8 * 60):
        summary = bay.tick(MINUTE)
        if summary.told:
            break
    assert summary.told == (("nurse", "pager", 3),)
    assert bay.clock.now() == datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


def test_alertmanager_2595_reminders_come_ever_more_seldom() -> None:
    bay = message_bay({**SECTION, "chains": {"default": ["council 6000"]}})
    written(bay)
    for minute in range(8 * 60):
        bay.tick(MINUTE if minute else 0 * MINUTE)
    first = [one for one in bay.pager.delivered if one.to == "nurse"]
    assert [(one.at - NOON) / MINUTE for one in first] == [0, 15, 45, 105, 225, 465]


def test_alertmanager_4064_nothing_that_was_settled_fires_at_a_restart() -> None:
    """Inhibited alerts fired at a restart: each tick here is one, nothing is remembered."""
    bay = message_bay()
    first = written(bay)
    bay.tick()
    written(bay, supersedes=first)
    bay.tick()
    before = len(bay.pager.told())
    book = MessageBook("centre")
    run_tick(bay.desk, book)
    run_tick(bay.desk, MessageBook("centre"))
    assert len(bay.pager.told()) == before
    assert bay.word(first) == "closed"


def test_a_channel_that_is_down_is_told_once_and_the_screen_has_it_at_least() -> None:
    bay = message_bay()
    bay.pager.down = "no route"
    name = written(bay)
    summary = bay.tick()
    assert summary.failed == (("nurse", "pager", "no route"),)
    assert summary.told == (("nurse", "screen", 1),)
    assert kinds(bay).count("MessageUndelivered") == 1
    assert bay.word(name) == "sent"


def test_a_process_that_is_killed_between_any_two_writes_repeats_one_delivery_at_most() -> None:
    """KilledError before each append in turn: all are told, under the same names."""

    class KilledError(Exception):
        pass

    for kill_at in range(1, 30):
        bay = message_bay()
        for urgency in ("now", "now", "today"):
            written(bay, urgency=urgency)
        ledger, count = bay.desk.ports.ledger, 0
        append = ledger.append

        def dying(
            *given: Any, kill_at: int = kill_at, append: Any = append, **more: Any
        ) -> Any:
            nonlocal count
            count += 1
            if count == kill_at:
                raise KilledError
            return append(*given, **more)

        ledger.append = dying  # type: ignore[method-assign]
        try:
            bay.tick()
        except KilledError:
            bay.tick()
        told = bay.pager.told()
        assert sorted(told) == [("nurse", 1)] * 3  # the channel shows each name once
        if count < kill_at:
            break
    else:
        pytest.fail("a tick has more writes than were tried")


@pytest.mark.hazard("H-294")
def test_a_message_that_waited_while_the_person_left_is_not_sent_and_their_pay_is() -> None:
    bay = message_bay()
    bay.desk.ports.ledger.append(consented(), actor="t", at=NOON)
    person = {"to": "participant", "participant": "P1", "urgency": "today"}
    name = written(bay, kind="message", **person)
    pay = written(bay, kind="pay owed", **person)
    left = ConsentWithdrawn(participant="P1", withdrawn=NOON.date(), at=NOON, channel="x")
    bay.desk.ports.ledger.append([left], actor="P1", at=NOON)
    summary = bay.tick()
    assert summary.refused == (name,)
    assert (bay.word(name), bay.word(pay)) == ("refused", "sent")
    assert bay.pager.told() == [("participant", 1)]


def test_somebody_elses_watchdog_hears_from_us_at_each_tick() -> None:
    bay = message_bay({**SECTION, "heartbeat": "pager"})
    bay.tick()
    (beat,) = bay.pager.delivered
    assert (beat.to, beat.delivery) == ("watchdog", "heartbeat-centre")
    assert bay.desk.heartbeat.last() == NOON


def test_a_channel_outside_is_told_no_name_kind_or_text() -> None:
    bay = message_bay()
    written(bay, kind="withdrawal", participant="P001", body="wants to go home")
    bay.tick()
    said = str(bay.pager.delivered[0])
    assert not any(word in said for word in ("P001", "withdrawal", "home"))


def test_alarms_of_others_are_one_message_while_they_flap() -> None:
    bay = message_bay()

    def alert(status: str) -> dict[str, Any]:
        return {"alerts": [{"status": status, "labels": {"alertname": "Freezer", "n": "3",
                                                         "severity": "critical"}}]}  # fmt: skip

    outcomes = []
    for status in ("firing", "resolved", "firing", "firing", "resolved", "resolved"):
        (taken,) = read_alerts(bay.desk, alert(status), to="nurse", by="alertmanager")
        outcomes.append(taken.outcome)
        bay.tick(5 * MINUTE)
    assert outcomes == ["written", "resolved", "repeated", "repeated", "resolved", ""]
    (name,) = (
        str(one.body["message"])
        for one in bay.desk.ports.ledger.records()
        if one.kind == "messages.MessageWritten"
    )
    assert bay.tick(40 * MINUTE).cancelled >= 1
    assert bay.word(name) == "closed"
    (again,) = read_alerts(bay.desk, alert("firing"), to="nurse", by="alertmanager")
    assert again.outcome == "written"


def test_a_message_for_another_site_that_has_no_receipt_is_told_to_who_wrote_it() -> None:
    bay = message_bay()
    entry: MessageWritten = written_message(draft_of(site="ship"), "m" * 32, NOON)
    bay.desk.ports.ledger.append([entry], actor="council", at=NOON)
    assert bay.tick(59 * MINUTE).told == ()
    summary = bay.tick(2 * MINUTE)
    assert summary.overdue == ("m" * 32,)
    assert summary.told == (("council", "pager", 1),)
