"""What steps cost in this process: seconds of its processor, seconds on the wall, memory."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nanoward.ports.progress import MeasuredStep

MB = 1 << 20


class ProcessMeter:
    """Steps in the order in which they began; one within another is counted once."""

    def __init__(self) -> None:
        self.steps: list[MeasuredStep] = []
        self._open: list[MeasuredStep] = []

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        one = MeasuredStep(label=label)
        self.steps.append(one)
        cpu, wall = _cpu_s(), time.monotonic()
        forget_peak()
        self._open.append(one)
        try:
            yield
        finally:
            self._open.pop()
            one.cpu_s += _cpu_s() - cpu
            one.wall_s += time.monotonic() - wall
            one.peak_mb = peak_mb()
            if self._open:  # the outer step tells of the rest
                self._open[-1].cpu_s -= one.cpu_s
                self._open[-1].wall_s -= one.wall_s

    def recall(self, what: str, why: str) -> None:
        if not self._open:
            return
        if why:
            self._open[-1].computed.append((what, why))
        else:
            self._open[-1].recalled.append(what)


def _cpu_s() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


def forget_peak() -> None:
    """Begin to measure the most memory anew, where the system can do that (Linux)."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mb() -> float:
    """The most memory since `forget_peak`, or since the process began, MB."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / MB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB
