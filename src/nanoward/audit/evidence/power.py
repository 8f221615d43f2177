"""What an audit would find: which lie of which size, with which probability, at which cost.

By simulation of the planned tests themselves, from the numbers in the plan alone: how many
items there are, how they are drawn, how wide both sides' errors are. Chance comes in as a seed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from nanoward.audit.claims.claim_types import ClaimType
from nanoward.audit.claims.sampling import allocation
from nanoward.audit.evidence.comparison import RARE, Comparison
from nanoward.audit.evidence.partner_audit import LARGEST, SHARES
from nanoward.audit.evidence.type_evidence import (
    TAIL,
    TypeRecord,
    honest_share,
    type_evidence,
)
from nanoward.audit.pointers.rows import inliers
from nanoward.maths.statistics.chi_square import chi_square_tail

FALSE_SHARES, SHIFTS = (0.05, 0.10, 0.25), (0.5, 1.0, 2.0)
FORGOTTEN = 1.0 / 60.0  # share of claims that an honest partner with one lazy site forgets


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditDesign:
    """What is planned for one claim type.

    items    drawn of each type in a year, of `total` that are claimed
    types    judged together at `alpha`
    values   numbers in a panel; `between`: SD between people, in assay SDs
    drift, batch  honest bias of a laboratory over the year (uniform up to), and between
             batches (SD), in assay SDs
    """

    kind: ClaimType
    items: int = 60
    total: int = 300
    types: int = 9
    alpha: float = 0.01
    values: int = 4
    between: float = 4.0
    drift: float = 0.2
    batch: float = 0.15

    @property
    def cost(self) -> float:
        """Of all our measurements of this type."""
        return self.items * self.kind.replicates * self.kind.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerRow:
    """The power against one lie at one size; standard error 0.5 of a point or less at 95 %."""

    type: str
    lie: str
    size: float
    items: int
    power: float
    cost: float


@dataclass(slots=True, kw_only=True)
class _Year:
    """One simulated year at the level of what an audit sees."""

    differs: NDArray[np.bool_]
    favours: NDArray[np.int_]
    scores: NDArray[np.float64]
    places: list[str]
    missing: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    absent_worse: list[bool] = field(default_factory=list)
    late_bad: list[bool] = field(default_factory=list)
    worse_share: float = 0.5
    bad_share: float = 0.2


Lie = Callable[[AuditDesign, float, np.random.Generator], _Year]


def power_of(
    design: AuditDesign, lie: str, size: float, *, seed: int, runs: int = 2000
) -> float:
    """Chance that a year with this lie is accused."""
    chance = np.random.default_rng(seed)
    limit = design.types / design.alpha
    found = 0
    for _ in range(runs):
        record = _record(LIES[lie][1](design, size, chance), design)
        evidence = type_evidence(
            record, design.kind, planned=design.items, types=design.types, alpha=design.alpha
        )
        found += evidence.e_value >= limit
    return found / runs


def power_table(design: AuditDesign, *, seed: int, runs: int = 2000) -> tuple[PowerRow, ...]:
    """The power against every lie that this type can hold, at its three sizes."""
    return tuple(
        PowerRow(
            type=design.kind.name,
            lie=lie,
            size=size,
            items=design.items,
            power=power_of(design, lie, size, seed=seed, runs=runs),
            cost=design.cost,
        )
        for lie in lies_of(design.kind)
        for size in LIES[lie][0]
    )


def lies_of(kind: ClaimType) -> tuple[str, ...]:
    """The lies that a kind of claim can hold."""
    if kind.kind == "continuous":
        return "shifted", "clipped", "made up", "copied", "deleted"
    if kind.kind == "presence":
        return ("limit too low",) if kind.benefit == "none" else ("false items", "deleted")
    others = ("late bad news",) if kind.kind == "count" else ()
    return ("false items", "deleted", *others)


def _record(year: _Year, design: AuditDesign) -> TypeRecord:
    name = design.kind.name
    compared = [
        Comparison(type=name, item=str(at), differs=bool(d), favours=int(f), score=float(s),
                   told="")
        for at, (d, f, s) in enumerate(
            zip(year.differs, year.favours, year.scores, strict=True)
        )
    ]  # fmt: skip
    return TypeRecord(
        compared=compared,
        strata=year.places,
        values=design.values,
        expected=year.missing.tolist(),
        absent_worse=year.absent_worse,
        worse_share=year.worse_share,
        late_bad=year.late_bad,
        bad_share=year.bad_share,
    )


def _plain_year(design: AuditDesign, lied: int, chance: np.random.Generator) -> _Year:
    """Items without numbers: so many of all are false, and honest mistakes beside."""
    drawn = chance.permutation(design.total)[: design.items] < lied
    mistaken = chance.random(len(drawn)) < honest_share(design.kind, "any")
    sign = chance.choice([-1, 1], len(drawn))
    return _Year(
        differs=drawn | mistaken,
        favours=np.where(drawn, 1, np.where(mistaken, sign, 0)),
        scores=np.full(len(drawn), np.nan),
        places=["rest"] * len(drawn),
        missing=chance.random(design.total) < FORGOTTEN,
    )


def _false_items(design: AuditDesign, size: float, chance: np.random.Generator) -> _Year:
    return _plain_year(design, round(size * design.total), chance)


def _limit_too_low(design: AuditDesign, size: float, chance: np.random.Generator) -> _Year:
    normal = NormalDist()
    missed = 1 - normal.cdf(normal.inv_cdf(1 - design.kind.mistakes) - size)
    year = _plain_year(design, 0, chance)
    year.differs = chance.random(design.items) < missed
    return year


def _deleted(design: AuditDesign, size: float, chance: np.random.Generator) -> _Year:
    """Claims that are bad news are not made; all that are missing are measured."""
    year = _plain_year(design, 0, chance)
    gone = round(size * design.total)
    forgotten = year.missing[: design.total - gone]
    every = np.concatenate([forgotten, np.ones(gone, dtype=bool)])
    year.missing = np.asarray(chance.permutation(every), dtype=bool)
    if design.kind.kind == "presence":
        others = chance.random(int(forgotten.sum())) < 0.6
        year.absent_worse = [True] * gone + others.tolist()
        bad = (0.6 * design.total - gone) / (design.total - gone)
        year.worse_share = float((chance.random(design.items) < bad).mean())
    return year


def _late(design: AuditDesign, size: float, chance: np.random.Generator) -> _Year:
    year = _plain_year(design, 0, chance)
    late = int(chance.binomial(design.total, FORGOTTEN * 2))
    honest = (chance.random(late) < year.bad_share).tolist()
    gone = min(round(size * design.total), round(year.bad_share * design.total))
    gone = int(chance.binomial(gone, 1 - 3 * FORGOTTEN))  # some were late or missing anyway
    year.late_bad = chance.permutation([*honest, *([True] * gone)]).tolist()
    return year


def _panel_year(
    design: AuditDesign, size: float, chance: np.random.Generator, lie: str
) -> _Year:
    """Panels of values: claimed, measured, and drawn by stratum as the audit draws them."""
    n, k, kind = design.total, design.values, design.kind
    wide = design.between * np.sqrt(0.5)
    truth = chance.normal(0, wide, (n, 1)) + chance.normal(0, wide, (n, k))
    drift = np.linspace(0, 1, n)[:, None] * chance.uniform(-design.drift, design.drift, k)
    batch = chance.normal(0, design.batch, (10, k))[np.arange(n) * 10 // n]
    claimed = truth + drift + batch + chance.normal(0, 1, (n, k))
    ours = truth + chance.normal(0, 1 / np.sqrt(kind.replicates), (n, k))
    pointed = np.zeros(n, dtype=bool)
    chosen = chance.permutation(n)[: round(size * n)]
    sign = -1.0 if kind.benefit == "low" else 1.0
    if lie == "shifted":
        claimed = claimed + sign * size
    elif lie == "clipped":
        ends = np.quantile(-sign * claimed, 1 - size, axis=0)
        claimed = -sign * np.minimum(-sign * claimed, ends)
    elif lie == "made up":
        claimed[chosen] = claimed.mean(0) + 0.3 * claimed.std(0) * chance.normal(
            size=(len(chosen), k)
        )
    elif lie == "copied":
        left = np.setdiff1d(np.arange(n), chosen)
        sources = chance.choice(left, len(chosen))
        claimed[chosen] = claimed[sources]
        pointed[chosen] = pointed[sources] = True
    mistaken = np.flatnonzero(chance.random(n) < kind.mistakes)
    claimed[mistaken, 0] += chance.choice([-9.0, 9.0], len(mistaken))
    if k >= 3:
        pointed |= inliers(claimed)
    return _drawn_panels(design, claimed, ours, pointed, chance)


def _drawn_panels(
    design: AuditDesign,
    claimed: NDArray[np.float64],
    ours: NDArray[np.float64],
    pointed: NDArray[np.bool_],
    chance: np.random.Generator,
) -> _Year:
    n, k = claimed.shape
    centred = claimed - np.median(claimed, axis=0)
    height = (centred / np.median(np.abs(centred), axis=0)).mean(1)
    high = np.zeros(n, dtype=bool)
    high[np.argsort(-height)[: round(LARGEST * n)]] = True
    names = np.where(pointed, "pointed", np.where(high, TAIL, "rest"))
    sizes = {one: int((names == one).sum()) for one in ("pointed", TAIL, "rest")}
    counts = allocation(sizes, SHARES, design.items)
    picked = [
        (at, rank / max(counts[one], 1), one)
        for one in sizes
        for rank, at in enumerate(
            chance.permutation(np.flatnonzero(names == one))[: counts[one]]
        )
    ]
    picked.sort(key=lambda one: one[1])
    rows = np.array([at for at, _, _ in picked], dtype=int)
    error = np.sqrt(1 + 1 / design.kind.replicates)
    z = (claimed[rows] - ours[rows]) / error
    score = z.sum(1) / np.sqrt(k)
    toward = -score if design.kind.benefit == "low" else score
    return _Year(
        differs=(z**2).sum(1) > _critical(k),
        favours=np.sign(toward).astype(int),
        scores=toward,
        places=[one for _, _, one in picked],
        missing=np.asarray(chance.random(n) < FORGOTTEN, dtype=bool),
    )


@lru_cache(maxsize=32)
def _critical(freedom: int) -> float:
    """The value that a chi-squared variable passes with a chance of RARE."""
    low, high = 0.0, 200.0
    for _ in range(60):
        middle = (low + high) / 2
        above = chi_square_tail(middle, freedom) > RARE
        low, high = (middle, high) if above else (low, middle)
    return high


def _panel(lie: str) -> Lie:
    return lambda design, size, chance: _panel_year(design, size, chance, lie)


LIES: Mapping[str, tuple[tuple[float, float, float], Lie]] = {
    "false items": (FALSE_SHARES, _false_items),
    "shifted": (SHIFTS, _panel("shifted")),
    "clipped": (FALSE_SHARES, _panel("clipped")),
    "made up": (FALSE_SHARES, _panel("made up")),
    "copied": (FALSE_SHARES, _panel("copied")),
    "deleted": (FALSE_SHARES, _deleted),
    "late bad news": (FALSE_SHARES, _late),
    "limit too low": (SHIFTS, _limit_too_low),
}
