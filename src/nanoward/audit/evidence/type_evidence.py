"""Evidence of one claim type of one partner: tests with stakes of their own, one e-value.

any           more items differ than honest mistakes and chance explain, whomever it favours
favour        the same, of differences that favour the partner
shift         values lie on the partner's side by more than two honest laboratories differ
tail          the same among the items with the largest claims: clipped tails
against       values lie on the other side: a fault that nobody gains by is a pattern too
missing       more expected claims are not made than people forget
unfavourable  what is missing is worse for the partner than what was claimed
late          what comes late is bad news

Each is an e-process; their weighted mean is one too (weights sum to 1 for each kind of type).
A type is accused when it passes e-BH over all types of the partner-year.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.evidence.comparison import RARE, Comparison
from nanoward.maths.statistics.e_values import (
    GOAL,
    binomial_evidence,
    least_count,
    shift_evidence,
)

_SILENCE = {"missing": 0.1, "unfavourable": 0.03, "late": 0.02}
_VALUES = {"any": 0.2, "favour": 0.3, "shift": 0.2, "tail": 0.1, "against": 0.05, **_SILENCE}
_DIRECTED = {"any": 0.2, "favour": 0.65, **_SILENCE}
_PLAIN = {"any": 0.85, **_SILENCE}
ALLOWANCE = 0.05  # a base share is itself estimated
TAIL = "high"  # the stratum of the largest claims


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeRecord:
    """What is known of one claim type of a partner in a year.

    compared      audited items in the order in which they were audited
    strata        the stratum of each
    values        numbers in a panel
    expected      whether each expected claim is missing, in the order in which they were due
    absent_worse  of the missing that we measured: whether the result is bad for the partner
    worse_share   share of bad results among all that we measured
    late_bad      of the claims that came late: whether they are bad news
    bad_share     share of bad news among all claims
    after_reveal  items that were claimed only after our measurement was revealed
    """

    compared: Sequence[Comparison] = ()
    strata: Sequence[str] = ()
    values: int = 1
    expected: Sequence[bool] = ()
    absent_worse: Sequence[bool] = ()
    worse_share: float = 0.5
    late_bad: Sequence[bool] = ()
    bad_share: float = 0.5
    after_reveal: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeEvidence:
    """The evidence of a type: the largest that its mean of tests reached, and each test's.

    e_value    running maximum of the weighted mean over audited items
    tests      the last value of each test, unweighted
    strongest  the test that carries most of it
    """

    e_value: float
    tests: Mapping[str, float] = field(default_factory=dict)
    strongest: str = ""


def weights_of(kind: ClaimType) -> Mapping[str, float]:
    """The stake of each test of a type."""
    if kind.kind == "continuous":
        return _VALUES if kind.benefit != "none" else {**_PLAIN, "any": 0.85}
    return _DIRECTED if kind.benefit != "none" else _PLAIN


def planned_levels(kind: ClaimType, types: int, alpha: float) -> Mapping[str, float]:
    """The level at which a planned test alone accuses, by test: what stands on the ledger."""
    return {name: weight * GOAL * alpha / types for name, weight in weights_of(kind).items()}


def honest_share(kind: ClaimType, test: str) -> float:
    """Share of items that differ although everybody is honest."""
    chance = RARE if kind.kind in ("continuous", "proportion") or kind.sd > 0 else 0.0
    share = kind.mistakes + chance
    return share / 2 if test == "favour" else share


def type_evidence(
    record: TypeRecord, kind: ClaimType, *, planned: int, types: int, alpha: float
) -> TypeEvidence:
    """The evidence of a type, with `planned` audited items and `types` judged together."""
    levels = planned_levels(kind, types, alpha)
    weights = weights_of(kind)
    paths = {
        name: path
        for name, path in _paths(record, kind, planned, levels).items()
        if name in weights
    }
    most = max([len(path) for path in paths.values()], default=0)
    if not most:
        return TypeEvidence(e_value=1.0)
    total = np.full(most, 1.0 - sum(weights[name] for name in paths))
    for name, path in paths.items():
        longer = np.concatenate([path, np.full(most - len(path), path[-1])])
        total += weights[name] * longer
    last = {name: float(path[-1]) for name, path in paths.items()}
    strongest = max(last, key=lambda name: weights[name] * last[name])
    return TypeEvidence(e_value=float(total.max()), tests=last, strongest=strongest)


def _paths(
    record: TypeRecord, kind: ClaimType, planned: int, levels: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """Paths of the tests that have something to say."""
    both = [
        (one, place)
        for one, place in zip(record.compared, record.strata, strict=True)
        if one.differs is not None
    ]
    found = [one for one, _ in both]
    wrong = np.array([one.differs is True for one in found], dtype=bool)
    favour = np.array([one.differs is True and one.favours > 0 for one in found], dtype=bool)
    paths = {"any": _counted(wrong, planned, honest_share(kind, "any"), levels.get("any", 0.0))}
    if kind.benefit != "none":
        share = honest_share(kind, "favour")
        paths["favour"] = _counted(favour, planned, share, levels.get("favour", 0.0))
    if kind.kind == "continuous" and kind.benefit != "none":
        paths |= _shifts(both, record, kind, planned, levels)
    if record.expected:
        missing = np.array(record.expected, dtype=bool)
        # only their number: people forget in clusters, and an early one proves nothing
        paths["missing"] = _counted(missing, len(missing), kind.absent, levels["missing"])[-1:]
    for name, seen, base in (
        ("unfavourable", record.absent_worse, record.worse_share),
        ("late", record.late_bad, record.bad_share),
    ):
        if seen and base + ALLOWANCE < 1:
            bad = np.array(seen, dtype=bool)
            paths[name] = binomial_evidence(bad, len(bad), base + ALLOWANCE, 1, goal=0.0)
    return {name: path for name, path in paths.items() if len(path)}


def _counted(hits: np.ndarray, planned: int, share: float, level: float) -> np.ndarray:
    return binomial_evidence(hits, planned, share, least_count(planned, share, level))


def _shifts(
    both: Sequence[tuple[Comparison, str]],
    record: TypeRecord,
    kind: ClaimType,
    planned: int,
    levels: Mapping[str, float],
) -> dict[str, np.ndarray]:
    """Shift in both directions beyond what two honest laboratories differ by."""
    allowed = bias_allowance(kind, record.values)
    scored = [(one.score, place) for one, place in both if not math.isnan(one.score)]
    scores = np.array([score for score, _ in scored])
    tail = np.array([score for score, place in scored if place == TAIL])
    high = record.strata.count(TAIL) if isinstance(record.strata, list | tuple) else 0
    paths = {
        "shift": shift_evidence(scores - allowed, planned, levels["shift"]),
        "against": shift_evidence(-scores - allowed, planned, levels["against"]),
    }
    if len(tail):
        paths["tail"] = shift_evidence(tail - allowed, max(high, 1), levels["tail"])
    return paths


def bias_allowance(kind: ClaimType, values: int) -> float:
    """What two honest laboratories may differ by, in the scale of scores."""
    return kind.bias * math.sqrt(values) / math.sqrt(1.0 + 1.0 / kind.replicates)
