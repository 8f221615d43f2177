"""A transport that checks every command against the envelope, sharing no code with the gate."""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nanoward.control.orders import Command
from nanoward.ports.driver import DriverSilentError, SettingLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What must hold of every command at one participant, written down a second time."""

    low: float
    high: float
    default: float
    step: float
    rise_per_h: float
    exposure_per_day: float
    lease_s: float
    unit: str
    share: float = 1.0
    own_high: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningValue:
    """A value that a setting had from start up to, not including, end."""

    value: float
    start: datetime
    end: datetime

    def until(self, moment: datetime) -> "RunningValue":
        return replace(self, end=min(self.end, moment))


@dataclass(slots=True)
class WatchedTransport:
    """Keeps what ran, and a line for every command that should never have come.

    silent  what to do with commands, one after the other: "" answer, "lost" effect without
            an answer, "silent" neither; answers when it is used up
    """

    settings: dict[str, SettingLimit]
    envelopes: dict[tuple[str, str], Envelope]
    mechanisms: dict[str, float] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    ran: dict[tuple[str, str], list[RunningValue]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    breaches: list[str] = field(default_factory=list)
    keeps_leases: bool = True
    count: int = 0

    def limits(self, participant: str) -> dict[str, SettingLimit]:  # noqa: ARG002
        return self.settings

    def apply(self, command: Command, now: datetime) -> None:
        self.count += 1
        fault = self.silent.pop(0) if self.silent else ""
        if fault != "silent":
            self._effect(command, now)
        if fault:
            raise DriverSilentError("no answer")

    def did(self, command: Command) -> bool:
        return command.order in self.seen

    def read(self, participant: str, setting: str, now: datetime) -> float:
        for one in reversed(self.ran.get((participant, setting), [])):
            if one.start <= now < one.end:
                return one.value
        return self.settings[setting].default

    def close(self) -> None:
        return None

    def _effect(self, command: Command, now: datetime) -> None:
        if command.order in self.seen:
            self.breaches.append(f"{command.order}: a second effect")
        self.seen.add(command.order)
        if command.kind in ("stop", "kill"):
            for place, spans in self.ran.items():
                if place[0] == command.participant:
                    self.ran[place] = [one.until(now) for one in spans if one.start < now]
            return
        place = (command.participant, command.setting)
        day = now - timedelta(hours=24)
        spans = [
            one.until(now)
            for one in self.ran.get(place, [])
            if one.end > day and one.start < now
        ]
        self.breaches += [
            f"{command.order}: {breach}" for breach in self._breaches(command, now, spans)
        ]
        self.ran[place] = [
            *spans,
            RunningValue(value=command.value, start=now, end=command.expires),
        ]

    def _breaches(
        self, command: Command, now: datetime, spans: list[RunningValue]
    ) -> list[str]:
        e = self.envelopes.get((command.participant, command.setting))
        if e is None or command.unit != e.unit or not math.isfinite(command.value):
            return ["nobody, or no setting, or no number"]
        found, far = [], abs(command.value - e.default)
        lease_h = (command.expires - now).total_seconds() / 3600
        if not e.low <= command.value <= e.high or command.value > e.own_high + 1e-9:
            found.append(f"{command.value} outside the range")
        if far > (e.high - e.default) * e.share + 1e-9:
            found.append("more than the person's class may have")
        if not 0 < lease_h * 3600 <= min(e.lease_s, 1800) + 1e-6:
            found.append("a lease that is too long")
        if abs(far / e.step - round(far / e.step)) > 1e-6:
            found.append("off the grid")
        day, hour = now - timedelta(hours=24), now - timedelta(hours=1)
        dose = sum(
            abs(one.value - e.default) * (one.end - max(one.start, day)).total_seconds() / 3600
            for one in spans
        )
        if far > 0 and dose + far * lease_h > e.exposure_per_day + 1e-6:
            found.append("too much in 24 h")
        if far > self._least(spans, e, hour, now) + e.rise_per_h + 1e-9:
            found.append("too fast")
        return found

    @staticmethod
    def _least(
        spans: list[RunningValue],
        e: Envelope,
        hour: datetime,
        now: datetime,
    ) -> float:
        """Least strength in the last hour, by looking at every moment something changed."""
        moments = {hour, now - timedelta(microseconds=1)}
        moments |= {at for one in spans for at in (one.start, one.end) if hour <= at < now}
        return min(
            next(
                (
                    abs(one.value - e.default)
                    for one in reversed(spans)
                    if one.start <= at < one.end
                ),
                0.0,
            )
            for at in moments
        )
