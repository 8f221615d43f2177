"""Alarms of a sample in a programme: nothing without one, once however often they come."""

from pathlib import Path

import pytest

from nanoward.base.entries import AlarmRaised
from nanoward.base.errors import UsageError
from nanoward.faces.cli.watch.sightings import asked_whose, raise_in_programme

ALARM = AlarmRaised(alarm="known/x in P1/1", room="watch", subject="x in P1", message="seen",
                    urgency="today")  # fmt: skip


def test_without_a_programme_nothing_is_raised() -> None:
    assert raise_in_programme(None, [ALARM], quiet=True) == []


def test_an_alarm_is_raised_once_and_its_cause_is_one_incident(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "w"\ntitle = "W"\n')
    first = raise_in_programme(str(tmp_path), [ALARM], quiet=True)
    assert raise_in_programme(str(tmp_path), [ALARM], quiet=True) == first
    assert len(first) == 1


def test_whose_it_is_must_be_said_where_something_is_kept() -> None:
    asked_whose({"subject": "", "as_of": None, "out": None}, "out")
    with pytest.raises(UsageError):
        asked_whose({"subject": "P1", "as_of": None, "out": "x"}, "out")
