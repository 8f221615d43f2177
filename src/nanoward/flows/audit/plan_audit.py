"""Plan an audit on the ledger, bind both sides to nonces, fix a checkpoint, and draw."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from nanoward.audit.claims.claim import Claim
from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.claims.sampling import draw_seed, nonce_commitment
from nanoward.audit.evidence.partner_audit import SHARES, TypeClaims, draw_items
from nanoward.audit.evidence.power import AuditDesign, PowerRow, power_table
from nanoward.audit.evidence.type_evidence import honest_share, planned_levels, weights_of
from nanoward.base.canonical import canonical_json, sha256_of
from nanoward.base.entries.audit import (
    AuditDrawn,
    AuditPlanned,
    CommitmentMade,
    DrawCheckpointFixed,
)
from nanoward.base.errors import RefusedError, UsageError
from nanoward.base.ids import Sha256
from nanoward.flows.audit.claim_book import ClaimBook, read_book
from nanoward.flows.audit.take_claims import ACTOR, commit
from nanoward.maths.statistics.e_values import least_count
from nanoward.ports.ports import Ports


class AuditRefusedError(RefusedError):
    """A step of an audit was asked for before the steps that must come first."""

    code = "AUD-016"
    next_step = (
        "Plan, bind both sides, fix the checkpoint, draw, measure, reveal: in this order."
    )


class UnknownPartnerError(UsageError):
    """No partner or plan has this name."""

    code = "AUD-017"
    next_step = "See [audit.partners] in programme.toml, and `nanoward audit verdicts`."


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnAudit:
    """A draw: the items of each type by stratum, and who withheld a nonce."""

    entry: AuditDrawn
    items: Mapping[str, Mapping[str, tuple[str, ...]]]


def plan_name(partner: str, period: str) -> str:
    """The name of a partner's audit of a period."""
    return f"{partner}/{period}"


def designs(book: ClaimBook, partner: str, items: int) -> dict[str, AuditDesign]:
    """The design for each type, with as many items as were claimed or are expected."""
    if partner not in book.plan.partners:
        raise UnknownPartnerError(f"{partner!r} is no partner of [audit.partners]")
    totals = dict.fromkeys(book.plan.types, 0)
    widths = dict.fromkeys(book.plan.types, 1)
    about = {one.about for one in book.expected if one.partner == partner}
    about |= {(partner, *one.claim.about) for one in book.of_partner(partner)}
    for _, kind, _, _ in about:
        totals[kind] = totals.get(kind, 0) + 1
    for one in book.of_partner(partner):
        if isinstance(one.claim.value, tuple):
            widths[one.claim.type] = len(one.claim.value)
    return {
        name: AuditDesign(
            kind=kind,
            items=min(items, totals[name] or 300),
            total=totals[name] or 300,
            types=len(book.plan.types),
            alpha=book.plan.alpha,
            values=widths[name],
            drift=kind.bias,
        )
        for name, kind in book.plan.types.items()
    }


def stated_power(
    ports: Ports, partner: str, items: int | None, *, seed: int, runs: int
) -> tuple[PowerRow, ...]:
    """What the audit would find, for each type and lie."""
    book = read_book(ports)
    made = designs(book, partner, items or book.plan.items)
    return tuple(row for one in made.values() for row in power_table(one, seed=seed, runs=runs))


def rules_text(
    types: Mapping[str, ClaimType], items: int, alpha: float, missing: float = 0.0
) -> str:
    """Every rule of a plan as canonical JSON: types, levels, and the counts that accuse."""
    told = {}
    for name, kind in types.items():
        levels = planned_levels(kind, len(types), alpha)
        told[name] = {
            **asdict(kind),
            "weights": dict(weights_of(kind)),
            "levels": dict(levels),
            "accuses": {
                test: least_count(items, honest_share(kind, test), levels[test])
                for test in ("any", "favour")
                if test in levels
            },
        }
    rules = {"alpha": alpha, "items": items, "missing": missing, "types": told}
    return canonical_json({**rules, "strata": SHARES})


