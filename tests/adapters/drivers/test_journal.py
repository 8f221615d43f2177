from datetime import timedelta
from pathlib import Path

from nanoward.adapters.drivers.journal import BEGUN, DONE, FRESH, REFUSED, DriverJournal
from nanoward.testing.conformance.driver import NOW, STOP, command


def test_a_command_is_fresh_once(tmp_path: Path) -> None:
    journal = DriverJournal(tmp_path / "j.db")
    assert journal.known(command()) is None
    assert journal.begin(command(), NOW) == (FRESH, NOW)
    journal.close()
    journal = DriverJournal(tmp_path / "j.db")  # as after a crash
    assert journal.begin(command(), NOW + timedelta(seconds=1)) == (BEGUN, NOW)
    journal.settle(command(), DONE, NOW)
    assert journal.begin(command(), NOW) == (DONE, NOW)
    assert journal.begin(command(value=5.0), NOW)[0] == REFUSED
    journal.close()


def test_the_newest_stop_fences_older_and_equal_orders() -> None:
    journal = DriverJournal(None)
    assert not journal.fenced(command())
    journal.begin(STOP, NOW)
    journal.begin(command("S0", kind="stop", setting="*"), NOW)  # an older stop moves nothing
    assert journal.fenced(command("O2", seconds=5))
    assert not journal.fenced(command("O2", seconds=5.001))
    assert not journal.fenced(command("O2", participant="P2"))
    journal.close()
