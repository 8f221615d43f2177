"""The HTTP driver against a real server on loopback."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

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
        options={"address": address, "patience_s": 2.0, "plain": True, **options},
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


@pytest.mark.hazard("H-85")
@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"plain": False}, "with plain = true"),
        ({"plain": "yes"}, "with plain = true"),
        ({"address": "http://10.0.0.7:80"}, "for this machine"),
        ({"address": "https://10.0.0.7"}, "authority, certificate, key missing"),
        ({"address": "https://10.0.0.7", "authority": "a"}, "certificate, key missing"),
        (
            {"address": "https://x", "authority": "a", "certificate": "b", "key": "c"},
            "cannot be read",
        ),
    ],
)
def test_without_both_sides_proving_who_they_are_nothing_is_sent(
    options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(BadAddressError, match=reason):
        HttpTransport(config(None, **options))


def written(folder: Path, name: str, *, by: str = "", host: str = "") -> None:
    """A key and certificate NAME.key, NAME.pem; by itself, or by the authority `by`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = subject, key
    if by:
        authority = x509.load_pem_x509_certificate((folder / f"{by}.pem").read_bytes())
        issuer = authority.subject
        loaded = load_pem_private_key((folder / f"{by}.key").read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        signer = loaded
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=not by, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(host or "127.0.0.1"))]),
            critical=False,
        )
        .sign(signer, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / f"{name}.key").write_bytes(secret)


@pytest.mark.hazard("H-85")
def test_device_and_gate_know_each_other_or_nothing_is_sent(
    device: Device, tmp_path: Path
) -> None:
    for name, by in (("site", ""), ("device", "site"), ("gate", "site"), ("eve", "")):
        written(tmp_path, name, by=by)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "device.pem", tmp_path / "device.key")
    context.load_verify_locations(tmp_path / "site.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    device.socket = context.wrap_socket(device.socket, server_side=True)

    def transport(authority: str, ours: str) -> HttpTransport:
        return HttpTransport(
            config(
                None,
                address=f"https://127.0.0.1:{device.server_address[1]}",
                authority=str(tmp_path / f"{authority}.pem"),
                certificate=str(tmp_path / f"{ours}.pem"),
                key=str(tmp_path / f"{ours}.key"),
            )
        )

    transport("site", "gate").apply(command(), NOW)
    assert list(device.done) == ["O1"]
    for authority, ours in (("eve", "gate"), ("site", "eve")):
        with pytest.raises(DriverSilentError):
            transport(authority, ours).apply(command("O2"), NOW)
    assert list(device.done) == ["O1"]


@pytest.mark.hazard("H-71")
@pytest.mark.parametrize("head", [b"", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_a_device_whose_bytes_trickle_is_cut_off_when_the_call_is_over(head: bytes) -> None:
    """Each byte comes well within the time of one read; the whole never ends."""
    server = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def trickle() -> None:
        link, _ = server.accept()
        with link, suppress(OSError):
            link.sendall(head)
            while not over.wait(0.05):
                link.sendall(b" ")

    thread = threading.Thread(target=trickle, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.getsockname()[1]}"
    began = time.monotonic()
    with pytest.raises(DriverSilentError):
        HttpTransport(config(None, address=address, patience_s=0.5)).apply(command(), NOW)
    assert time.monotonic() - began < 5.0
    over.set()
    thread.join(5)
    server.close()
