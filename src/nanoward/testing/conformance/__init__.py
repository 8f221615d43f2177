"""One suite per port: subclass it, give `make`, and pytest runs it on your adapter."""

from nanoward.testing.conformance.blobs import BlobsConformance
from nanoward.testing.conformance.clock import ClockConformance
from nanoward.testing.conformance.driver import DriverConformance
from nanoward.testing.conformance.folder import FolderConformance
from nanoward.testing.conformance.ledger import (
    LedgerConformance,
    ProvenLedgerConformance,
)
from nanoward.testing.conformance.notifier import NotifierConformance
from nanoward.testing.conformance.progress import ProgressConformance
from nanoward.testing.conformance.runner import RunnerConformance, WorkersConformance
from nanoward.testing.memory_keys import counted_chance

__all__ = [
    "BlobsConformance",
    "ClockConformance",
    "DriverConformance",
    "FolderConformance",
    "LedgerConformance",
    "NotifierConformance",
    "ProgressConformance",
    "ProvenLedgerConformance",
    "RunnerConformance",
    "WorkersConformance",
    "counted_chance",
]
