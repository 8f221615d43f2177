"""A partner's year with known truth: honest with all that honest people do, and one deceit.

All figures in here are our own assumptions. Honest partners have an assay that drifts by up to
0.2 SD, batches that differ, a site that forgets and is late, and typing mistakes; the deceits
stand in deceit_kinds.py. Made directly as claims and measurements: many years in a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from nanoward.audit.claims.claim import Claim, Value
from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.evidence.comparison import Measured
from nanoward.audit.evidence.partner_audit import TypeClaims
from nanoward.base.canonical import sha256_of

ITEMS = 300  # of each type in a year
PANEL = 4  # values of a laboratory panel
SITES = 6
LAZY = 2  # the site that forgets and is late
BETWEEN = 4.0  # SD between people, in assay SDs
DRIFT, BATCH, BATCHES = 0.2, 0.15, 10
MISTYPED, FORGOTTEN, LATE = 0.004, 0.01, 0.02
BASES = np.array(list("ACGT"))
LETTERS = 60  # of the kill locus
START = date(2026, 1, 5)

TYPES: Mapping[str, ClaimType] = {
    one.name: one
    for one in (
        ClaimType(name="biomarker", kind="continuous", unit="mg/L", sd=1.0, benefit="low",
                  mistakes=0.004, absent=0.03, cost=80),
        ClaimType(name="events", kind="count", benefit="low", mistakes=0.004, absent=0.03,
                  cost=60),
        ClaimType(name="visits", kind="date", benefit="low", mistakes=0.004, absent=0.03,
                  cost=10),
        ClaimType(name="identity", kind="identity", mistakes=0.002, absent=0.03, cost=40),
        ClaimType(name="presence", kind="presence", unit="mg/L", benefit="high",
                  mistakes=0.004, absent=0.03, cost=50),
        ClaimType(name="spikes", kind="presence", unit="mg/L", mistakes=0.05, absent=0.03,
                  cost=50),
        ClaimType(name="doses", kind="count", benefit="high", mistakes=0.004, absent=0.03,
                  cost=10),
        ClaimType(name="stock", kind="balance", mistakes=0.002, absent=0.03, cost=20),
        ClaimType(name="sequence", kind="sequence", mistakes=0.002, absent=0.03, cost=90),
    )
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class YearDraft:
    """One type's year while it is made; deceits change what is claimed, in place.

    truth     what is so, and what we measure without error unless `ours` says otherwise
    claimed   what the partner states; None at a place where nothing is claimed
    bad       news that is bad for the partner, by what is claimed
    """

    kind: ClaimType
    chance: np.random.Generator
    truth: list[Value]
    claimed: list[Value]
    ours: list[Value]
    missing: NDArray[np.bool_]
    late: NDArray[np.bool_]
    revealed: NDArray[np.bool_]
    bad: NDArray[np.bool_]
    second: dict[int, Value] = field(default_factory=dict)
    lied: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerYear:
    """A partner's year by type: what was claimed, what we measure of any item, what is false.

    second  claims of the same items that another reader was given
    lied    items that were lied about, by type
    """

    types: Mapping[str, ClaimType]
    claims: Mapping[str, TypeClaims]
    measured: Mapping[str, Mapping[str, Measured]]
    second: tuple[Claim, ...] = ()
    lied: Mapping[str, frozenset[str]] = field(default_factory=dict)


def honest_draft(
    name: str, chance: np.random.Generator, items: int = ITEMS, truth: list[Value] | None = None
) -> YearDraft:
    """An honest year of one type.

    truth  of `items` items, from elsewhere; simulated where None
    """
    kind = TYPES[name]
    truth = _truths(name, chance, items) if truth is None else truth
    claimed, ours = _claims_of(name, truth, chance)
    sites = np.arange(items) % SITES
    lazy = np.where(sites == LAZY, 5.0, 1.0)
    draft = YearDraft(
        kind=kind,
        chance=chance,
        truth=truth,
        claimed=claimed,
        ours=ours,
        missing=chance.random(items) < FORGOTTEN * lazy,
        late=chance.random(items) < LATE * lazy,
        revealed=np.zeros(items, dtype=bool),
        bad=np.array([_is_bad(name, one) for one in claimed]),
    )
    _mistype(name, draft)
    return draft


def _truths(name: str, chance: np.random.Generator, items: int) -> list[Value]:
    if name == "biomarker":
        common = chance.normal(0, BETWEEN * np.sqrt(0.5), (items, 1))
        own = chance.normal(0, BETWEEN * np.sqrt(0.5), (items, PANEL))
        return [tuple(row) for row in (40.0 + common + own).tolist()]
    if name in ("events", "doses"):
        mean = 1.5 if name == "events" else 20.0
        return [float(one) for one in chance.poisson(mean, items)]
    if name == "visits":
        days = chance.integers(0, 365, items)
        return [(START + timedelta(days=int(day))).isoformat() for day in days]
    if name in ("presence", "spikes"):
        share = 0.4 if name == "presence" else 1.0
        return [bool(one) for one in chance.random(items) < share]
    if name == "stock":
        built = chance.integers(50, 150, items)
        given = chance.binomial(built, 0.7)
        kept = chance.binomial(built - given, 0.8)
        rows = np.stack([built, given, kept, built - given - kept], axis=1).astype(float)
        return [tuple(row) for row in rows.tolist()]
    if name == "sequence":
        wild = BASES[np.arange(LETTERS) % 4]
        return ["".join(wild.tolist())] * items
    return [f"P{at + 1:04d}/lot-1" for at in range(items)]


def _claims_of(
    name: str, truth: list[Value], chance: np.random.Generator
) -> tuple[list[Value], list[Value]]:
    """Claimed and our own values, each with its side's error."""
    if name == "spikes":
        seen = chance.random(len(truth)) < 0.95
        return [bool(one) for one in seen], list(truth)
    if name != "biomarker":
        return list(truth), list(truth)
    values = np.array(truth)
    items, size = values.shape
    drift = np.linspace(0, 1, items)[:, None] * chance.uniform(-DRIFT, DRIFT, size)
    batch = chance.normal(0, BATCH, (BATCHES, size))[np.arange(items) * BATCHES // items]
    theirs = np.round(values + drift + batch + chance.normal(0, 1, values.shape), 2)
    replicates = TYPES[name].replicates
    own = np.round(values + chance.normal(0, 1 / np.sqrt(replicates), values.shape), 2)
    return [tuple(row) for row in theirs.tolist()], [tuple(row) for row in own.tolist()]


def _mistype(name: str, draft: YearDraft) -> None:
    """Honest mistakes: as often in one's favour as not, where there is a direction."""
    rate = min(MISTYPED, draft.kind.mistakes)
    if name == "spikes":
        return
    for at in np.flatnonzero(draft.chance.random(len(draft.claimed)) < rate).tolist():
        draft.claimed[at] = _mistyped(draft.claimed[at], draft.chance)


def _mistyped(value: Value, chance: np.random.Generator) -> Value:
    if isinstance(value, bool):
        return not value
    if isinstance(value, float):
        return max(value + float(chance.choice([-1, 1])), 0.0)
    if isinstance(value, tuple):
        at = int(chance.integers(len(value)))
        off = float(chance.choice([-9.0, 9.0]))
        return (*value[:at], max(value[at] + off, 0.0), *value[at + 1 :])
    text = str(value)
    if text[:2] == "20":
        day = date.fromisoformat(text) + timedelta(days=int(chance.choice([-10, 10])))
        return day.isoformat()
    if text.startswith("P"):
        return f"P{int(chance.integers(1, ITEMS)):04d}/lot-1x"
    at = int(chance.integers(len(text)))
    return f"{text[:at]}{'A' if text[at] != 'A' else 'C'}{text[at + 1 :]}"


def _is_bad(name: str, value: Value) -> bool:
    return name == "events" and isinstance(value, float) and value >= 3


def year_of(drafts: Mapping[str, YearDraft]) -> PartnerYear:
    """The drafts as claims and measurements."""
    return PartnerYear(
        types=TYPES,
        claims={name: _told(draft) for name, draft in drafts.items()},
        measured={name: _measured(draft) for name, draft in drafts.items()},
        second=tuple(
            _claim(draft, at, value, "b")
            for draft in drafts.values()
            for at, value in draft.second.items()
        ),
        lied={
            name: frozenset(item_of(at) for at in draft.lied) for name, draft in drafts.items()
        },
    )


def item_of(at: int) -> str:
    """The name of an item."""
    return f"I{at + 1:04d}"


def _told(draft: YearDraft) -> TypeClaims:
    made = [at for at in range(len(draft.claimed)) if not draft.missing[at]]
    return TypeClaims(
        first={item_of(at): _claim(draft, at, draft.claimed[at], "a") for at in made},
        expected=tuple(item_of(at) for at in range(len(draft.claimed))),
        late=frozenset(item_of(at) for at in made if draft.late[at]),
        revealed=frozenset(item_of(at) for at in made if draft.revealed[at]),
        bad=frozenset(item_of(at) for at in made if draft.bad[at]),
    )


def _claim(draft: YearDraft, at: int, value: Value, version: str) -> Claim:
    kind = draft.kind
    return Claim(
        programme="simulated",
        partner="north",
        claim=f"{kind.name}-{at + 1}{version}",
        type=kind.name,
        item=item_of(at),
        period="2026",
        method="as agreed",
        value=value,
        unit=kind.unit,
        made=datetime(2027, 1, 4, 12, tzinfo=UTC),
        expires=date(2027, 12, 31),
        nonce=sha256_of(f"{kind.name}/{at}/{version}".encode())[:32],
        limit=1.0 if kind.kind == "presence" else float("nan"),
    )


def _measured(draft: YearDraft) -> dict[str, Measured]:
    return {
        item_of(at): Measured(
            type=draft.kind.name,
            item=item_of(at),
            period="2026",
            value=value,
            level=5.0 if draft.kind.name == "presence" else 1.0,
            replicates=draft.kind.replicates,
        )
        for at, value in enumerate(draft.ours)
    }
