"""A whole control desk of fakes: simulated agents, real signatures, a clock that is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.adapters.drivers.config import DriverConfig
from nanoward.adapters.drivers.journal import DriverJournal
from nanoward.adapters.drivers.journalled import JournalledDriver
from nanoward.adapters.drivers.simulated import SimulatedAgents
from nanoward.adapters.signers.ed25519 import Ed25519Signer
from nanoward.adapters.signers.known import KnownSignatures
from nanoward.base.entries import (
    CarrierEnrolled,
    ConsentSigned,
    KillApproved,
    KillRequested,
    KillReviewed,
    LotReleased,
    RangeCertified,
    ReadingTaken,
    StandingDecided,
)
from nanoward.control.kill_bytes import glass_bytes, review_bytes, revoke_bytes, signed_bytes
from nanoward.control.orders import order_of, signing_bytes
from nanoward.control.plan import ControlPlan, control_plan
from nanoward.flows.desk.order_state import OrderState
from nanoward.flows.killcode.release_kill import Revocation
from nanoward.ports.desk import Desk
from nanoward.ports.driver import SettingLimit
from nanoward.ports.ledger import Ledger
from nanoward.ports.notifier import Notification
from nanoward.testing.fakes import MemoryLedger, SteppedClock

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SPEC_SHA256 = "5" * 64
PEOPLE = ("anna", "ben", "cara")
SIGNERS = {
    name: Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes([place]) * 32))
    for place, name in enumerate(PEOPLE, 1)
}
ROLES = {"anna": "physician", "ben": "safety_officer", "cara": "council"}
NURSE = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"n" * 32))
PETRA = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(b"p" * 32))  # of a partner, acme
ROUTE = {"lod": 3, "fraction": 1e-3, "clumping": 1.0, "alpha": 8.0, "beta": 2.0}
SECTION: dict[str, Any] = {
    "agent": "A1",
    "spec_sha256": SPEC_SHA256,
    "settings": {
        "rate": {
            "unit": "ug/h",
            "low": 0.0,
            "high": 50.0,
            "default": 0.0,
            "step": 0.5,
            "rise_per_h": 10.0,
            "exposure_per_day": 100.0,
            "lease_s": 1200,
            "who": ["staff", "participant"],
            "reading": {"quantity": "pulse", "unit": "/min", "low": 30.0, "high": 220.0},
        }
    },
    "mechanisms": {
        "inducer": {
            "dose": 1.0,
            "unit": "mg",
            "log_kill": 6.0,
            "escape": 1e-9,
            "half_life_h": 2.0,
            "second": "antibiotic",
        }
    },
    "flush": {
        "doubling_h": 4.0,
        "routes": [
            {"assay": "culture", "matrix": "stool", **ROUTE},
            {"assay": "ddpcr", "matrix": "stool", **ROUTE},
        ],
    },
    "signers": [
        {
            "name": name,
            "roles": [ROLES[name]],
            "scheme": "ed25519",
            "key": one.key,
            "public": one.public,
        }
        for name, one in SIGNERS.items()
    ]
    + [
        {
            "name": name,
            "roles": ["staff"],
            "scopes": [scope],
            "scheme": "ed25519",
            "key": one.key,
            "public": one.public,
        }
        for name, one, scope in (("nurse", NURSE, "ours"), ("petra", PETRA, "acme"))
    ],
    "drivers": {"sim": {"kind": "simulated"}},
}


@dataclass(frozen=True, slots=True)
class RecordingNotifier:
    """Keeps what people were told."""

    messages: list[tuple[str, str, str]] = field(default_factory=list)
    delivered: list[Notification] = field(default_factory=list)

    def notify(self, *, urgency: str, subject: str, message: str) -> None:
        self.messages.append((urgency, subject, message))

    def deliver(self, notification: Notification) -> None:
        self.delivered.append(notification)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """A desk, its book, and the fakes behind it."""

    desk: Desk
    book: OrderState
    clock: SteppedClock
    agents: SimulatedAgents
    told: RecordingNotifier

    def kinds(self) -> list[str]:
        """Kinds of all records of both ledgers, without the room."""
        ledgers = (self.desk.ledger, self.desk.lane)
        return [one.kind.split(".")[1] for ledger in ledgers for one in ledger.records()]


def driver_config(plan: ControlPlan, name: str = "sim", **options: Any) -> DriverConfig:
    """How wiring opens a driver for a plan, in memory."""
    return DriverConfig(
        name=name,
        folder=None,
        settings={
            one.setting: SettingLimit(unit=one.unit, range=one.range, default=one.default)
            for one in plan.settings.values()
        },
        mechanisms={one.name: one.dose for one in plan.mechanisms.values()},
        options=options,
    )


def bay_of(
    participants: Sequence[str] = ("P1", "P2"),
    *,
    owner: str = "ours",
    cells: float = 1e9,
    ledger: Ledger | None = None,
    lane: Ledger | None = None,
    journal: DriverJournal | None = None,
    agents: SimulatedAgents | None = None,
) -> Bay:
    """Participants who may be given orders, with simulated agents."""
    plan = control_plan(SECTION)
    config = driver_config(plan)
    agents = agents or SimulatedAgents(config)
    clock, told = SteppedClock(NOW), RecordingNotifier()
    desk = Desk(
        ledger=ledger or MemoryLedger(),
        lane=lane or MemoryLedger(),
        clock=clock,
        drivers={"sim": JournalledDriver("sim", agents, journal or DriverJournal(None))},
        signatures=KnownSignatures(),
        notifier=told,
        plan=plan,
        plan_sha256="ab" * 32,
    )
    if desk.lane.head().size == 0:
        _enrol(desk, participants, owner, cells)
    return Bay(
        desk=desk, book=OrderState().refresh(desk), clock=clock, agents=agents, told=told
    )


def approval_of(request: KillRequested, name: str, role: str | None = None) -> KillApproved:
    """A real signature of one of PEOPLE under a request."""
    role = role or ROLES[name]
    signer = SIGNERS[name]
    message = signed_bytes(request, signer=name, role=role)
    return KillApproved(
        order=request.order,
        signer=name,
        role=role,
        key=signer.key,
        signature=signer.sign(message),
    )


def glass_of(request: KillRequested, name: str, role: str = "physician") -> KillApproved:
    """A real signature of one of PEOPLE that releases a request alone."""
    signer = SIGNERS[name]
    message = glass_bytes(request, signer=name, role=role)
    return KillApproved(
        order=request.order,
        signer=name,
        role=role,
        key=signer.key,
        signature=signer.sign(message),
    )


def review_of(request: KillRequested, name: str, note: str = "was right") -> KillReviewed:
    """A real signature of one of PEOPLE under a review."""
    signer = SIGNERS[name]
    return KillReviewed(
        order=request.order,
        reviewed_by=name,
        note=note,
        key=signer.key,
        signature=signer.sign(review_bytes(request, signer=name, note=note)),
    )


def revocation_of(key: str, name: str, reason: str = "lost") -> Revocation:
    """A key revoked by one of PEOPLE."""
    signer = SIGNERS[name]
    message = revoke_bytes(key, signer=name, reason=reason)
    return Revocation(
        key=key, reason=reason, by=name, by_key=signer.key, signature=signer.sign(message)
    )


def key_of(participant: str) -> Ed25519Signer:
    """The key that a participant signed their consent with."""
    seed = sha256(participant.encode()).digest()
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(seed))


def asked_of(**changes: Any) -> dict[str, Any]:
    """A sound order document for P1, signed by the nurse, or by the participant who asks."""
    asked = {
        "order": "O1",
        "participant": "P1",
        "agent": "A1",
        "setting": "rate",
        "kind": "set",
        "value": 4.0,
        "unit": "ug/h",
        "lease_s": 600,
        "issued": NOW,
        "requested_by": "nurse",
        "role": "staff",
        "scopes": ("ours",),
        **changes,
    }
    return asked if {"key", "signature"} & set(changes) else signed(asked)


def signed(asked: Mapping[str, Any], signer: Ed25519Signer | None = None) -> dict[str, Any]:
    """The document signed by whoever it says has asked; as it is where it is no order."""
    who = asked.get("participant")
    by = asked.get("requested_by")
    own = isinstance(who, str) and by == who
    signer = signer or (key_of(str(who)) if own else PETRA if by == "petra" else NURSE)
    order, _ = order_of({**asked, "key": signer.key}, received=NOW)
    if order is None:
        return dict(asked)
    return {**asked, "key": signer.key, "signature": signer.sign(signing_bytes(order))}


def fresh_reading(desk: Desk, participant: str) -> None:
    """Measure a participant's condition now."""
    now = desk.clock.now()
    reading = ReadingTaken(
        participant=participant, quantity="pulse", value=70.0, unit="/min", at=now
    )
    desk.ledger.append([reading], actor="nurse", at=now)


