"""The HTTP driver against a real server on loopback."""

import json
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from nanoward.adapters.drivers.config import DriverConfig
from nanoward.adapters.drivers.http_json import BadAddressError, HttpTransport, open_driver
from nanoward.control.gate import Range
from nanoward.ports.driver import Driver, DriverRefusedError, DriverSilentError, SettingLimit
from nanoward.testing.conformance.driver import NOW, DriverConformance, command

LIMIT = SettingLimit(unit="ug/h", range=Range(low=0.0, high=50.0), default=0.0)


class Device(ThreadingHTTPServer):
    """Holds identifiers and leases, as the protocol asks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.done: dict[str, dict[str, Any]] = {}
        self.values: dict[tuple[str, str], tuple[float, datetime]] = {}
        self.faults: list[str] = []
        self.raw = b""

    def post(self, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "refused":
            return 409, {"reason": "the door is open"}
        if fault == "broken":
            return 500, {}
        if told["order"] not in self.done:
            self.done[told["order"]] = told
            if told["kind"] in ("stop", "kill"):
                self.values = {
                    k: v for k, v in self.values.items() if k[0] != told["participant"]
                }
            else:
                place = (told["participant"], told["setting"])
                self.values[place] = (told["value"], datetime.fromisoformat(told["expires"]))
        if fault == "lost":
            raise ConnectionError
        return 200, {}

    def get(self, path: str) -> tuple[int, dict[str, Any]]:
        kind, *rest = (unquote(one) for one in path.strip("/").split("/"))
        if kind == "commands":
            return 200, {"done": rest[0] in self.done}
        value, expires = self.values.get((rest[0], rest[1]), (0.0, NOW))
        return 200, {"value": value if expires > NOW else 0.0}


class Handler(BaseHTTPRequestHandler):
    server: Device

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            self.answer(*self.server.post(told))
        except ConnectionError:
            self.close_connection = True

    def do_GET(self) -> None:
        self.answer(*self.server.get(self.path))

    def answer(self, status: int, told: dict[str, Any]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(self.server.raw or json.dumps(told).encode())

    def log_message(self, *_: Any) -> None:
        return None


@pytest.fixture(name="device")
def started_device() -> Iterator[Device]:
    device = Device()
    thread = threading.Thread(target=device.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield device
    device.shutdown()
    thread.join()
    device.server_close()


def config(device: Device | None, folder: Path | None = None, **options: Any) -> DriverConfig:
    address = f"http://127.0.0.1:{device.server_address[1]}" if device else "http://127.0.0.1:9"
    return DriverConfig(
        name="http",
        folder=folder,
        settings={"rate": LIMIT},
        mechanisms={"inducer": 1.0},
        options={"address": address, "patience_s": 2.0, **options},
    )


class TestHttpDriver(DriverConformance):
    @pytest.fixture(autouse=True)
    def on_loopback(self, device: Device) -> None:
        self.device = device

    def make(self, folder: Path) -> Driver:
        return open_driver(config(self.device, folder))

    def effects(self) -> list[str]:
        return list(self.device.done)

    def lose_answer(self) -> None:
        self.device.faults.append("lost")


def test_a_refusal_is_told_with_its_reason(device: Device) -> None:
    device.faults.append("refused")
    with pytest.raises(DriverRefusedError, match="the door is open"):
        open_driver(config(device)).execute(command(), now=NOW)


def test_an_error_of_the_device_leaves_the_outcome_unknown(device: Device) -> None:
    device.faults.append("broken")
    driver = open_driver(config(device))
    with pytest.raises(DriverSilentError):
        driver.execute(command(), now=NOW)
    assert not driver.execute(command(), now=NOW).repeated
    assert list(device.done) == ["O1"]
    driver.close()


@pytest.mark.parametrize(
    "raw", [b"no json", b'{"value": "4"}', b'{"value": true}', b"[4]", b"{}"]
)
def test_an_answer_that_is_no_number_is_silence(device: Device, raw: bytes) -> None:
    device.raw = raw
    with pytest.raises(DriverSilentError):
        HttpTransport(config(device)).read("P1", "rate", NOW)


def test_nobody_at_the_address_is_silence() -> None:
    with pytest.raises(DriverSilentError):
        HttpTransport(config(None)).apply(command(), NOW)


@pytest.mark.parametrize("address", ["", "ftp://x", "127.0.0.1:80", "http://"])
def test_an_address_is_http(address: str) -> None:
    with pytest.raises(BadAddressError):
        HttpTransport(config(None, address=address))
