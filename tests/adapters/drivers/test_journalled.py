from datetime import datetime, timedelta

import pytest

from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.control.gate import Range
from nanoward.control.orders import Command
from nanoward.ports.driver import DriverRefusedError, SettingLimit
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
