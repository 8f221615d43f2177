"""What every driver promises. Effects are counted by the device, not by the driver."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nanoward.control.orders import Command
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WHO, SETTING, UNIT = "P1", "rate", "ug/h"


def command(name: str = "O1", *, seconds: float = 0, **changes: object) -> Command:
    """A sound command: 4 ug/h for ten minutes, default 0, range 0 to 50."""
    parts: dict[str, object] = {
        "order": name,
        "participant": WHO,
        "kind": "set",
        "setting": SETTING,
        "value": 4.0,
        "unit": UNIT,
        "issued": NOW + timedelta(seconds=seconds),
        "expires": NOW + timedelta(seconds=600),
        **changes,
    }
    return Command(**parts)  # type: ignore[arg-type]


STOP = command("S", seconds=5, kind="stop", setting="*", value=0.0, unit="")


class DriverConformance:
    """Subclass and give `make(folder)`, `effects` and `lose_answer`.

    The agent of P1 has one setting: rate, 0 to 50 ug/h, default 0; `mechanism` may be fired
    with a dose of at most 1, or is "" where the device has none.
    """

    mechanism = "inducer"
    high = 50.0  # what the device can set
    loses_answers = True
    reopens = True

    def make(self, folder: Path) -> Driver:
        raise NotImplementedError

    def effects(self) -> list[str]:
        """Identifiers, or kinds, of everything that had an effect on the device, in order."""
        raise NotImplementedError

    def lose_answer(self) -> None:
        """Let the next command have its effect without an answer."""
        raise NotImplementedError

    def now(self) -> datetime:
        """When the device thinks that the commands come."""
        return NOW

    def test_a_set_is_carried_out_and_read_back(self, tmp_path: Path) -> None:
        driver = self.make(tmp_path)
        assert driver.limits(WHO)[SETTING].range.high == self.high
        carried = driver.execute(command(), now=self.now())
        assert (carried.order, carried.repeated) == ("O1", False)
        reading = driver.read_back(WHO, SETTING, now=self.now())
        assert (reading.value, reading.unit) == (4.0, UNIT)
        driver.close()

    def test_the_same_identifier_has_one_effect(self, tmp_path: Path) -> None:
        driver = self.make(tmp_path)
        driver.execute(command(), now=self.now())
        assert driver.execute(command(), now=self.now()).repeated
        assert driver.outcome_of(command()) is not None
        assert len(self.effects()) == 1
        driver.close()

    def test_one_identifier_for_two_orders_is_refused(self, tmp_path: Path) -> None:
        driver = self.make(tmp_path)
        driver.execute(command(), now=self.now())
        with pytest.raises(DriverRefusedError):
            driver.execute(command(value=5.0), now=self.now())
        assert driver.read_back(WHO, SETTING, now=self.now()).value == 4.0
        driver.close()

    def test_an_unknown_command_was_not_carried_out(self, tmp_path: Path) -> None:
        driver = self.make(tmp_path)
        assert driver.outcome_of(command("never")) is None
        driver.close()

    @pytest.mark.parametrize(
        "changes",
        [
            {"value": 50.5},
            {"value": -0.5},
            {"value": float("nan")},
            {"value": float("inf")},
            {"unit": "mg/h"},
            {"setting": "dwell"},
            {"expires": NOW - timedelta(days=40)},
            {"kind": "kill", "setting": "hearsay", "value": 1.0},
            {"kind": "kill", "setting": "inducer", "value": 1.5},
            {"kind": "kill", "setting": "inducer", "value": 0.0},
        ],
    )
    def test_what_is_outside_its_limits_is_refused(
        self, tmp_path: Path, changes: dict[str, Any]
    ) -> None:
        driver = self.make(tmp_path)
        with pytest.raises(DriverRefusedError):
            driver.execute(command(**changes), now=self.now())
        assert self.effects() == []
        driver.close()

    def test_a_stop_takes_the_default_and_nothing_older_gets_past_it(
        self, tmp_path: Path
    ) -> None:
        driver = self.make(tmp_path)
        driver.execute(command(), now=self.now())
        driver.execute(STOP, now=self.now())
        assert driver.read_back(WHO, SETTING, now=self.now()).value == 0.0
        for late in (command("O2", seconds=4), command("O3", seconds=5)):
            with pytest.raises(DriverRefusedError):
                driver.execute(late, now=self.now())
        driver.execute(command("O4", seconds=6), now=self.now())
        assert driver.read_back(WHO, SETTING, now=self.now()).value == 4.0
        driver.close()

    def test_a_stop_that_expired_still_stops(self, tmp_path: Path) -> None:
        driver = self.make(tmp_path)
        driver.execute(command(), now=self.now())
        old = command("S", kind="stop", setting="*", value=0.0, expires=NOW - timedelta(days=9))
        driver.execute(old, now=self.now())
        assert driver.read_back(WHO, SETTING, now=self.now()).value == 0.0
        driver.close()

    def test_an_answer_that_is_lost_makes_no_second_effect(self, tmp_path: Path) -> None:
        if not self.loses_answers:
            pytest.skip("this device's answers cannot be lost")
        driver = self.make(tmp_path)
        self.lose_answer()
        with pytest.raises(DriverSilentError):
            driver.execute(command(), now=self.now())
        assert driver.execute(command(), now=self.now()).repeated
        assert len(self.effects()) == 1
        driver.close()

    def test_a_kill_is_fired_once(self, tmp_path: Path) -> None:
        if not self.mechanism:
            pytest.skip("this device has no kill mechanism")
        driver = self.make(tmp_path)
        kill = command("K:P1", kind="kill", setting=self.mechanism, value=1.0, unit="mg")
        driver.execute(kill, now=self.now())
        assert driver.execute(kill, now=self.now()).repeated
        assert len(self.effects()) == 1
        with pytest.raises(DriverRefusedError):
            driver.execute(command("O2"), now=self.now())  # the kill is as new
        driver.close()

    def test_a_driver_opened_anew_remembers(self, tmp_path: Path) -> None:
        if not self.reopens:
            pytest.skip("this driver keeps nothing")
        driver = self.make(tmp_path)
        driver.execute(command(), now=self.now())
        driver.close()
        again = self.make(tmp_path)
        assert again.execute(command(), now=self.now()).repeated
        assert len(self.effects()) == 1
        again.close()
