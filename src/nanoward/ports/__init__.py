"""Ports: what the flows need from the world, as small protocols. Adapters fulfil them."""

from nanoward.ports.blobs import Blobs
from nanoward.ports.clock import Clock
from nanoward.ports.desk import Desk
from nanoward.ports.driver import Driver
from nanoward.ports.folder import FileName, Folder
from nanoward.ports.formats import Formats, Reading
from nanoward.ports.ledger import Head, Ledger, Mark, ProvenLedger, Receipt, Record
from nanoward.ports.marks import Marks
from nanoward.ports.notifier import Notifier
from nanoward.ports.progress import Progress
from nanoward.ports.reads import ReadBlocks, ReadFile, Reads
from nanoward.ports.runner import Runner
from nanoward.ports.signer import NoteSigner, Signatures, Signer
from nanoward.ports.site import Site
from nanoward.ports.witness import KnownWitness, WitnessDesk, Witnesses

__all__ = [
    "Blobs",
    "Clock",
    "Desk",
    "Driver",
    "FileName",
    "Folder",
    "Formats",
    "Head",
    "KnownWitness",
    "Ledger",
    "Mark",
    "Marks",
    "NoteSigner",
    "Notifier",
    "Progress",
    "ProvenLedger",
    "ReadBlocks",
    "ReadFile",
    "Reading",
    "Reads",
    "Receipt",
    "Record",
    "Runner",
    "Signatures",
    "Signer",
    "Site",
    "WitnessDesk",
    "Witnesses",
]
