"""A desk of messages in memory: its ledger, clock and channels, for one site or more."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nanoward.adapters.relays.relay_keys import new_relay_keys
from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned, Entry, StandingDecided
from nanoward.base.entries.messages import SiteOpened
from nanoward.base.plan import Plan
from nanoward.flows.messages.message_book import MessageBook
from nanoward.flows.messages.run_tick import TickSummary, run_tick
from nanoward.ports.messages import MessageDesk
from nanoward.ports.notifier import DeliveryFailedError, Notification
from nanoward.programme.messages.drafts import Draft
from nanoward.programme.messages.rules import message_rules
from nanoward.testing.fakes import SteppedClock
from nanoward.testing.ports import memory_site

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECTION: Mapping[str, Any] = {
    "quiet": [],
    "roles": {
        "nurse": {"deliveries": ["pager"]},
        "physician": {"deliveries": ["pager"]},
        "council": {"deliveries": ["pager"]},
    },
    "chains": {"default": ["physician 30", "council 60"]},
    "deliveries": {"pager": {"kind": "memory"}},
    "participants": ["pager"],
}


@dataclass(slots=True)
class MemoryChannel:
    """Keeps what it was given; fails while `down` says why."""

    delivered: list[Notification] = field(default_factory=list)
    down: str = ""

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        """Kept nowhere: messages alone are looked at."""

    def deliver(self, notification: Notification) -> None:
        if self.down:
            raise DeliveryFailedError(self.down)
        if notification.delivery not in {one.delivery for one in self.delivered}:
            self.delivered.append(notification)

    def told(self, status: str = "") -> list[tuple[str, int]]:
        """(role, messages) of what was delivered, first reports and updates where not said."""
        return [
            (one.to, len(one.messages))
            for one in self.delivered
            if (one.status == status if status else one.status != "cancel")
        ]


@dataclass(slots=True)
class MemoryHeartbeat:
    """The last tick, in memory."""

    at: datetime | None = None

    def last(self) -> datetime | None:
        return self.at

    def beat(self, now: datetime) -> None:
        self.at = now


@dataclass(slots=True)
class MemoryRefused:
    """Refused files, in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    def keep(self, name: str, content: bytes) -> None:
        self.files[name] = content


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBay:
    """A desk and the fakes behind it."""

    desk: MessageDesk
    clock: SteppedClock
    pager: MemoryChannel
    screen: MemoryChannel

    def tick(self, after: timedelta = timedelta(0)) -> TickSummary:
        """Let time pass, and look at all messages, with nothing remembered."""
        self.clock.advance(after)
        return run_tick(self.desk, MessageBook(self.desk.rules.site))

    def word(self, message: str) -> str:
        """The state of a message now."""
        from nanoward.flows.messages.answer_message import read_message

        return read_message(self.desk, message).status.word


def message_bay(
    section: Mapping[str, Any] = SECTION,
    *,
    now: datetime = NOON,
    site: str = "centre",
    zone: str = "UTC",
) -> MessageBay:
    """A desk in memory, by a plan's [programme.messages]."""
    messages = {**section, "site": site}
    plan = Plan(
        name="p",
        title="p",
        sha256="0" * 64,
        time_zone=zone,
        sections={"programme": {"messages": messages}},
    )
    ports = memory_site(plan, {}, now=now)
    assert isinstance(ports.clock, SteppedClock)
    pager, screen, numbers = MemoryChannel(), MemoryChannel(), count(1)
    desk = MessageDesk(
        ports=ports,
        rules=message_rules(messages, zone),
        channels={"pager": pager, "screen": screen},
        full=frozenset({"screen"}),
        chance=lambda size: f"{site}{next(numbers)}".encode().ljust(size, b"-")[-size:],
        heartbeat=MemoryHeartbeat(),
        refused=MemoryRefused(),
        keys=new_relay_keys(),
    )
    return MessageBay(desk=desk, clock=ports.clock, pager=pager, screen=screen)


def introduce(one: MessageBay, other: MessageBay) -> None:
    """Let two sites know each other's keys."""
    for here, there in ((one, other), (other, one)):
        keys = there.desk.keys
        assert keys is not None
        entry = SiteOpened(
            site=there.desk.rules.site,
            sealing_key=keys.sealing_key,
            signing_key=keys.signing_key,
            at=here.clock.now(),
        )
        here.desk.ports.ledger.append([entry], actor="test", at=here.clock.now())


def draft_of(**changed: Any) -> Draft:
    """A draft for the nurse, urgent now; fields may be given other values."""
    given: dict[str, Any] = {
        "sender": "council",
        "to": "nurse",
        "kind": "safety notice",
        "body": "look",
        "urgency": "now",
    }
    return Draft(**given | changed)


def consented() -> tuple[Entry, ...]:
    """Entries by which P1 has consented and is cleared."""
    today = NOON.date()
    document = ConsentDocumentIssued(
        document_sha256="a" * 64, version="1", issued=today, needed=(), optional=(),
        questions=0, pass_mark=0, least_reading_s=0, valid_days=None,
    )  # fmt: skip
    signed = ConsentSigned(
        participant="P1", document_sha256="a" * 64, version="1", signed=today, uses=(),
        refused=(), printed_name="Ada", meaning="I agree to take part", identified_by="a and b",
        explained_by="B", witnessed_by="C", read_s=1, answered_right=0, agent_off=True,
        signature_sha256="b" * 64, at=NOON,
    )  # fmt: skip
    stood = StandingDecided(
        participant="P1", standing="cleared", as_of=today, since=today, reasons=()
    )
    return (document, signed, stood)


@contextmanager
def spooled(bay: MessageBay) -> Iterator[MessageDesk]:
    """The bay's desk with a real spool of the exit."""
    with TemporaryDirectory() as folder:
        spool = open_spool(Path(folder))
        try:
            yield replace(bay.desk, ports=replace(bay.desk.ports, spool=spool))
        finally:
            spool.close()
