import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.control.gate import Range
from nanoward.control.orders import Command
from nanoward.ports.driver import DriverRefusedError, DriverSilentError, SettingLimit
from nanoward.testing.conformance.driver import NOW, STOP, command
from nanoward.testing.watched import WatchedTransport

LIMIT = SettingLimit(unit="ug/h", range=Range(low=0.0, high=50.0), default=0.0)


def transport() -> WatchedTransport:
    return WatchedTransport(settings={"rate": LIMIT}, envelopes={})


@pytest.mark.hazard("H-21")
def test_a_stop_that_comes_while_a_set_is_on_its_way_wins() -> None:
    journal = DriverJournal(None)
    agents = transport()
    driver = JournalledDriver("sim", agents, journal)

    class Slow(WatchedTransport):
        def apply(self, one: Command, now: datetime) -> None:
            if one.order == "O1":  # the stop is through before the set arrives
                driver.execute(STOP, now=now)
            agents.apply(one, now)

    slow = JournalledDriver("sim", Slow(settings=agents.settings, envelopes={}), journal)
    with pytest.raises(DriverRefusedError, match="on its way"):
        slow.execute(command("O1"), now=NOW)
    assert agents.read("P1", "rate", NOW + timedelta(seconds=1)) == 0.0
    driver.close()


def test_what_was_begun_and_expired_is_not_sent_again() -> None:
    agents = transport()
    agents.silent.append("silent")
    driver = JournalledDriver("sim", agents, DriverJournal(None))
    with pytest.raises(Exception, match="no answer"):
        driver.execute(command(), now=NOW)
    with pytest.raises(DriverRefusedError, match="expired"):
        driver.execute(command(), now=NOW + timedelta(seconds=600))
    assert agents.count == 1
    driver.close()


def test_what_was_done_is_known_after_it_expired() -> None:
    agents = transport()
    agents.silent.append("lost")
    driver = JournalledDriver("sim", agents, DriverJournal(None))
    with pytest.raises(Exception, match="no answer"):
        driver.execute(command(), now=NOW)
    assert driver.execute(command(), now=NOW + timedelta(seconds=600)).repeated
    driver.close()


@pytest.mark.hazard("H-241")
def test_a_set_over_another_programmes_lease_is_refused_and_reaches_no_device(
    tmp_path: Path,
) -> None:
    agents = transport()
    ours, theirs = (
        JournalledDriver("sim", agents, DriverJournal(tmp_path / "j.db", owner=owner))
        for owner in ("ours", "theirs")
    )
    ours.execute(command(), now=NOW)
    with pytest.raises(DriverRefusedError, match="another programme's lease stands until"):
        theirs.execute(command("O2"), now=NOW)
    assert agents.count == 1
    assert not theirs.execute(STOP, now=NOW).repeated
    assert not ours.execute(STOP, now=NOW).repeated  # of the same name, and carried out too
    assert agents.count == 3
    for one in (ours, theirs):
        one.close()


class Broken(DriverJournal):
    def begin(self, command: Command, at: datetime) -> tuple[str, datetime]:
        raise sqlite3.OperationalError("disk is full")


@pytest.mark.hazard("H-241")
def test_a_journal_that_cannot_be_written_holds_up_no_stop() -> None:
    agents = transport()
    driver = JournalledDriver("sim", agents, Broken(None))
    with pytest.raises(DriverSilentError, match="cannot note O1"):
        driver.execute(command(), now=NOW)
    assert agents.count == 0
    assert not driver.execute(STOP, now=NOW).repeated
    assert agents.count == 1
    driver.close()
