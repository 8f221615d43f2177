"""Sites behind an air gap: orders out as files, answers in as files.

out/NAME.json      a command, written whole; NAME is a hash of its identifier
in/NAME.json       {"order", "status": "done" or "refused", "reason"}
state/WHO.json     {"SETTING": value, ...}: what runs, as the site last told

Whoever carries the files (a courier, a one-way link) may be slow: until the answer is there,
the outcome is unknown, and nothing is sent anew.
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from nanoward.adapters.drivers.config import DriverConfig, DriverOffer
from nanoward.adapters.drivers.deadline import within
from nanoward.adapters.drivers.journal import journal_of
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.errors import UsageError
from nanoward.control.orders import Command
from nanoward.ports.driver import DriverRefusedError, DriverSilentError, SettingLimit

STEP_S = 0.02
GRACE_S = 1.0  # beyond the patience, for writing and reading the files themselves
Answer = TypeVar("Answer")


class NoFolderError(UsageError):
    """A file drop needs a folder."""

    code = "USE-063"
    next_step = 'Write folder = "..." in [control.drivers].'


class FileDrop:
    """Three folders, shared with the site."""

    keeps_leases = True

    def __init__(
        self, config: DriverConfig, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        place = config.options.get("folder") or config.folder
        if not place:
            raise NoFolderError(f"{config.name} names no folder")
        self._out, self._in, self._state = (Path(place) / one for one in ("out", "in", "state"))
        for folder in (self._out, self._in, self._state):
            folder.mkdir(parents=True, exist_ok=True)
        self._patience_s = float(config.options.get("patience_s", 2.0))
        self._tries = max(1, int(self._patience_s / STEP_S))
        self._settings, self._sleep = dict(config.settings), sleep
        self.mechanisms = dict(config.mechanisms)

    def limits(self, participant: str) -> dict[str, SettingLimit]:  # noqa: ARG002
        return self._settings

    def apply(self, command: Command, now: datetime) -> None:  # noqa: ARG002
        self._in_time(lambda: self._applied(command))

    def _applied(self, command: Command) -> None:
        body = asdict(command)
        body |= {name: body[name].isoformat() for name in ("issued", "expires")}
        self._write(self._out / file_name(command.order), canonical_json(body))
        for _ in range(self._tries):
            answer = self._answer(command)
            if answer is not None:
                return self._judge(answer)
            self._sleep(STEP_S)
        raise DriverSilentError("no answer was dropped yet")

    def did(self, command: Command) -> bool:
        return self._in_time(lambda: self._did(command))

    def _did(self, command: Command) -> bool:
        answer = self._answer(command)
        if answer is None:
            if (self._out / file_name(command.order)).exists():
                raise DriverSilentError("the command is on its way, or its answer is")
            return False
        return answer.get("status") == "done"

    def read(self, participant: str, setting: str, now: datetime) -> float:  # noqa: ARG002
        told = self._in_time(lambda: _json_of(self._state / file_name(participant)))
        value = None if told is None else told.get(setting, self._settings[setting].default)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise DriverSilentError(f"the site has not told what runs in {participant}")
        return float(value)

    def close(self) -> None:
        return None

    def _in_time(self, call: Callable[[], Answer]) -> Answer:
        """A folder of another machine may hang: nobody waits longer than for an answer."""
        return within(self._patience_s + GRACE_S, call, of=str(self._out.parent))

    def _answer(self, command: Command) -> dict[str, Any] | None:
        told = _json_of(self._in / file_name(command.order))
        return told if told is not None and told.get("order") == command.order else None

    @staticmethod
    def _judge(answer: dict[str, Any]) -> None:
        if answer.get("status") == "refused":
            raise DriverRefusedError(str(answer.get("reason", "the site refused")))
        if answer.get("status") != "done":
            raise DriverSilentError(f"the site said {answer.get('status')!r}")

    @staticmethod
    def _write(path: Path, text: str) -> None:
        part = path.with_suffix(".part")
        try:
            with part.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except OSError as fault:
            raise DriverSilentError(f"the drop cannot be written: {fault}") from None


def file_name(identifier: str) -> str:
    """A safe file name for any identifier."""
    return f"{sha256_of(identifier.encode())[:32]}.json"


def _json_of(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None  # not there, or half carried: nothing was told
    return found if isinstance(found, dict) else None


def open_driver(config: DriverConfig) -> JournalledDriver:
    """Orders and answers as files."""
    return JournalledDriver(config.name, FileDrop(config), journal_of(config))


DRIVER = DriverOffer(
    name="file-drop",
    meaning="orders and answers as files that another program carries",
    opens=open_driver,
)
