"""Drivers: the way to an agent in a person. What they promise is in the conformance suite."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from nanoward.base.errors import OutsideError, RefusedError
from nanoward.control.gate import Range
from nanoward.control.orders import Command


class DriverSilentError(OutsideError):
    """The driver gave no answer: the command may or may not have been carried out."""

    code = "OUT-060"
    next_step = "Nothing is sent anew blindly: run `nanoward control resume`, which reads back."


class DriverRefusedError(RefusedError):
    """The driver did not carry the command out, and will not."""

    code = "REF-060"
    next_step = "Read the driver's reason; nothing was done."


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLimit:
    """What a driver can set: unit, range, and the default that it falls back to by itself."""

    unit: str
    range: Range
    default: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """A command was carried out; `repeated` when an earlier call had done it already."""

    order: str
    at: datetime
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingReading:
    """What an agent is set to, read independently of any acknowledgement.

    value  what runs now: the default once a lease has ended
    """

    participant: str
    setting: str
    value: float
    unit: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLease:
    """What ran, or runs, on a device from start to end, and the programme that had asked."""

    owner: str
    participant: str
    setting: str
    value: float
    unit: str
    start: datetime
    end: datetime


@runtime_checkable
class SharedDriver(Protocol):
    """A driver of a device that other programmes may command too."""

    def others(self, participant: str, setting: str) -> tuple[DeviceLease, ...]:
        """What other programmes had run there in the last 25 hours."""
        ...

    def standing(self, now: datetime) -> tuple[DeviceLease, ...]:
        """Every lease that stands on the device, ours too."""
        ...


@runtime_checkable
class Driver(Protocol):
    """Carries out each identifier at most once, whatever is asked how often.

    Every call may raise DriverSilentError. A set that was issued before the latest stop or
    kill of the participant is refused; so is everything past its `expires`.
    """

    name: str

    def limits(self, participant: str) -> dict[str, SettingLimit]:
        """Settings that this participant's agent has; empty for somebody unknown."""
        ...

    def execute(self, command: Command, *, now: datetime) -> Execution:
        """Do it, once. DriverRefusedError: not done. DriverSilentError: nobody knows."""
        ...

    def outcome_of(self, command: Command) -> Execution | None:
        """Whether a command was carried out; None when it certainly was not."""
        ...

    def read_back(self, participant: str, setting: str, *, now: datetime) -> SettingReading:
        """What the agent is set to."""
        ...

    def fall_back(self, *, now: datetime) -> tuple[str, ...]:
        """Return to the default whatever lease has ended, on agents that do not by themselves.

        Returns the orders whose leases ended; called again and again by the kill lane.
        """
        ...

    def close(self) -> None:
        """Let go. Closing twice is harmless."""
        ...
