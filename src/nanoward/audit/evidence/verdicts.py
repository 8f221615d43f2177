"""Verdicts on a partner-year: agrees, differs, pattern, contradiction, missing, cannot tell."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.evidence.type_evidence import (
    TypeEvidence,
    TypeRecord,
    honest_share,
    planned_levels,
    type_evidence,
)
from nanoward.maths.statistics.e_values import (
    binomial_tail,
    e_benjamini_hochberg,
    least_count,
)

POWER = 0.95  # with which the size that would have been seen is stated
MIDDLE = 0.10  # share of items that an audit should see
VERDICTS = ("contradiction", "pattern", "missing", "differs", "cannot tell", "agrees")
_SILENT = ("missing", "unfavourable", "late")


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeVerdict:
    """The verdict on one claim type of a partner-year.

    e_value    evidence against honesty; `threshold` is what alone accuses
    audited    items compared; `differing` of them differ, `favouring` in the partner's favour
    missing    of `expected` claims, those that were not made, or only after the reveal
    after_reveal  items that were claimed only after our measurement was revealed
    direction  whom a pattern favours: "partner", "nobody", "" where there is none
    seen_from  smallest share of false items that would have been seen with 95 %; NaN: none
    told       in a sentence
    """

    type: str
    verdict: str
    e_value: float
    threshold: float
    audited: int
    differing: int
    favouring: int
    missing: int
    direction: str
    seen_from: float
    told: str
    after_reveal: int = 0
    expected: int = 0


class _Bounds(NamedTuple):
    """What alone accuses, and the share of owed claims that may be missing."""

    threshold: float
    tolerated: float


def judge(
    records: Mapping[str, TypeRecord],
    types: Mapping[str, ClaimType],
    *,
    planned: int,
    alpha: float,
    contradictory: Sequence[str] = (),
    tolerated: float = 0.0,
) -> tuple[TypeVerdict, ...]:
    """The verdict on every type of a partner-year, by one bound over all of them.

    contradictory  types in which two signed statements contradict each other
    tolerated      share of owed claims that may be missing before the verdict is `missing`;
                   the evidence counts every one of them all the same
    """
    count = len(types)
    evidence = {
        name: type_evidence(
            records.get(name, TypeRecord()), kind, planned=planned, types=count, alpha=alpha
        )
        for name, kind in types.items()
    }
    called = e_benjamini_hochberg([one.e_value for one in evidence.values()], alpha)
    return tuple(
        _verdict(
            types[name],
            records.get(name, TypeRecord()),
            evidence[name],
            is_pattern=is_called,
            is_contradiction=name in contradictory,
            seen_from=detectable_share(types[name], _audited(records.get(name)), count, alpha),
            bounds=_Bounds(count / alpha, tolerated),
        )
        for name, is_called in zip(types, called, strict=True)
    )


def _audited(record: TypeRecord | None) -> int:
    return 0 if record is None else sum(one.differs is not None for one in record.compared)


def detectable_share(kind: ClaimType, items: int, types: int, alpha: float) -> float:
    """The smallest share of false items that `items` audited ones show with 95 %; NaN: none.

    By the planned test at that number, for lies that favour whoever tells them.
    """
    test = "any" if kind.benefit == "none" else "favour"
    level = planned_levels(kind, types, alpha)[test]
    least = least_count(items, honest_share(kind, test), level)
    if least > items:
        return float("nan")
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        seen = binomial_tail(least, items, middle) >= POWER
        low, high = (low, middle) if seen else (middle, high)
    return high


def _verdict(
    kind: ClaimType,
    record: TypeRecord,
    evidence: TypeEvidence,
    *,
    is_pattern: bool,
    is_contradiction: bool,
    seen_from: float,
    bounds: _Bounds,
) -> TypeVerdict:
    threshold, tolerated = bounds
    found = [one for one in record.compared if one.differs is not None]
    wrong = [one for one in found if one.differs]
    missing = sum(record.expected)
    verdict = _word(
        is_pattern=is_pattern,
        is_contradiction=is_contradiction,
        differing=len(wrong),
        too_many_missing=missing > tolerated * len(record.expected) + 1e-9,
        enough=seen_from <= MIDDLE + 0.05,
    )
    favouring = sum(one.favours > 0 for one in wrong)
    direction = ""
    if is_pattern:
        neutral = kind.benefit == "none" and evidence.strongest == "any"
        direction = "nobody" if evidence.strongest == "against" or neutral else "partner"
    seen = (
        "no share of false items would have been seen for sure"
        if math.isnan(seen_from)
        else f"{seen_from:.0%} false items or more would have been seen with 95 %"
    )
    told = f"{len(wrong)} of {len(found)} audited items differ, {favouring} in its favour"
    if missing:
        owed = len(record.expected)
        told += f"; {missing} of {owed} expected claims are missing ({missing / owed:.1%}"
        told += f", of which up to {tolerated:.1%} do not decide)"
    if record.after_reveal:
        told += f"; {record.after_reveal} were claimed after our measurement was revealed"
    if is_pattern:
        told += f"; {_WHY[evidence.strongest]}: evidence {evidence.e_value:.3g}"
        told += f" of {threshold:g}"
    return TypeVerdict(
        type=kind.name,
        verdict=verdict,
        e_value=evidence.e_value,
        threshold=threshold,
        audited=len(found),
        differing=len(wrong),
        favouring=favouring,
        missing=missing,
        direction=direction,
        seen_from=seen_from,
        told=f"{told}; {seen}",
        after_reveal=record.after_reveal,
        expected=len(record.expected),
    )


_WHY = {
    "any": "more items differ than honest mistakes explain",
    "favour": "more items differ in its favour than honest mistakes explain",
    "shift": "its values lie on its own side by more than two laboratories differ",
    "tail": "its largest values are smaller than ours",
    "against": "its values lie on the other side by more than two laboratories differ",
    "missing": "more claims are missing than people forget",
    "unfavourable": "what is missing is worse for it than what was claimed",
    "late": "what comes late is bad news",
}


def _word(
    *,
    is_pattern: bool,
    is_contradiction: bool,
    differing: int,
    too_many_missing: bool,
    enough: bool,
) -> str:
    if is_contradiction:
        return "contradiction"
    if is_pattern:
        return "pattern"
    if differing:
        return "differs"
    if too_many_missing:
        return "missing"
    return "agrees" if enough else "cannot tell"
