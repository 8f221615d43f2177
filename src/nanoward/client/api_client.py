"""The client: one session, and a class for each part of the API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nanoward.client.event_stream import ServiceEvent, events
from nanoward.client.reads_upload import SentReads, send_reads
from nanoward.client.rooms.agents import AgentsPart
from nanoward.client.rooms.agreements import AgreementsPart
from nanoward.client.rooms.audit import AuditPart
from nanoward.client.rooms.bonds import BondsPart
from nanoward.client.rooms.cases import CasesPart
from nanoward.client.rooms.catalogue import CataloguePart
from nanoward.client.rooms.clearance import ClearancePart
from nanoward.client.rooms.control import ControlPart
from nanoward.client.rooms.council import CouncilPart
from nanoward.client.rooms.files import FilesPart
from nanoward.client.rooms.findings import FindingsPart
from nanoward.client.rooms.messages import MessagesPart
from nanoward.client.rooms.rounds import RoundsPart
from nanoward.client.rooms.tuning import TuningPart
from nanoward.client.rooms.urgent import UrgentPart
from nanoward.client.rooms.visits import VisitsPart
from nanoward.client.rooms.watch import WatchPart
from nanoward.client.transport import Transport


class ApiClient:
    """Everything that the API does, by part; see docs/howto/use-the-api.md."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.agents = AgentsPart(transport)
        self.agreements = AgreementsPart(transport)
        self.audit = AuditPart(transport)
        self.bonds = BondsPart(transport)
        self.cases = CasesPart(transport)
        self.catalogue = CataloguePart(transport)
        self.clearance = ClearancePart(transport)
        self.control = ControlPart(transport)
        self.council = CouncilPart(transport)
        self.files = FilesPart(transport)
        self.findings = FindingsPart(transport)
        self.messages = MessagesPart(transport)
        self.rounds = RoundsPart(transport)
        self.tuning = TuningPart(transport)
        self.urgent = UrgentPart(transport)
        self.visits = VisitsPart(transport)
        self.watch = WatchPart(transport)

    def __enter__(self) -> "ApiClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()

    def events(self, last: int | None = None) -> Iterator[ServiceEvent]:
        """What changes, as it changes, behind a record."""
        return events(self.transport, last)

    def send_reads(self, sample: str, mate: str, file: Path) -> SentReads:
        """A file of reads of a sample: mate 1, 2 or single; resumed where it was cut."""
        return send_reads(self.transport, sample, mate, file)

    def table(self, path: str, form: str = "csv", **query: Any) -> bytes:
        """A table as a file: csv or parquet."""
        return self.transport.send("GET", path, query={**query, "format": form}).content
