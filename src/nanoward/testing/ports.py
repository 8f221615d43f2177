"""A whole site of fakes, with the real readers of formats."""

from collections.abc import Mapping
from datetime import datetime

from nanoward.adapters.formats import FileFormats
from nanoward.base.plan import Plan
from nanoward.ports.ports import Ports
from nanoward.testing.fakes import (
    CountedProgress,
    InlineRunner,
    MemoryBlobs,
    MemoryFolder,
    MemoryLedger,
    SteppedClock,
)


def memory_site(plan: Plan, files: Mapping[str, bytes], *, now: datetime) -> Ports:
    """A programme in memory: its plan, its files, and a clock that stands at `now`."""
    return Ports(
        folder=MemoryFolder(plan, files),
        formats=FileFormats(),
        ledger=MemoryLedger(),
        blobs=MemoryBlobs(),
        clock=SteppedClock(now),
        runner=InlineRunner(),
        progress=CountedProgress(),
    )
