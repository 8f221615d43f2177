from datetime import timedelta
from pathlib import Path

import pytest

from nanoward.adapters.drivers.journal import (
    BEGUN,
    DONE,
    FRESH,
    HELD,
    REFUSED,
    DriverJournal,
)
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


@pytest.mark.hazard("H-241")
def test_a_device_of_two_programmes_holds_the_sets_of_one_under_the_lease_of_the_other(
    tmp_path: Path,
) -> None:
    ours = DriverJournal(tmp_path / "j.db", owner="ours")
    theirs = DriverJournal(tmp_path / "j.db", owner="theirs")
    assert ours.begin(command(), NOW)[0] == FRESH
    ours.settle(command(), DONE, NOW)
    ends = command().expires
    assert theirs.begin(command("O2"), NOW) == (HELD, ends)
    assert theirs.known(command("O2")) is None  # nothing was noted: it may be asked again
    assert theirs.begin(command("O2", participant="P2"), NOW)[0] == FRESH
    (lease,) = theirs.others("P1", "rate")
    assert (lease.owner, lease.value, lease.unit, lease.end) == ("ours", 4.0, "ug/h", ends)
    assert ours.others("P1", "rate") == ()
    assert theirs.begin(STOP, NOW)[0] == FRESH  # a stop waits for nobody's lease
    theirs.settle(STOP, DONE, NOW)
    assert [one.participant for one in ours.standing(NOW)] == ["P2"]
    assert ours.fenced(command())  # their stop is ours too
    assert theirs.begin(command("O3", seconds=9), NOW)[0] == FRESH
    ours.close()
    theirs.close()


@pytest.mark.hazard("H-241")
def test_two_programmes_may_send_a_stop_of_one_name_to_a_device(tmp_path: Path) -> None:
    ours = DriverJournal(tmp_path / "j.db", owner="ours")
    theirs = DriverJournal(tmp_path / "j.db", owner="theirs")
    assert ours.name_of(STOP) != theirs.name_of(STOP)
    assert DriverJournal(None).name_of(STOP) == "S"
    for one in (ours, theirs):
        assert one.begin(STOP, NOW)[0] == FRESH
        one.settle(STOP, DONE, NOW)
        assert one.begin(STOP, NOW)[0] == DONE
        one.close()


@pytest.mark.hazard("H-241")
def test_a_device_that_serves_one_person_knows_them_by_whatever_name(tmp_path: Path) -> None:
    ours = DriverJournal(tmp_path / "j.db", owner="ours", alone=True)
    theirs = DriverJournal(tmp_path / "j.db", owner="theirs", alone=True)
    ours.begin(command(), NOW)
    assert theirs.begin(command("O2", participant="X17"), NOW)[0] == HELD
    theirs.begin(command("S", participant="X17", kind="stop", setting="*"), NOW)
    assert ours.fenced(command())
    ours.close()
    theirs.close()


def test_what_was_refused_ran_nowhere_and_a_newer_set_ends_the_older(tmp_path: Path) -> None:
    journal = DriverJournal(tmp_path / "j.db", owner="ours")
    journal.begin(command(), NOW)
    journal.settle(command(), REFUSED, NOW)
    assert journal.standing(NOW) == ()
    later = NOW + timedelta(seconds=60)
    for name, at in (("O2", NOW), ("O3", later)):
        journal.begin(command(name), at)
        journal.settle(command(name), DONE, at)
    assert [(one.start, one.end) for one in journal.standing(NOW)] == [
        (NOW, later),
        (later, command().expires),
    ]
    journal.close()
