"""Every act, standing, consent, reading and lease, with what the gate answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product
from typing import Final

from nanoward.base.entries import (
    ConsentDocumentIssued,
    ConsentRenewalDemanded,
    ConsentSigned,
    ConsentWithdrawn,
    Entry,
    ReadingTaken,
)
from nanoward.clearance.consent.consent_state import Consent, consent_of
from nanoward.clearance.consent.permissions import ACTS, RecordedStanding, permission
from nanoward.clearance.standing.standing_rules import WORDS
from nanoward.control.gate import Allowed, Lease, Range, Situation, decide
from nanoward.control.orders import Order
from nanoward.control.plan import control_plan
from nanoward.testing.desks import NOW, SECTION

TODAY: Final = NOW.date()
LASTS: Final = timedelta(days=14)
USE: Final = "take part"
STANDINGS: Final = tuple(dict.fromkeys(WORDS))
AGES: Final = ("within the interval", "older", "dated ahead", "not decided")
CONSENTS: Final = ("none", "active", "superseded", "expired", "demanded anew", "withdrawn")
READINGS: Final = ("fresh", "stale", "implausible", "of another quantity", "none")
LEASES: Final = ("none", "running", "kill code undecided")


@dataclass(frozen=True, slots=True, kw_only=True)
class PermissionCase:
    """One combination, and whether the act may be done."""

    act: str
    standing: str
    age: str
    consent: str
    reading: str
    lease: str
    allowed: bool


def permission_cases() -> Iterator[PermissionCase]:
    """The whole product. Reading and lease bear on an order alone, which the gate decides."""
    consents = {name: _consent(name) for name in CONSENTS}
    for act, word, age, name in product(ACTS, STANDINGS, AGES, CONSENTS):
        answer = permission(
            consents[name], _standing(word, age), act, TODAY, lasts=LASTS, use=_use(act)
        )
        for reading, lease in product(READINGS, LEASES):
            allowed = answer.allowed
            if act == "order":
                allowed = _passes(answer.reasons, reading, lease)
            yield PermissionCase(
                act=act,
                standing=word,
                age=age,
                consent=name,
                reading=reading,
                lease=lease,
                allowed=allowed,
            )


def _use(act: str) -> str:
    return USE if act == "data use" else ""


def _standing(word: str, age: str) -> RecordedStanding:
    days = {"within the interval": 14, "older": 15, "dated ahead": -1}.get(age)
    decided = None if days is None else TODAY - timedelta(days=days)
    return RecordedStanding(word=word, decided=decided)


def _document(version: str, *, valid_days: int | None = None) -> ConsentDocumentIssued:
    return ConsentDocumentIssued(
        document_sha256=version,
        version=version,
        issued=date(2026, 1, 1),
        needed=(USE,),
        optional=(),
        questions=0,
        pass_mark=0,
        least_reading_s=0,
        valid_days=valid_days,
    )


def _consent(name: str) -> Consent:
    signed = ConsentSigned(
        participant="P1",
        document_sha256="1",
        version="1",
        signed=date(2026, 10, 1),
        uses=(USE,),
    )
    demand = ConsentRenewalDemanded(
        participant="P1", demanded=TODAY, reason="changed", agent_off=True
    )
    told: dict[str, tuple[Entry, ...]] = {
        "none": (_document("1"),),
        "active": (_document("1"), signed),
        "superseded": (_document("1"), signed, _document("2")),
        "expired": (_document("1", valid_days=30), signed),
        "demanded anew": (_document("1"), signed, demand),
        "withdrawn": (
            _document("1"),
            signed,
            ConsentWithdrawn(participant="P1", withdrawn=TODAY),
        ),
    }
    return consent_of("P1", told[name])


def _passes(closed: tuple[str, ...], reading: str, lease: str) -> bool:
    spec = control_plan(SECTION).settings["rate"]
    running = Lease(value=4.0, start=NOW - timedelta(hours=2), end=NOW + timedelta(minutes=1))
    state = Situation(
        participant="P1",
        agent="A1",
        owner="ours",
        person_class="adult",
        closed=closed,
        signed=True,
        spec=spec,
        own=None,
        certified=None,
        driver=Range(low=0.0, high=50.0),
        reading=_reading(reading),
        leases=(running,) if lease == "running" else (),
        latest=None,
        known=False,
        kill_open=lease == "kill code undecided",
    )
    order = Order(
        order="O1",
        participant="P1",
        agent="A1",
        setting="rate",
        kind="set",
        value=4.0,
        unit="ug/h",
        lease_s=600,
        issued=NOW,
        requested_by="nurse",
        role="staff",
        scopes=("ours",),
    )
    return isinstance(decide(state, order, NOW), Allowed)


def _reading(name: str) -> ReadingTaken | None:
    def taken(quantity: str = "pulse", value: float = 70.0, at: datetime = NOW) -> ReadingTaken:
        return ReadingTaken(
            participant="P1", quantity=quantity, value=value, unit="/min", at=at
        )

    return {
        "fresh": taken(),
        "stale": taken(at=NOW - timedelta(minutes=16)),
        "implausible": taken(value=900.0),
        "of another quantity": taken(quantity="breath"),
    }.get(name)
