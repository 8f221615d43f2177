from datetime import timedelta
from pathlib import Path

import pytest

from nanoward.adapters.drivers.config import DriverConfig
from nanoward.adapters.drivers.simulated import KINDS, SimulatedAgents, open_driver
from nanoward.control.gate import Range
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError, SettingLimit
from nanoward.testing.conformance.driver import NOW, DriverConformance, command

LIMIT = SettingLimit(unit="ug/h", range=Range(low=0.0, high=50.0), default=0.0)


def config(folder: Path | None, **options: object) -> DriverConfig:
    return DriverConfig(
        name="sim",
        folder=folder,
        settings={"rate": LIMIT},
        mechanisms={"inducer": 1.0},
        options=options,
    )


class TestSimulatedDriver(DriverConformance):
    def make(self, folder: Path) -> Driver:
        driver = open_driver(config(folder))
        assert isinstance(driver.transport, SimulatedAgents)
        self.agents = driver.transport
        return driver

    def effects(self) -> list[str]:
        return [one[0] for one in self.agents.effects()]

    def lose_answer(self) -> None:
        self.agents.misbehave("P1", ["lost"])


def test_a_silent_agent_did_nothing_and_is_asked_again() -> None:
    driver = open_driver(config(None))
    agents = driver.transport
    assert isinstance(agents, SimulatedAgents)
    agents.misbehave("P1", ["silent", "silent", ""])
    with pytest.raises(DriverSilentError):
        driver.execute(command(), now=NOW)
    with pytest.raises(DriverSilentError):
        driver.outcome_of(command())
    assert driver.outcome_of(command()) is None
    assert not driver.execute(command(), now=NOW).repeated
    assert len(agents.effects()) == 1
    driver.close()


def test_a_lying_agent_answers_and_does_nothing() -> None:
    driver = open_driver(config(None))
    agents = driver.transport
    assert isinstance(agents, SimulatedAgents)
    agents.misbehave("P1", ["lying"])
    driver.execute(command(), now=NOW)
    assert driver.read_back("P1", "rate", now=NOW).value == 0.0
    driver.close()


def test_an_agent_that_refuses_had_no_effect_and_stays_refused() -> None:
    driver = open_driver(config(None))
    agents = driver.transport
    assert isinstance(agents, SimulatedAgents)
    agents.misbehave("P1", ["refused"])
    for _ in range(2):
        with pytest.raises(DriverRefusedError):
            driver.execute(command(), now=NOW)
    assert driver.outcome_of(command()) is None
    assert agents.effects() == []
    driver.close()


def test_a_slow_agent_takes_its_time() -> None:
    slept: list[float] = []
    agents = SimulatedAgents(config(None, slow_s=3.0), sleep=slept.append)
    agents.misbehave("P1", ["slow"])
    agents.apply(command(), NOW)
    assert slept == [3.0]
    assert len(agents.effects()) == 1
    agents.close()


@pytest.mark.hazard("H-21")
def test_a_lease_that_is_not_renewed_falls_back_to_the_default() -> None:
    driver = open_driver(config(None))
    driver.execute(command(), now=NOW)
    just, over = NOW + timedelta(seconds=599), NOW + timedelta(seconds=600)
    assert driver.read_back("P1", "rate", now=just).value == 4.0
    assert driver.read_back("P1", "rate", now=over).value == 0.0
    driver.close()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_agent_dies_by_the_declared_orders(kind: str) -> None:
    agents = SimulatedAgents(config(None, agents=kind), log_kill=5.0)
    before = agents.load("P1")
    assert before == KINDS[kind]
    agents.apply(command("K", kind="kill", setting="inducer", value=1.0), NOW)
    assert agents.load("P1") == pytest.approx(before * 1e-5)
    assert agents.load("P2") == before
    agents.close()


def test_a_setting_that_nobody_has_cannot_be_read() -> None:
    driver = open_driver(config(None))
    with pytest.raises(DriverRefusedError):
        driver.read_back("P1", "dwell", now=NOW)
    driver.close()
