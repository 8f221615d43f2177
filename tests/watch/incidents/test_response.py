"""One incident a cause; nobody's silence, and no clock, keeps a notice back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.base.entries import (
    AlarmRaised,
    Entry,
    IncidentAcknowledged,
    IncidentNotified,
    IncidentOpened,
    IncidentStoodDown,
)
from nanoward.watch.incidents.incident import Incident, incidents_of
from nanoward.watch.incidents.playbook import playbook_of
from nanoward.watch.incidents.response import (
    Now,
    cause_of,
    due_escalations,
    incident_name,
    is_overdue,
    notices_owed,
    responses_to,
    tasks_of,
)
from nanoward.watch.incidents.rota import WatchPlan

T0 = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLAN = WatchPlan(levels=(("A",), ("B",)), acknowledge=timedelta(minutes=30))
BOOK = playbook_of(
    'playbook = "p"\nversion = 1\ncauses = ["stream/*"]\n'
    '[[task]]\nroom = "clearance"\naction = "hold"\ntext = "Hold."\n'
)


def now(minutes: float = 0.0, monotonic: float | None = None) -> Now:
    seconds = 60 * minutes if monotonic is None else monotonic
    return Now(wall=T0 + timedelta(minutes=minutes), monotonic_s=1000 + seconds)


def alarm(day: int = 1, subject: str = "ward", also: tuple[str, ...] = ()) -> AlarmRaised:
    return AlarmRaised(
        alarm=f"stream/{subject}/2026-11-{day:02}",
        room="watch",
        subject=subject,
        message="a rise",
        urgency="today",
        also=also,
    )


def after(entries: list[Entry]) -> dict[str, Incident]:
    return dict(incidents_of([(T0, "watch", one) for one in entries]))


def opened() -> list[Entry]:
    return list(responses_to([alarm()], {}, PLAN, (BOOK,), now()))


@pytest.mark.hazard("H-338")
def test_a_flapping_cause_gives_one_incident() -> None:
    entries: list[Entry] = []
    for day in range(1, 25):
        entries += responses_to(
            [alarm(one) for one in range(1, day + 1)], after(entries), PLAN, (BOOK,), now(day)
        )
    (incident,) = after(entries).values()
    assert len(incident.joined) == 24
    assert len(incident.tasks) == 1


def test_an_alarm_that_shares_a_stream_joins() -> None:
    entries = opened()
    entries += responses_to(
        [alarm(), alarm(2, "other", also=("ward",)), alarm(3, "far")], after(entries), PLAN, (),
        now(1),
    )  # fmt: skip
    assert sorted(len(one.joined) for one in after(entries).values()) == [1, 2]


def test_after_a_stand_down_the_same_cause_is_a_new_incident() -> None:
    entries = opened()
    name = next(iter(after(entries)))
    entries.append(IncidentStoodDown(incident=name, by="A", reason="over"))
    entries += responses_to([alarm(), alarm(9)], after(entries), PLAN, (), now(1))
    assert len(after(entries)) == 2


@pytest.mark.hazard("H-339")
@pytest.mark.parametrize(
    ("moment", "overdue"),
    [
        (now(29), False),
        (now(30), True),
        (now(5, monotonic=1801), True),  # the wall was set back
        (now(-120, monotonic=60), True),  # before it was opened: it was set
        (now(40, monotonic=60), True),  # or forward
        (now(10, monotonic=-900), False),  # the machine was started anew
    ],
)
def test_it_is_overdue_by_the_first_clock(moment: Now, overdue: bool) -> None:
    (incident,) = after(opened()).values()
    assert is_overdue(incident, PLAN.acknowledge, moment) is overdue


def test_escalation_goes_up_and_stays_at_the_last_level() -> None:
    entries = opened()
    for round_ in range(1, 4):
        found = due_escalations(after(entries), PLAN, now(31 * round_))
        assert [(one.level, one.told) for one in found] == [(round_, ("B",))]
        entries += found
    entries.append(IncidentAcknowledged(incident=found[0].incident, by="B", note=""))
    assert due_escalations(after(entries), PLAN, now(500)) == ()


def test_a_notice_is_owed_for_each_level_until_it_went_out() -> None:
    entries = opened()
    assert [(level) for _, level in notices_owed(after(entries))] == [0]
    name = next(iter(after(entries)))
    entries.append(IncidentNotified(incident=name, level=0, told=("A",)))
    assert notices_owed(after(entries)) == ()
    entries += due_escalations(after(entries), PLAN, now(31))
    assert [level for _, level in notices_owed(after(entries))] == [1]


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from("abc")), max_size=12))
def test_every_alarm_stands_in_exactly_one_incident(given: list[tuple[int, str]]) -> None:
    entries: list[Entry] = []
    for at, (day, subject) in enumerate(given):
        entries += responses_to([alarm(day, subject)], after(entries), PLAN, (BOOK,), now(at))
    joined = [name for one in after(entries).values() for name in one.joined]
    assert sorted(joined) == sorted({alarm(*one).alarm for one in given})


def test_names_and_tasks_are_the_same_whenever_they_are_made() -> None:
    assert cause_of(alarm()) == "stream/ward"
    first, *tasks = opened()
    assert isinstance(first, IncidentOpened)
    assert first.incident == incident_name(alarm().alarm)
    assert tasks == tasks_of(first.incident, BOOK)
    assert tasks_of("x", None) == []
