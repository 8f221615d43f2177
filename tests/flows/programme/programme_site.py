"""A programme in memory with rules of [programme], people who are in, and an agreement."""

from datetime import UTC, date, datetime
from typing import Any

from nanoward.base.entries import ConsentDocumentIssued, ConsentSigned, StandingDecided
from nanoward.base.plan import Plan
from nanoward.ports.ports import Ports
from nanoward.testing.ports import memory_site

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)  # a Monday
TODAY = NOW.date()
SECTION: dict[str, Any] = {
    "currency": "EUR",
    "country": "US",
    "sites": {"ward": {"capacity": {"clin": 2, "room": 2}, "beds": {"single": 2}}},
    "needs": {
        "weekly": {"clin": 1, "room": 1},
        "dose": {"clin": 2, "room": 1},
        "safety": {"clin": 1},
    },
    "schedule": {"weekly": {"every": 7, "before": 2, "after": 2}},
    "rooms": [
        {"site": "ward", "name": "r1", "kind": "shared", "beds": 2},
        {"site": "ward", "name": "a1", "kind": "apart", "beds": 1, "own_air": True},
    ],
    "return": {"transport": "taxi", "cost": "120.00", "room": "ward/r1"},
    "people": {"director": "key-director"},
}
AGREEMENT = """
agreement = "participation"
version = "1"
kind = "participant"
currency = "EUR"
language = "en"
valid_from = 2026-01-01
[parties]
programme = "director"
participant = ""
[[paragraph]]
id = "pay"
text = "40 for each visit, 25 for each safety visit after leaving."
terms = [
  { kind = "pay", per = "visit", amount = "40", within_days = 7 },
  { kind = "pay", per = "safety", amount = "25" },
]
"""


def site(*people: str, section: dict[str, Any] | None = None) -> Ports:
    """People who signed today and are cleared, in a programme of these rules."""
    sections = {"programme": SECTION if section is None else section}
    plan = Plan(name="w", title="w", sha256="", sections=sections)
    ports = memory_site(plan, {}, now=NOW)
    issued = ConsentDocumentIssued(
        document_sha256="d", version="1", issued=date(2026, 1, 1), needed=("study",),
        optional=(), questions=0, pass_mark=0, least_reading_s=0, valid_days=None,
    )  # fmt: skip
    ports.ledger.append([issued], actor="x", at=NOW)
    for who in people:
        enter(ports, who)
    return ports


def enter(ports: Ports, who: str) -> None:
    """Consent and clearance of today."""
    signed = ConsentSigned(
        participant=who, document_sha256="d", version="1", signed=TODAY, at=NOW, uses=("study",)
    )
    ports.ledger.append([signed, standing(who, "cleared")], actor="x", at=NOW)


def standing(who: str, word: str, day: date = TODAY) -> StandingDecided:
    """A standing of a day."""
    return StandingDecided(participant=who, standing=word, as_of=day, since=day, reasons=())


def decide(ports: Ports, who: str, word: str) -> None:
    """Somebody's standing is another from now on."""
    ports.ledger.append([standing(who, word)], actor="round", at=NOW)
