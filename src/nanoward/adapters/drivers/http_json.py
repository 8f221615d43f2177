"""Devices that speak JSON over HTTP, and hold every identifier themselves.

POST /commands           {"order", "participant", "kind", "setting", "value", "unit", "issued",
                         "expires"}: 200 done, 409 or 422 refused with {"reason"}
GET  /commands/ORDER     200 {"done": true or false}
GET  /settings/WHO/NAME  200 {"value": number}; the default once a lease has ended
"""

import http.client
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from nanoward.adapters.drivers.config import DriverConfig
from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.base.errors import UsageError
from nanoward.control.orders import Command
from nanoward.ports.driver import DriverRefusedError, DriverSilentError, SettingLimit

REFUSED = (409, 422)


class BadAddressError(UsageError):
    """A device's address cannot be used."""

    code = "USE-062"
    next_step = 'Write address = "http://host:port" or "https://..." in [control.drivers].'


class HttpTransport:
    """One connection per call: a device that went away is told at once."""

    keeps_leases = True

    def __init__(self, config: DriverConfig) -> None:
        parts = urlsplit(str(config.options.get("address", "")))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadAddressError(f"{config.name}: {parts.geturl()!r} is no address")
        self._parts = parts
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
        secure = self._parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        link = kind(self._parts.netloc, timeout=self._patience_s)
        sent = None if body is None else json.dumps(body)
        try:
            link.request(
                method, self._parts.path + path, sent, {"Content-Type": "application/json"}
            )
            answer = link.getresponse()
            told = json.loads(answer.read(1_000_000) or b"{}")
        except (OSError, http.client.HTTPException, ValueError) as fault:
            raise DriverSilentError(f"no answer from the device: {fault!r}") from None
        finally:
            link.close()
        return answer.status, told if isinstance(told, dict) else {}


def open_driver(config: DriverConfig) -> JournalledDriver:
    """A device that speaks JSON over HTTP."""
    path = config.folder / f"{config.name}-journal.db" if config.folder else None
    return JournalledDriver(config.name, HttpTransport(config), DriverJournal(path))
