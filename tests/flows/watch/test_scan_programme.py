"""A programme's scan on its ledger: rules and nulls first, alarms once, a changed past told."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from nanoward.base.entries import SampleTyped
from nanoward.base.entries.visits import VisitMissed
from nanoward.base.plan import Plan
from nanoward.flows.watch.scan_programme import changed_counts, ledger_tables, scan_programme
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site
from nanoward.watch.alarms.rules import WatchRules

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = WatchRules()


def site(weeks: int = 60, last: int = 3, gone: int = 0) -> Ports:
    lines = ["stream,day,count,exposure"]
    first = NOW.date() - timedelta(days=7 * weeks)
    for week in range(weeks - gone):
        count = (2, 4, 3)[week % 3] if week < weeks - 2 else last
        lines.append(f"ward,{first + timedelta(days=7 * week)},{count},50")
    files = {"data/counts/ward.csv": "\n".join(lines).encode()}
    return memory_site(Plan(name="w", title="W", sha256=""), files, now=NOW)


def kinds(ports: Ports) -> list[str]:
    return [one.kind for one in ports.ledger.records()]


@pytest.mark.hazard("H-331")
def test_rules_and_null_models_stand_before_what_they_judge() -> None:
    ports = site()
    scan_programme(ports, RULES, None)
    told = kinds(ports)
    assert told[0] == "watch.WatchPlanned"
    assert set(told[1:-1]) == {"watch.NullModelsKept"}
    assert told[-1] == "watch.StreamsScanned"
    scan_programme(ports, RULES, None)
    assert kinds(ports) == told  # nothing new, nothing written


def test_an_alarm_is_raised_once() -> None:
    ports = site(last=60)
    first = scan_programme(ports, RULES, None)
    alarms = list(ports.ledger.records(kind="watch.AlarmRaised"))
    assert {one.body["subject"] for one in alarms} == {"ward"}
    assert alarms[0].body["threshold"] == 1000.0
    assert alarms[0].body["since"] <= alarms[0].body["alarm"][-10:]
    assert first.scan.alarms.height == len(alarms)
    scan_programme(ports, RULES, None)
    assert kinds(ports).count("watch.AlarmRaised") == len(alarms)


@pytest.mark.hazard("H-332")
def test_silence_is_an_alarm_of_its_own() -> None:
    ports = site(gone=5)
    scan_programme(ports, RULES, None)
    (alarm,) = ports.ledger.records(kind="watch.AlarmRaised")
    assert alarm.body["alarm"].startswith("silent/ward/")


@pytest.mark.hazard("H-335")
def test_a_past_that_was_judged_and_changed_is_told() -> None:
    before = pl.DataFrame(
        {"stream": ["a", "a"], "day": [1, 2], "count": [3, 4], "exposure": [1.0, 1.0]}
    )
    assert changed_counts(before, before) == ()
    now = before.with_columns(count=pl.Series([3, 0]))
    (told,) = changed_counts(before, now)
    assert (told.code, told.subject) == ("WCH-005", "a")
    (told,) = changed_counts(before, before.head(1))
    assert "1 of them are gone" in told.message


def test_visits_and_samples_come_from_the_ledger_by_the_day_of_their_record() -> None:
    plan = Plan(name="w", title="W", sha256="", sections={})
    ports = memory_site(plan, {}, now=NOW)
    missed = VisitMissed(
        booking="b", participant="P1", day=date(2026, 1, 1), reason="ill", by="A"
    )
    typed = SampleTyped(sample="s", participant="P1", typed_as="agent", readable=9,
                        differences=0, profile_sha256="0" * 64)  # fmt: skip
    ports.ledger.append([missed, typed], actor="x", at=NOW)
    tables = ledger_tables(ports)
    assert tables["ledger.visits"].rows() == [(NOW.date(), True)]
    assert tables["ledger.samples"].rows() == [(NOW.date(), "agent")]
