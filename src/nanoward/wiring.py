"""The one place that picks concrete parts."""

from dataclasses import dataclass

from nanoward.adapters.formats import FileFormats
from nanoward.adapters.progress import SilentProgress, TerminalProgress
from nanoward.adapters.runners.local import LocalRunner
from nanoward.adapters.system_clock import SystemClock
from nanoward.ports.clock import Clock
from nanoward.ports.formats import Formats
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The parts for working on plain files, without a programme, a ledger or a server."""

    formats: Formats
    clock: Clock
    runner: Runner
    progress: Progress


def open_bench(*, quiet: bool = False, workers: int | None = None) -> Bench:
    """Parts for a room used alone."""
    return Bench(
        formats=FileFormats(),
        clock=SystemClock(),
        runner=LocalRunner(workers),
        progress=SilentProgress() if quiet else TerminalProgress(),
    )
