"""Simulated agents: they keep leases, hold identifiers, die of a kill code, and misbehave.

Faults are set per participant and are used up one call after the other:
silent     no effect, no answer          lost   effect, but the answer is lost
lying      an answer, but no effect      slow   effect and answer after `slow_s` seconds
refused    the device says no
"""

import sqlite3
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Final

from nanoward.adapters.drivers.config import DriverConfig, DriverOffer
from nanoward.adapters.drivers.journal import journal_of
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.control.orders import KILL, STOP, Command
from nanoward.ports.driver import DriverRefusedError, DriverSilentError, SettingLimit

TABLES: Final = """
CREATE TABLE IF NOT EXISTS setting (
    participant TEXT NOT NULL, setting TEXT NOT NULL, value REAL NOT NULL,
    expires TEXT NOT NULL,
    PRIMARY KEY (participant, setting)
) STRICT;
CREATE TABLE IF NOT EXISTS effect (
    place INTEGER PRIMARY KEY, name TEXT NOT NULL, participant TEXT NOT NULL,
    kind TEXT NOT NULL, setting TEXT NOT NULL, value REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS effect_name ON effect (name);
"""
KINDS: Final = {"device": 0.0, "microbe": 1e9, "virus": 1e10, "cell": 1e8}  # agents per person


class SimulatedAgents:
    """Agents of one kind in any number of people."""

    keeps_leases = True

    def __init__(
        self,
        config: DriverConfig,
        *,
        log_kill: float = 6.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        path = _agents_in(config) or ":memory:"
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600)
        self._db = sqlite3.connect(
            path, timeout=10, isolation_level=None, check_same_thread=False
        )
        self._db.executescript(f"PRAGMA synchronous=OFF; {TABLES}")
        self._settings = dict(config.settings)
        self._faults: dict[str, list[str]] = {}
        self._lock, self._sleep = Lock(), sleep
        self._cells = KINDS[str(config.options.get("agents", "device"))]
        self._slow_s = float(config.options.get("slow_s", 0.0))
        self._log_kill = log_kill
        self.mechanisms = dict(config.mechanisms)

    def misbehave(self, participant: str, faults: Iterable[str]) -> None:
        """Let the next calls to one participant's agent go wrong."""
        self._faults[participant] = list(faults)

    def limits(self, participant: str) -> dict[str, SettingLimit]:  # noqa: ARG002
        return self._settings

    def apply(self, command: Command, now: datetime) -> None:
        waiting = self._faults.get(command.participant)
        fault = waiting.pop(0) if waiting else ""
        if fault == "refused":
            raise DriverRefusedError("the agent refused")
        if fault == "slow":
            self._sleep(self._slow_s)
        if fault not in ("silent", "lying"):
            self._effect(command, now)
        if fault in ("silent", "lost"):
            raise DriverSilentError(f"no answer from {command.participant}")

    def did(self, command: Command) -> bool:
        waiting = self._faults.get(command.participant)
        if waiting and waiting[0] == "silent":
            waiting.pop(0)
            raise DriverSilentError(f"no answer from {command.participant}")
        with self._lock:
            row = self._db.execute(
                "SELECT 1 FROM effect WHERE name = ?", (command.order,)
            ).fetchone()
        return row is not None

    def read(self, participant: str, setting: str, now: datetime) -> float:
        with self._lock:
            row = self._db.execute(
                "SELECT value, expires FROM setting WHERE participant = ? AND setting = ?",
                (participant, setting),
            ).fetchone()
        default = self._settings[setting].default
        return default if row is None or row[1] <= _text(now) else float(row[0])

    def load(self, participant: str) -> float:
        """Agents left in a participant: each effective kill takes `log_kill` orders."""
        kills = sum(kind == KILL for _, who, kind, _, _ in self.effects() if who == participant)
        return float(self._cells * 10.0 ** (-self._log_kill * kills))

    def effects(self) -> list[tuple[str, str, str, str, float]]:
        """Everything that had an effect: identifier, participant, kind, setting, value."""
        with self._lock:
            return self._db.execute(
                "SELECT name, participant, kind, setting, value FROM effect ORDER BY place"
            ).fetchall()

    def close(self) -> None:
        self._db.close()

    def _effect(self, command: Command, now: datetime) -> None:
        one = command
        with self._lock:
            self._db.execute(
                "INSERT INTO effect (name, participant, kind, setting, value)"
                " VALUES (?, ?, ?, ?, ?)",
                (one.order, one.participant, one.kind, one.setting, one.value),
            )
            if one.kind in (STOP, KILL):
                self._db.execute(
                    "DELETE FROM setting WHERE participant = ?", (one.participant,)
                )
            elif _text(now) < _text(one.expires):
                self._db.execute(
                    "INSERT OR REPLACE INTO setting VALUES (?, ?, ?, ?)",
                    (one.participant, one.setting, one.value, _text(one.expires)),
                )


def _agents_in(config: DriverConfig) -> Path | None:
    """Where the agents live: with the device, where several programmes command it."""
    if config.options.get("device"):
        return Path(config.options["device"]) / "agents.db"
    return config.folder / f"{config.name}-agents.db" if config.folder else None


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def open_driver(config: DriverConfig) -> JournalledDriver:
    """Simulated agents behind a journal; kept in the folder where one is given."""
    return JournalledDriver(config.name, SimulatedAgents(config), journal_of(config))


DRIVER = DriverOffer(
    name="simulated",
    meaning="agents without a body, for trials of the rules and drills",
    opens=open_driver,
)
