"""Ports: what the flows need from the world, as small protocols. Adapters fulfil them."""

from nanoward.ports.blobs import Blobs
from nanoward.ports.clock import Clock
from nanoward.ports.folder import FileName, Folder
from nanoward.ports.formats import Formats, Reading
from nanoward.ports.ledger import Head, Ledger, Record
from nanoward.ports.progress import Progress
from nanoward.ports.reads import ReadBlocks, ReadFile, Reads
from nanoward.ports.runner import Runner
from nanoward.ports.site import Site

__all__ = [
    "Blobs",
    "Clock",
    "FileName",
    "Folder",
    "Formats",
    "Head",
    "Ledger",
    "Progress",
    "ReadBlocks",
    "ReadFile",
    "Reading",
    "Reads",
    "Record",
    "Runner",
    "Site",
]
