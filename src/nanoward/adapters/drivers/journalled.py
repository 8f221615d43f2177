"""One driver for every transport: its own limits, at most once, and no set behind a stop."""

import math
import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from nanoward.adapters.drivers.journal import BEGUN, DONE, HELD, REFUSED, DriverJournal
from nanoward.control.orders import KILL, STOP, Command
from nanoward.ports.driver import (
    DeviceLease,
    DriverRefusedError,
    DriverSilentError,
    Execution,
    SettingLimit,
    SettingReading,
)


class Transport(Protocol):
    """A way to agents. Every call may raise DriverSilentError."""

    mechanisms: dict[str, float]  # to their largest dose
    keeps_leases: bool  # the agent falls back to its default by itself when a lease ends

    def limits(self, participant: str) -> dict[str, SettingLimit]:
        """Settings of one participant's agent."""
        ...

    def apply(self, command: Command, now: datetime) -> None:
        """Send it. DriverRefusedError: certainly without effect."""
        ...

    def did(self, command: Command) -> bool:
        """Whether the agent has carried it out; asked only of what was begun."""
        ...

    def read(self, participant: str, setting: str, now: datetime) -> float:
        """What the agent is set to."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class JournalledDriver:
    """A transport behind a journal."""

    def __init__(self, name: str, transport: Transport, journal: DriverJournal) -> None:
        self.name = name
        self.transport = transport
        self._journal = journal

    def limits(self, participant: str) -> dict[str, SettingLimit]:
        return self.transport.limits(participant)

    def execute(self, command: Command, *, now: datetime) -> Execution:
        against = self._against(command, now)
        if against and self._journal.known(command) is None:
            raise DriverRefusedError(f"{command.order}: {against}")
        try:
            status, at = self._journal.begin(command, now)
        except sqlite3.Error as fault:
            return self._without_journal(command, now, fault)
        if status in (DONE, REFUSED, HELD):
            return self._known(command, status, at)
        if status == BEGUN and self.transport.did(self._sent(command)):
            return self._done(command, now, repeated=True)
        if against or self._behind(command):
            self._refuse(command, now, against or "a stop is newer than this order")
        if not self.transport.keeps_leases:
            self._journal.keep_lease(command)  # before it runs: a lost answer has a lease too
        try:
            self.transport.apply(self._sent(command), now)
        except DriverRefusedError as fault:
            self._refuse(command, now, fault.message)
        if self._behind(command):  # a stop came while it was on its way: it must win
            self.transport.apply(_undone(self._sent(command)), now)
            self._refuse(command, now, "a stop came while it was on its way")
        return self._done(command, now, repeated=False)

    def outcome_of(self, command: Command) -> Execution | None:
        known = self._journal.known(command)
        if known is None or known[0] == REFUSED:
            return None
        if known[0] == DONE:
            return Execution(order=command.order, at=known[1], repeated=True)
        return (
            self._done(command, known[1], repeated=True)
            if self.transport.did(self._sent(command))
            else None
        )

    def read_back(self, participant: str, setting: str, *, now: datetime) -> SettingReading:
        limit = self.transport.limits(participant).get(setting)
        if limit is None:
            raise DriverRefusedError(f"{participant} has no setting {setting}")
        value = self.transport.read(participant, setting, now)
        return SettingReading(
            participant=participant, setting=setting, value=value, unit=limit.unit, at=now
        )

    def fall_back(self, *, now: datetime) -> tuple[str, ...]:
        if self.transport.keeps_leases:
            return ()
        ended = self._journal.leases_ended(now)
        for command in ended:
            limit = self.transport.limits(command.participant).get(command.setting)
            if limit is None:  # another programme's setting: its own lane knows the default
                continue
            default = replace(command, order=f"{command.order}/ended", value=limit.default)
            self.transport.apply(default, now)
            self._journal.forget_lease(command)
        return tuple(command.order for command in ended)

    def others(self, participant: str, setting: str) -> tuple[DeviceLease, ...]:
        return self._journal.others(participant, setting)

    def standing(self, now: datetime) -> tuple[DeviceLease, ...]:
        return self._journal.standing(now)

    def close(self) -> None:
        self._journal.close()
        self.transport.close()

    def _known(self, command: Command, status: str, at: datetime) -> Execution:
        """What was done before is told again; what must not be done is refused."""
        if status == DONE:
            return Execution(order=command.order, at=at, repeated=True)
        if status == HELD:
            until = f"another programme's lease stands until {at.isoformat()}"
            raise DriverRefusedError(f"{command.order}: {until}")
        raise DriverRefusedError(f"{command.order} was refused before, or was another order")

    def _sent(self, command: Command) -> Command:
        """As the device hears it: under an identifier that no other programme uses."""
        return replace(command, order=self._journal.name_of(command))

    def _without_journal(
        self, command: Command, now: datetime, fault: sqlite3.Error
    ) -> Execution:
        """A stop goes out although nothing can be noted; nothing else does."""
        if command.kind != STOP:
            raise DriverSilentError(f"{self.name} cannot note {command.order}: {fault}")
        self.transport.apply(self._sent(command), now)
        return Execution(order=command.order, at=now, repeated=False)

    def _done(self, command: Command, at: datetime, *, repeated: bool) -> Execution:
        try:
            self._journal.settle(command, DONE, at)
        except sqlite3.Error as fault:
            if command.kind != STOP:
                raise DriverSilentError(f"{self.name} cannot note {command.order}") from fault
        return Execution(order=command.order, at=at, repeated=repeated)

    def _refuse(self, command: Command, now: datetime, reason: str) -> None:
        self._journal.settle(command, REFUSED, now)
        raise DriverRefusedError(f"{command.order}: {reason}")

    def _behind(self, command: Command) -> bool:
        return command.kind not in (STOP, KILL) and self._journal.fenced(command)

    def _against(self, command: Command, now: datetime) -> str:
        """The driver's own check of a command; "" when it may go. A stop always may."""
        if command.kind == STOP:
            return ""
        if not math.isfinite(command.value):
            return "the value is no number"
        if now >= command.expires:
            return "it has expired"
        if command.kind == KILL:
            most = self.transport.mechanisms.get(command.setting)
            sound = most is not None and 0 < command.value <= most
            return "" if sound else "no such mechanism, or too large a dose"
        limit = self.transport.limits(command.participant).get(command.setting)
        if limit is None or limit.unit != command.unit:
            return "no such setting in this unit"
        within = limit.range.low <= command.value <= limit.range.high
        return "" if within else "outside what the driver sets"


def _undone(command: Command) -> Command:
    return replace(command, order=f"{command.order}/stopped", kind=STOP, setting="*", value=0.0)