def lot_of(lot: str, spec_sha256: str = SPEC_SHA256) -> LotReleased:
    """A lot that may be given."""
    return LotReleased(
        lot=lot,
        agent="A1",
        version="1",
        spec_sha256=spec_sha256,
        released=date(2026, 11, 1),
        differences=0,
        variants_sha256="",
        reads=(),
    )


def _enrol(desk: Desk, participants: Sequence[str], owner: str, cells: float) -> None:
    today, before = NOW, NOW - timedelta(minutes=1)
    carriers = [
        CarrierEnrolled(
            participant=who,
            agent="A1",
            spec_sha256=SPEC_SHA256,
            lot="L1",
            driver="sim",
            owner=owner,
            person_class="adult",
            cells=cells,
        )
        for who in participants
    ]
    desk.lane.append(carriers, actor="nurse", at=before)
    desk.ledger.append([lot_of("L1")], actor="lab", at=before)
    for who in participants:
        desk.ledger.append(
            [
                ConsentSigned(
                    participant=who,
                    document_sha256="",
                    version="1",
                    signed=date(2026, 11, 1),
                    key=key_of(who).public,
                ),
                StandingDecided(
                    participant=who,
                    standing="cleared",
                    as_of=today.date(),
                    since=None,
                    reasons=(),
                ),
                RangeCertified(
                    participant=who,
                    setting="rate",
                    low=0.0,
                    high=20.0,
                    unit="ug/h",
                    certified_by="anna",
                ),
                ReadingTaken(
                    participant=who, quantity="pulse", value=70.0, unit="/min", at=before
                ),
            ],
            actor="nurse",
            at=before,
        )
