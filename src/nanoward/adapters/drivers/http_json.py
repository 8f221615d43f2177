"""Devices that speak JSON over HTTP, and hold every identifier themselves.

POST /commands           {"order", "participant", "kind", "setting", "value", "unit", "issued",
                         "expires"}: 200 done, 409 or 422 refused with {"reason"}
GET  /commands/ORDER     200 {"done": true or false}
GET  /settings/WHO/NAME  200 {"value": number}; the default once a lease has ended

    [control.drivers.pump]
    kind = "http"
    address = "https://10.0.0.7:6464"
    authority = "site-ca.pem"      # who signed the device's certificate
    certificate = "gate.pem"       # ours, by which the device knows who commands it
    key = "gate.key"
    patience_s = 5.0               # for a whole call, however slowly its bytes come

Both sides prove who they are (TLS, RFC 8446). `address = "http://..."` is taken with
`plain = true` and for this machine alone: for simulators, and for a tunnel that does the same.
"""

import http.client
import json
import socket
import ssl
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from threading import Event, Timer
from typing import Any
from urllib.parse import quote, urlsplit

from nanoward.adapters.drivers.config import DriverConfig, DriverOffer
from nanoward.adapters.drivers.journal import journal_of
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.base.errors import UsageError
from nanoward.control.orders import Command
from nanoward.ports.driver import DriverRefusedError, DriverSilentError, SettingLimit

REFUSED = (409, 422)
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class BadAddressError(UsageError):
    """A device's address cannot be used."""

    code = "USE-062"
    next_step = "Write address (https), authority, certificate and key in [control.drivers]."


class HttpTransport:
    """One connection per call: a device that went away is told at once."""

    keeps_leases = True

    def __init__(self, config: DriverConfig) -> None:
        parts = urlsplit(str(config.options.get("address", "")))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadAddressError(f"{config.name}: {parts.geturl()!r} is no address")
        self._parts = parts
        self._secure = _secure_context(config, parts.scheme, parts.hostname)
        self._patience_s = float(config.options.get("patience_s", 5.0))
        self._settings = dict(config.settings)
        self.mechanisms = dict(config.mechanisms)

    def limits(self, participant: str) -> dict[str, SettingLimit]:  # noqa: ARG002
        return self._settings

    def apply(self, command: Command, now: datetime) -> None:  # noqa: ARG002
        body = asdict(command)
        body |= {name: body[name].isoformat() for name in ("issued", "expires")}
        status, told = self._call("POST", "/commands", body)
        if status in REFUSED:
            raise DriverRefusedError(str(told.get("reason", f"the device said {status}")))
        if status != http.client.OK:
            raise DriverSilentError(f"the device said {status}")

    def did(self, command: Command) -> bool:
        return self._asked(f"/commands/{quote(command.order, safe='')}", "done") is True

    def read(self, participant: str, setting: str, now: datetime) -> float:  # noqa: ARG002
        place = f"{quote(participant, safe='')}/{quote(setting, safe='')}"
        value = self._asked(f"/settings/{place}", "value")
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise DriverSilentError(f"the device gave {value!r} for a value")
        return float(value)

    def close(self) -> None:
        return None

    def _asked(self, path: str, name: str) -> object:
        status, told = self._call("GET", path, None)
        if status != http.client.OK or name not in told:
            raise DriverSilentError(f"the device said {status} to {path}")
        found: object = told[name]
        return found

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None
    ) -> tuple[int, dict[str, Any]]:
        """One call within `patience_s` from end to end; its link is cut when that is over."""
        link, over = self._link(), Event()
        held: list[socket.socket] = []
        cut = Timer(self._patience_s, _cut, (link, held, over))
        cut.daemon = True
        cut.start()
        sent = None if body is None else json.dumps(body)
        try:
            link.connect()
            held.append(link.sock)  # the link forgets it while the answer is still being read
            link.request(
                method, self._parts.path + path, sent, {"Content-Type": "application/json"}
            )
            answer = link.getresponse()
            told = json.loads(answer.read(1_000_000) or b"{}")
            if over.is_set():
                raise TimeoutError("it took too long")
        except (OSError, http.client.HTTPException, ValueError, AttributeError) as fault:
            raise DriverSilentError(f"no answer from the device: {fault!r}") from None
        finally:
            cut.cancel()
            link.close()
        return answer.status, told if isinstance(told, dict) else {}

    def _link(self) -> http.client.HTTPConnection:
        where, patience_s = self._parts.netloc, self._patience_s
        if self._secure is None:
            return http.client.HTTPConnection(where, timeout=patience_s)
        return http.client.HTTPSConnection(where, timeout=patience_s, context=self._secure)


def _cut(link: http.client.HTTPConnection, held: list[socket.socket], over: Event) -> None:
    """End a call wherever it is: a device that sends a byte a second holds nobody."""
    over.set()
    for one in held or [link.sock]:
        with suppress(OSError, AttributeError):  # it may not have come about, or be gone
            one.shutdown(socket.SHUT_RDWR)


def _secure_context(config: DriverConfig, scheme: str, host: str) -> ssl.SSLContext | None:
    """TLS that knows the device and that the device knows; None on this machine alone."""
    options = config.options
    if scheme == "http":
        if options.get("plain") is not True or host not in LOOPBACK:
            raise BadAddressError(f"{config.name}: http is for this machine, with plain = true")
        return None
    files = {name: options.get(name) for name in ("authority", "certificate", "key")}
    lacks = ", ".join(name for name, file in files.items() if not file)
    if lacks:
        raise BadAddressError(f"{config.name}: {lacks} missing: both sides prove who they are")
    try:
        context = ssl.create_default_context(cafile=str(files["authority"]))
        context.load_cert_chain(str(files["certificate"]), str(files["key"]))
    except (OSError, ssl.SSLError) as fault:
        raise BadAddressError(f"{config.name}: a certificate cannot be read: {fault}") from None
    return context


def open_driver(config: DriverConfig) -> JournalledDriver:
    """A device that speaks JSON over HTTP."""
    return JournalledDriver(config.name, HttpTransport(config), journal_of(config))


DRIVER = DriverOffer(
    name="http",
    meaning="a device that speaks JSON over HTTP, with certificates on both sides",
    opens=open_driver,
)
