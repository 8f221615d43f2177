"""Ports: what the flows need from the world, as small protocols. Adapters fulfil them."""

from nanoward.ports.blobs import Blobs
from nanoward.ports.clock import Clock
from nanoward.ports.desk import Desk
from nanoward.ports.driver import Driver
from nanoward.ports.folder import FileName, Folder
from nanoward.ports.formats import Formats, Reading
from nanoward.ports.ledger import Head, Ledger, Record
from nanoward.ports.notifier import Notifier
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner
from nanoward.ports.signer import Signatures, Signer
from nanoward.ports.site import Site

__all__ = [
    "Blobs",
    "Clock",
    "Desk",
    "Driver",
    "FileName",
    "Folder",
    "Formats",
    "Head",
    "Ledger",
    "Notifier",
    "Progress",
    "Reading",
    "Record",
    "Runner",
    "Signatures",
    "Signer",
    "Site",
]
