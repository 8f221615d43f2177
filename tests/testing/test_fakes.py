from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nanoward.base.canonical import sha256_of
from nanoward.base.plan import Plan
from nanoward.ports.blobs import Blobs
from nanoward.ports.clock import Clock
from nanoward.ports.folder import Folder
from nanoward.ports.ledger import ProvenLedger
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner
from nanoward.testing.conformance import (
    BlobsConformance,
    ClockConformance,
    FolderConformance,
    ProgressConformance,
    ProvenLedgerConformance,
    RunnerConformance,
)
from nanoward.testing.fakes import (
    CountedProgress,
    InlineRunner,
    MemoryBlobs,
    MemoryFolder,
    MemoryLedger,
    SteppedClock,
)

START = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.hazard("H-452")
class TestMemoryLedger(ProvenLedgerConformance):
    reopens = False

    def make_proven(self, folder: Path) -> ProvenLedger:
        return MemoryLedger()


class TestMemoryBlobs(BlobsConformance):
    def make(self, folder: Path) -> Blobs:
        return MemoryBlobs()


class TestMemoryFolder(FolderConformance):
    def make(self, folder: Path, plan: str, files: dict[str, bytes]) -> Folder:
        name = Plan(name="ward", title="A ward", sha256=sha256_of(plan.encode()))
        return MemoryFolder(name, files)


class TestSteppedClock(ClockConformance):
    def make(self) -> Clock:
        return SteppedClock(START)


class TestInlineRunner(RunnerConformance):
    def make(self) -> Runner:
        return InlineRunner()


class TestCountedProgress(ProgressConformance):
    def make(self) -> Progress:
        return CountedProgress()


def test_a_stepped_clock_moves_when_told() -> None:
    clock = SteppedClock(START)
    clock.advance(timedelta(hours=2))
    assert clock.now() == START + timedelta(hours=2)
    assert clock.monotonic() == 7200
