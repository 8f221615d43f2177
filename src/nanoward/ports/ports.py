"""Everything that a flow needs from the world, in one value."""

from dataclasses import dataclass, field
from datetime import date

from nanoward.ports.blobs import Blobs
from nanoward.ports.clock import Clock
from nanoward.ports.folder import Folder
from nanoward.ports.formats import Formats
from nanoward.ports.ledger import Ledger
from nanoward.ports.progress import Meter, NoMeter, Progress
from nanoward.ports.runner import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The parts that wiring picked for one programme.

    spool  the exit's own ledger, read by whatever starts or raises; None where there is none
    meter  takes down what steps of a round cost, for whoever asked
    """

    folder: Folder
    formats: Formats
    ledger: Ledger
    blobs: Blobs
    clock: Clock
    runner: Runner
    progress: Progress
    spool: Ledger | None = None
    meter: Meter = field(default_factory=NoMeter)

    def today(self) -> date:
        """The day at the programme's site."""
        return self.folder.plan().day_at(self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePorts:
    """The parts for working on plain files, without a programme, a ledger or a server."""

    formats: Formats
    clock: Clock
    runner: Runner
    progress: Progress