def register_plan(ports: Ports, partner: str, period: str, items: int | None) -> AuditPlanned:
    """Put the rules on the ledger, before anything of the period was revealed; once."""
    book = read_book(ports, AuditPlanned)
    if partner not in book.plan.partners:
        raise UnknownPartnerError(f"{partner!r} is no partner of [audit.partners]")
    name, count = plan_name(partner, period), items or book.plan.items
    if name in book.plans:
        raise AuditRefusedError(f"{name} is planned already; its rules stand")
    text = rules_text(book.plan.types, count, book.plan.alpha, book.plan.missing).encode()
    entry = AuditPlanned(
        plan=name,
        partner=partner,
        period=period,
        items=count,
        alpha=book.plan.alpha,
        types=tuple(book.plan.types),
        rules_sha256=sha256_of(text),
    )
    ports.blobs.put(text)
    ports.ledger.append([entry], actor=ACTOR, at=ports.clock.now())
    return entry


def planned_types(ports: Ports, book: ClaimBook, plan: str) -> dict[str, ClaimType]:
    """The types as they stood when the plan was registered, whatever the file says now."""
    rules = _rules(ports, book, plan)
    own = {"weights", "levels", "accuses"}
    return {
        name: ClaimType(**{k: v for k, v in table.items() if k not in own})
        for name, table in rules["types"].items()
    }


def tolerated_missing(ports: Ports, book: ClaimBook, plan: str) -> float:
    """The share of missing claims that was agreed on; 0 in a plan that states none."""
    return float(_rules(ports, book, plan).get("missing", 0.0))


def _rules(ports: Ports, book: ClaimBook, plan: str) -> dict[str, Any]:
    blob = ports.blobs.get(Sha256(planned(book, plan)["rules_sha256"]))
    rules: dict[str, Any] = json.loads(blob)
    return rules


def planned(book: ClaimBook, plan: str) -> Mapping[str, Any]:
    """A plan's body; UnknownPartnerError where there is none."""
    if plan not in book.plans:
        raise UnknownPartnerError(f"no audit {plan!r} is planned")
    return book.plans[plan]


def bind_nonce(
    ports: Ports, plan: str, side: str, *, nonce: bytes | None = None, commitment: str = ""
) -> CommitmentMade:
    """Bind a side to a nonce for a planned draw, before the checkpoint is fixed."""
    book = read_book(ports, AuditPlanned, DrawCheckpointFixed)
    planned(book, plan)
    if plan in book.checkpoints:
        raise AuditRefusedError(f"the checkpoint of {plan} is fixed: it is too late to bind")
    told = commitment.lower() if nonce is None else nonce_commitment(nonce)
    if len(told) != 64 or set(told) - set("0123456789abcdef"):
        raise UsageError(f"{told[:20]!r} is no SHA-256 of 64 hexadecimal digits")
    return commit(ports, side, f"nonce {plan}", told)


def fix_checkpoint(ports: Ports, plan: str) -> DrawCheckpointFixed:
    """Name the checkpoint of a draw: what the ledger is now, after both sides are bound.

    Neither side knows the other's nonce yet, so neither can choose the moment to its gain.
    """
    book = read_book(ports, AuditPlanned, CommitmentMade, DrawCheckpointFixed)
    planned(book, plan)
    bound = book.commitments.get(f"nonce {plan}", {})
    if len(bound) < 2:
        raise AuditRefusedError(f"only {sorted(bound) or 'nobody'} is bound to a nonce")
    if plan in book.checkpoints:
        raise AuditRefusedError(f"the checkpoint of {plan} is fixed already")
    head = ports.ledger.head()
    entry = DrawCheckpointFixed(plan=plan, size=head.size, root=head.hash)
    ports.ledger.append([entry], actor=ACTOR, at=ports.clock.now())
    return entry


