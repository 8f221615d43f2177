"""The SDC driver against a real provider of the real library; run by test_sdc.py."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

pytest.importorskip("sdc11073")

from nanoward.adapters.drivers.config import DriverConfig
from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.adapters.drivers.sdc import BadDeviceError, SdcTransport
from nanoward.control.gate import Range
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError, SettingLimit
from nanoward.testing.conformance.driver import NOW, DriverConformance, command
from nanoward.testing.sdc_device import METRIC, OPERATION, SdcDevice

LIMIT = SettingLimit(unit="ug/h", range=Range(low=0.0, high=50.0), default=0.0)
HANDLES = {"rate": {"metric": METRIC, "operation": OPERATION}}


def config(address: str, **options: object) -> DriverConfig:
    return DriverConfig(
        name="pump",
        folder=None,
        settings={"rate": LIMIT},
        mechanisms={},
        options={"address": address, "participant": "P1", "settings": HANDLES, **options},
    )


@pytest.fixture(scope="module", name="device")
def started_device() -> Iterator[SdcDevice]:
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    device = SdcDevice()
    yield device
    device.stop()
    logging.disable(before)


@pytest.fixture(scope="module", name="transport")
def linked_transport(device: SdcDevice) -> Iterator[SdcTransport]:
    transport = SdcTransport(config(device.address))
    yield transport
    transport.close()


class Kept(SdcTransport):
    """A link that outlives the driver, so that each test needs none of its own."""

    def __init__(self, link: SdcTransport) -> None:
        self.link, self.mechanisms, self.lost = link, link.mechanisms, False
        for name in ("limits", "did", "read"):
            setattr(self, name, getattr(link, name))

    def apply(self, one, now):  # type: ignore[no-untyped-def]
        self.link.apply(one, now)
        if self.lost:
            self.lost = False
            raise DriverSilentError("the answer was lost")

    def close(self) -> None:
        return None


class TestSdcDriver(DriverConformance):
    mechanism = ""
    high = 45.0

    @pytest.fixture(autouse=True)
    def on_loopback(self, device: SdcDevice, transport: SdcTransport) -> None:
        device.store(0.0)
        device.effects.clear()
        self.device, self.kept = device, Kept(transport)

    def make(self, folder: Path) -> Driver:
        return JournalledDriver("pump", self.kept, DriverJournal(folder / "j.db"))

    def effects(self) -> list[str]:
        return [str(one) for one in self.device.effects]

    def lose_answer(self) -> None:
        self.kept.lost = True


@pytest.mark.hazard("H-20")
def test_the_device_believes_anything_but_the_driver_keeps_its_range(
    device: SdcDevice, transport: SdcTransport
) -> None:
    device.store(0.0)
    link = transport._link()
    link.set_service_client.set_numeric_value(OPERATION, 1e9).result(timeout=5)
    assert transport.read("P1", "rate", NOW) == 1e9  # the library enforces no range
    device.store(0.0)
    assert transport.limits("P1")["rate"].range.high == 45.0  # the device declares less
    for value in (45.5, 1e9, -0.5):
        with pytest.raises(DriverRefusedError):
            transport.apply(command(value=value), NOW)
    assert transport.read("P1", "rate", NOW) == 0.0


def test_what_the_device_changes_by_itself_is_pushed_to_us(
    device: SdcDevice, transport: SdcTransport
) -> None:
    transport._link()
    device.store(12.5)
    until = time.monotonic() + 10
    while transport.pushed.get(METRIC) != 12.5 and time.monotonic() < until:
        time.sleep(0.01)
    assert transport.pushed[METRIC] == 12.5
    device.store(0.0)


@pytest.mark.hazard("H-21")
def test_a_lease_that_ended_is_followed_by_the_default(
    device: SdcDevice, transport: SdcTransport
) -> None:
    driver = JournalledDriver("pump", Kept(transport), DriverJournal(None))
    driver.execute(command(), now=NOW)
    assert driver.fall_back(now=NOW + timedelta(seconds=599)) == ()
    assert driver.fall_back(now=NOW + timedelta(seconds=600)) == ("O1",)
    assert driver.read_back("P1", "rate", now=NOW).value == 0.0
    assert driver.fall_back(now=NOW + timedelta(seconds=601)) == ()
    driver.close()


def test_a_device_that_went_away_is_silent_and_is_found_again() -> None:
    logging.disable(logging.CRITICAL)
    first, second = SdcDevice(), SdcDevice()
    transport = SdcTransport(config(first.address, patience_s=2.0))
    transport.apply(command(), NOW)
    first.stop()
    with pytest.raises(DriverSilentError):
        transport.apply(command("O2", value=5.0), NOW)
    transport._address = second.address  # it came back, elsewhere
    transport.apply(command("O2", value=5.0), NOW)
    assert second.effects == [5.0]
    assert transport.read("P1", "rate", NOW) == 5.0
    transport.close()
    second.stop()
    logging.disable(logging.NOTSET)


def test_a_device_is_one_participants_and_cannot_kill(transport: SdcTransport) -> None:
    assert transport.limits("P2") == {}
    with pytest.raises(DriverRefusedError):
        transport.apply(command(participant="P2"), NOW)
    with pytest.raises(DriverRefusedError):
        transport.apply(command(kind="kill"), NOW)
    with pytest.raises(DriverRefusedError):
        transport.read("P2", "rate", NOW)


@pytest.mark.parametrize(
    "options", [{"address": ""}, {"participant": ""}, {"settings": {"x": {}}}]
)
def test_a_device_that_is_not_described_is_refused(options: dict[str, object]) -> None:
    with pytest.raises(BadDeviceError):
        SdcTransport(config(**{"address": "http://127.0.0.1:1", **options}))


def test_nobody_at_an_address_is_silence() -> None:
    with pytest.raises(DriverSilentError):
        SdcTransport(config("http://127.0.0.1:9", patience_s=1.0)).limits("P1")
