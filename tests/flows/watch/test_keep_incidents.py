"""Incidents on a ledger: told once, taken by the rota, and whole after a crash anywhere."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from nanoward.base.entries import AlarmRaised
from nanoward.base.plan import Plan
from nanoward.flows.watch import keep_incidents as flow
from nanoward.flows.watch.keep_incidents import NotOnRotaError, UnknownIncidentError, respond
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site
from nanoward.watch.incidents.incident import Incident

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WATCH = {"rota": [{"people": ["A", "B"]}, {"people": ["C"]}], "acknowledge_minutes": 30}
ALARM = AlarmRaised(
    alarm="stream/ward/2026-11-16", room="watch", subject="ward", message="rise", urgency="now"
)


class Pager:
    """Keeps what it was told, and what was taken back; dies at a given call."""

    def __init__(self, dies: Callable[[], None] = lambda: None) -> None:
        self.told: list[str] = []
        self.settled: set[str] = set()
        self._dies = dies

    def give(self, incident: Incident, level: int, people: tuple[str, ...]) -> None:
        self._dies()
        self.told.append(f"{incident.name}/{level}")

    def settle(self, incidents: Mapping[str, Incident]) -> None:
        self.settled |= {one.name for one in incidents.values() if one.holder or one.ended}


def site(*alarms: AlarmRaised) -> Ports:
    plan = Plan(name="w", title="W", sha256="", sections={"watch": WATCH})
    ports = memory_site(plan, {}, now=NOW)
    if alarms:
        ports.ledger.append(list(alarms), actor="watch", at=NOW)
    return ports


def test_an_alarm_is_told_once_and_taken_by_the_rota() -> None:
    ports, pager = site(ALARM), Pager()
    (one,) = respond(ports, pager).incidents.values()
    respond(ports, pager)
    assert pager.told == [f"{one.name}/0"]
    with pytest.raises(NotOnRotaError):
        flow.acknowledge(ports, one.name, by="D", note="")
    assert flow.acknowledge(ports, one.name, by="B", note="mine").holder == "B"
    with pytest.raises(NotOnRotaError):
        flow.hand_over(ports, one.name, by="B", to="D", note="night")
    assert flow.hand_over(ports, one.name, by="B", to="A", note="night").holder == "A"
    assert flow.stand_down(ports, one.name, by="A", reason="a tap left open").ended
    with pytest.raises(UnknownIncidentError):
        flow.acknowledge(ports, one.name, by="B", note="")


@pytest.mark.hazard("H-339")
def test_what_nobody_takes_is_told_to_the_next_level() -> None:
    ports, pager = site(ALARM), Pager()
    (one,) = respond(ports, pager).incidents.values()
    ports.clock.advance(timedelta(minutes=31))  # type: ignore[attr-defined]
    respond(ports, pager)
    assert pager.told == [f"{one.name}/0", f"{one.name}/1"]


class Killed(BaseException):
    """As kill -9: nothing of ours runs after it."""


@pytest.mark.hazard("H-340")
@pytest.mark.parametrize("last", range(1, 6))
def test_a_process_that_dies_anywhere_loses_and_doubles_nothing(last: int) -> None:
    ports = site(
        ALARM, AlarmRaised(**{**vars_of(ALARM), "alarm": "silent/x/1", "subject": "x"})
    )
    calls = 0

    def dies() -> None:
        nonlocal calls
        calls += 1
        if calls == last:
            raise Killed

    pager, append = Pager(dies), ports.ledger.append

    def dying(*args: object, **words: object) -> object:
        dies()
        return append(*args, **words)  # type: ignore[arg-type]

    ports.ledger.append = dying  # type: ignore[method-assign, assignment]
    with pytest.raises(Killed):
        respond(ports, pager)
    ports.ledger.append = append  # type: ignore[method-assign]
    book = respond(ports, pager)
    assert len(book.incidents) == 2
    assert {name for one in book.incidents.values() for name in one.joined} == {
        "stream/ward/2026-11-16",
        "silent/x/1",
    }
    assert set(pager.told) == {f"{one}/0" for one in book.incidents}
    opened = list(ports.ledger.records(kind="watch.IncidentOpened"))
    assert len(opened) == 2


def vars_of(alarm: AlarmRaised) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(alarm)


def test_a_person_opens_one_and_joins_what_goes_on() -> None:
    ports, pager = site(), Pager()
    one = flow.open_incident(ports, pager, cause="agent/x", title="seen", by="A", urgency="now")
    again = flow.open_incident(
        ports, pager, cause="agent/x", title="again", by="B", urgency="now"
    )
    assert one.name == again.name
    with pytest.raises(NotOnRotaError):
        flow.open_incident(ports, pager, cause="c", title=" ", by="A", urgency="now")
    told = flow.report_situation(ports, one.name, by="A", grade="measured", text="2 reads")
    assert "own, A (measured): 2 reads" in told.timeline[-1].what