def draw_audit(ports: Ports, plan: str, nonces: Mapping[str, bytes]) -> DrawnAudit:
    """Draw the items of every type; a nonce that is not shown counts against its holder."""
    book = read_book(ports)
    body = planned(book, plan)
    if plan in book.draws:
        raise AuditRefusedError(f"{plan} is drawn already")
    if plan not in book.checkpoints:
        raise AuditRefusedError(f"the checkpoint of {plan} is not fixed")
    fixed = book.checkpoints[plan]
    bound = book.commitments[f"nonce {plan}"]
    seed = draw_seed(bound, nonces, bytes.fromhex(fixed["root"]), fixed["size"])
    told = claims_by_type(book, plan)
    types = planned_types(ports, book, plan)
    drawn = {
        name: draw_items(seed.seed, told.get(name, TypeClaims()), kind, int(str(body["items"])))
        for name, kind in types.items()
    }
    blob = canonical_json(
        {name: {s: list(i) for s, i in strata.items()} for name, strata in drawn.items()}
    ).encode()
    shown = [one for one in sorted(bound) if one not in seed.withheld]
    entry = AuditDrawn(
        plan=plan,
        seed=seed.seed,
        nonces=tuple(f"{side}={nonces[side].hex()}" for side in shown),
        withheld=seed.withheld,
        items=sum(len(i) for strata in drawn.values() for i in strata.values()),
        drawn_sha256=sha256_of(blob),
    )
    ports.blobs.put(blob)
    ports.ledger.append([entry], actor=ACTOR, at=ports.clock.now())
    return DrawnAudit(entry=entry, items=drawn)


def drawn_items(
    ports: Ports, book: ClaimBook, plan: str
) -> dict[str, dict[str, tuple[str, ...]]]:
    """The items of a draw by type and stratum; none where nothing was drawn."""
    if plan not in book.draws:
        return {}
    table = json.loads(ports.blobs.get(Sha256(book.draws[plan]["drawn_sha256"])))
    return {
        name: {stratum: tuple(items) for stratum, items in strata.items()}
        for name, strata in table.items()
    }


def claims_by_type(
    book: ClaimBook, plan: str, *, by: date | None = None
) -> dict[str, TypeClaims]:
    """A partner's claims of the plan's period by type: what is owed, late, and too late.

    by  only what was due before this day is owed; None: all of the period

    A claim that does not count (another unit, a second one) is none, unless it came after our
    measurement was revealed: then it is told as that.
    """
    body = planned(book, plan)
    partner, period = str(body["partner"]), str(body["period"])
    due: dict[str, dict[str, date]] = {}
    for owed in book.expected:
        if owed.partner == partner and owed.period.startswith(period):
            due.setdefault(owed.type, {}).setdefault(owed.item, owed.due)
    claims: dict[str, dict[str, Claim]] = {name: {} for name in due}
    late: dict[str, set[str]] = {}
    revealed: dict[str, set[str]] = {}
    for one in book.of_partner(partner):
        kind, item = one.claim.type, one.claim.item
        when = book.revealed.get((partner, *one.claim.about))
        after = when is not None and one.at > when
        of_type = claims.setdefault(kind, {})
        counts = (one.counts or after) and one.claim.period.startswith(period)
        if not counts or item in of_type:
            continue
        of_type[item] = one.claim
        if after:
            revealed.setdefault(kind, set()).add(item)
        if item in due.get(kind, {}) and one.at.date() > due[kind][item]:
            late.setdefault(kind, set()).add(item)
    return {
        kind: TypeClaims(
            first=of_type,
            expected=tuple(
                item for item, day in due.get(kind, {}).items() if by is None or day < by
            ),
            late=late.get(kind, set()),
            revealed=revealed.get(kind, set()),
            bad=bad_news(of_type, book.plan.types.get(kind)),
        )
        for kind, of_type in claims.items()
    }


def bad_news(claims: Mapping[str, Claim], kind: ClaimType | None) -> set[str]:
    """Items whose claim is bad for the partner: the worst fifth of numbers, or calls."""
    if kind is None or kind.benefit == "none":
        return set()
    if kind.kind == "presence":
        worse = kind.benefit == "low"
        return {item for item, one in claims.items() if one.value is worse}
    numbers = {item: one.value for item, one in claims.items() if isinstance(one.value, float)}
    if len(numbers) < 10:
        return set()
    sign = 1.0 if kind.benefit == "low" else -1.0
    limit = sorted(sign * x for x in numbers.values())[-max(len(numbers) // 5, 1)]
    return {item for item, x in numbers.items() if sign * x >= limit}
