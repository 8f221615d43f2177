"""What befalls a room is told, and measured all the same."""

from dataclasses import replace
from datetime import UTC, datetime

from nanoward.adapters.meter import ProcessMeter
from nanoward.base.errors import InputError
from nanoward.base.plan import Plan
from nanoward.flows.steps.attempted import attempted
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.testing.ports import memory_site

PLAN = Plan(name="w", title="W", sha256="", agent="x")


def broken() -> Outcome:
    raise MemoryError("all of it")


def unreadable() -> Outcome:
    raise InputError("no table", file="data/x.csv", line=3)


def test_a_fault_is_an_error_and_an_open_question_of_its_room() -> None:
    meter = ProcessMeter()
    ports = memory_site(PLAN, {}, now=datetime(2026, 11, 30, tzinfo=UTC))
    ports = replace(ports, meter=meter)
    assert attempted(ports, "bonds", "links", lambda: Outcome(computed=2)).computed == 2
    told = attempted(ports, "bonds", "links", broken)
    assert told.failed
    assert [one.code for one in told.findings] == ["CTL-012"]
    assert [one.room for one in told.undecided] == ["bonds"]
    read = attempted(ports, "watch", "watch", unreadable)
    assert (read.findings[0].file, read.findings[0].line) == ("data/x.csv", 3)
    assert [one.label for one in meter.steps] == ["links", "links", "watch"]
