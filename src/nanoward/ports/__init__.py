"""Ports: what the flows need from the world, as small protocols. Adapters fulfil them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nanoward.audit.receipts import Head, Receipt
    from nanoward.ports.blobs import Blobs
    from nanoward.ports.clock import Clock
    from nanoward.ports.desk import Desk
    from nanoward.ports.driver import Driver
    from nanoward.ports.folder import FileName, Folder
    from nanoward.ports.formats import Formats, ParsedTable
    from nanoward.ports.ledger import Ledger, Marks, ProvenLedger, Record, VerificationMark
    from nanoward.ports.messages import MessageDesk, RelayKeys
    from nanoward.ports.notifier import Notification, Notifier
    from nanoward.ports.ports import FilePorts, Ports
    from nanoward.ports.progress import Progress
    from nanoward.ports.reads import ReadBlocks, ReadFile, Reads
    from nanoward.ports.runner import Runner
    from nanoward.ports.signer import NoteSigner, Signatures, Signer
    from nanoward.ports.witness import KnownWitness, WitnessDesk, Witnesses

_HOMES = {
    "blobs": ("Blobs",),
    "clock": ("Clock",),
    "desk": ("Desk",),
    "driver": ("Driver",),
    "folder": (
        "FileName",
        "Folder",
    ),
    "formats": (
        "Formats",
        "ParsedTable",
    ),
    "ledger": (
        "Head",
        "Ledger",
        "VerificationMark",
        "ProvenLedger",
        "Receipt",
        "Record",
    ),
    "marks": ("Marks",),
    "messages": ("MessageDesk", "RelayKeys"),
    "notifier": ("Notification", "Notifier"),
    "progress": ("Progress",),
    "reads": (
        "ReadBlocks",
        "ReadFile",
        "Reads",
    ),
    "runner": ("Runner",),
    "signer": (
        "NoteSigner",
        "Signatures",
        "Signer",
    ),
    "ports": ("FilePorts", "Ports"),
    "witness": (
        "KnownWitness",
        "WitnessDesk",
        "Witnesses",
    ),
}

SECTIONS = {
    "service": (
        "nanoward.ports.service.service_keys:ServiceSection",
        "nanoward.ports.service.service_keys:service_section",
    )
}  # read from the source; see base/plan_keys/declared_sections.py

__all__ = [
    "Blobs",
    "Clock",
    "Desk",
    "Driver",
    "FileName",
    "FilePorts",
    "Folder",
    "Formats",
    "Head",
    "KnownWitness",
    "Ledger",
    "Marks",
    "MessageDesk",
    "NoteSigner",
    "Notification",
    "Notifier",
    "ParsedTable",
    "Ports",
    "Progress",
    "ProvenLedger",
    "ReadBlocks",
    "ReadFile",
    "Reads",
    "Receipt",
    "Record",
    "RelayKeys",
    "Runner",
    "Signatures",
    "Signer",
    "VerificationMark",
    "WitnessDesk",
    "Witnesses",
]


def __getattr__(name: str) -> Any:
    """Public names load their file when they are first asked for: a command needs few."""
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
