"""Oversights: what specs, plans and agreements promise and nobody has shown."""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

from nanoward.audit.claims.claim import Claim
from nanoward.audit.claims.claim_types import AuditPlan
from nanoward.base.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """What is promised, and what was shown of it.

    kills       mechanisms that the spec states, by whether an escape that its assay cannot see
                is among what it claims: (claimed escape, cells that the assay sees at least)
    drilled     mechanisms that were drilled
    lots        lots that people were given
    sequenced   lots that were sequenced and judged
    arms        people in each arm; `assessed`: of them with any safety assessment
    claims      what partners claim
    judged      (partner, type) that were audited and judged
    watched     the plan has a [watch]; `watch_drilled`: a watch drill was held
    witnesses   how many outside witnesses hold the ledger's head
    """

    kills: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    drilled: Set[str] = frozenset()
    lots: Set[str] = frozenset()
    sequenced: Set[str] = frozenset()
    arms: Mapping[str, int] = field(default_factory=dict)
    assessed: Mapping[str, int] = field(default_factory=dict)
    claims: Sequence[Claim] = ()
    judged: Set[tuple[str, str]] = frozenset()
    watched: bool = False
    watch_drilled: bool = False
    witnesses: int = 0


def gap_findings(told: Promises, plan: AuditPlan) -> tuple[Finding, ...]:
    """Every gap as a finding with what would close it; none: all that is asked is shown."""
    return (
        *_undrilled(told),
        *_unsequenced(told),
        *_unassessed(told),
        *_blind(told, plan),
        *_unaudited(told, plan),
        *_unwatched(told),
    )


def _gap(code: str, message: str, close: str, subject: str) -> Finding:
    return Finding(
        code=code, severity="warning", message=message, next_step=close, subject=subject
    )


def _undrilled(told: Promises) -> list[Finding]:
    return [
        _gap(
            "AUD-050",
            f"the kill mechanism {name} is promised and was never drilled",
            "Hold a drill: `nanoward control drill`",
            name,
        )
        for name in sorted(set(told.kills) - set(told.drilled))
    ]


def _unsequenced(told: Promises) -> list[Finding]:
    return [
        _gap(
            "AUD-051",
            f"lot {lot} was given to people and was never sequenced and judged",
            "Sequence it: docs/howto/release-a-lot.md; until then nobody knows what it is",
            lot,
        )
        for lot in sorted(set(told.lots) - set(told.sequenced))
    ]


def _unassessed(told: Promises) -> list[Finding]:
    return [
        _gap(
            "AUD-052",
            f"none of {count} people of arm {arm} has a safety assessment (LB, VS, QS)",
            "Ask why; book the visits, or say in the plan that the arm needs none",
            arm,
        )
        for arm, count in sorted(told.arms.items())
        if count and not told.assessed.get(arm, 0)
    ]


def _blind(told: Promises, plan: AuditPlan) -> list[Finding]:
    """Absent by an assay that states no limit, or one worse than was agreed."""
    found: dict[tuple[str, str], list[Claim]] = {}
    for one in told.claims:
        kind = plan.types.get(one.type)
        if kind is None or kind.kind != "presence" or one.value is not False:
            continue
        if math.isnan(one.limit) or (kind.sd > 0 and one.limit > kind.sd):
            found.setdefault((one.partner, one.type), []).append(one)
    return [
        _gap(
            "AUD-053",
            f"{partner} claims {len(some)} times that {kind} is absent, by assays that state "
            "no limit of detection, or one above what was agreed",
            "Ask for the limit, or for a better assay: such an absence says nothing",
            partner,
        )
        for (partner, kind), some in sorted(found.items())
    ]


def _unaudited(told: Promises, plan: AuditPlan) -> list[Finding]:
    made = {(one.partner, one.type) for one in told.claims}
    return [
        _gap(
            "AUD-054",
            f"{partner} claims {kind}, and none of it was ever measured again",
            f"Plan an audit: `nanoward audit plan PROGRAMME {partner}`",
            partner,
        )
        for partner, kind in sorted(made - set(told.judged))
        if kind in plan.types
    ]


def _unwatched(told: Promises) -> list[Finding]:
    found = []
    if told.watched and not told.watch_drilled:
        found.append(
            _gap(
                "AUD-055",
                "the plan has a [watch] and nobody has drilled it",
                "Hold one: `nanoward watch drill`",
                "watch",
            )
        )
    if not told.witnesses:
        found.append(
            _gap(
                "AUD-056",
                "nobody outside holds the head of the ledger: a rewritten one would pass",
                "Add the partner or the council as a witness: docs/howto/prove-the-ledger.md",
                "ledger",
            )
        )
    return found
