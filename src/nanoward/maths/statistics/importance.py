"""Weighted points of a density that can only be evaluated, by an adaptive mixture.

Adaptive multiple importance sampling (Cornuet, Marin, Mira & Robert 2012, Scand J Stat 39:798):
proposals come from a mixture of t densities that is fitted to the weighted points so far
(Cappé et al. 2008, Stat Comput 18:447), each turn with components where a few points carry
much (Raftery & Bao 2010, Biometrics 66:1162); all points of all turns count, each weighted
with the mixture of everything proposed. A part is always drawn from one wide density, which
bounds the weights (Hesterberg 1995, Technometrics 37:185). The largest weights are smoothed
and their tail tells whether they may be trusted (Vehtari et al. 2024, J Mach Learn Res 25:72).
While few points count, weights are tempered before a fit (Koblents & Míguez 2015, Stat
Comput 25:407). Nothing is adapted where the first proposals are good.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.statistics.mixtures import Mixture, fitted, log_sum, moments
from nanoward.maths.statistics.pareto import TRUSTED, smoothed

Array = NDArray[np.float64]
WIDE = 0.1  # share of the proposals that come from the wide density
GOOD, GOOD_TAIL = 0.5, 0.5  # share that counts and tail from which nothing is adapted
FEWEST = 400  # proposals of the first turn
LEAST = 2400  # proposals where they must be adapted
PARTS = 5  # turns in which they are made
FURTHER = 5  # further turns where the points do not count enough
NEW = 2  # components tried per turn
MOST = 10  # components
FITTED = 1500  # points that a mixture is fitted to


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightedSample:
    """points (N, P), weights (N,) that add to 1 (all 0 where no point is possible), tail: the
    shape of the Pareto law of the largest weights."""

    points: Array
    weights: Array
    tail: float

    @property
    def counted(self) -> float:
        """Kish's effective number of points."""
        return float(1.0 / np.sum(self.weights**2)) if self.weights.any() else 0.0

    def resampled(self, count: int, chance: np.random.Generator) -> Array:
        """(count, P), systematically (Kitagawa 1996, J Comput Graph Stat 5:1)."""
        return self.points[_systematic(self.weights, count, chance)]


def _systematic(weights: Array, count: int, chance: np.random.Generator) -> NDArray[np.intp]:
    places = (np.arange(count) + chance.random()) / count
    found = np.searchsorted(np.cumsum(weights), places)
    return np.minimum(found, len(weights) - 1)


@dataclass(slots=True)
class _Turns:
    """Everything proposed so far; densities (N, turns) of each point in each mixture."""

    proposals: list[Mixture] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    points: Array = field(default_factory=lambda: np.empty((0, 0)))
    logs: Array = field(default_factory=lambda: np.empty(0))
    densities: Array = field(default_factory=lambda: np.empty((0, 0)))

    def propose(
        self, density: Callable[[Array], Array], mixture: Mixture, count: int,
        chance: np.random.Generator,
    ) -> None:  # fmt: skip
        """One more turn; with the mixture of the turn before, more points of that turn."""
        new = mixture.drawn(count, chance)
        if not self.proposals:
            self.points, self.densities = new[:0], np.empty((0, 0))
        if not self.proposals or self.proposals[-1] is not mixture:
            self.densities = np.column_stack([self.densities, mixture.logs(self.points)])
            self.proposals.append(mixture)
            self.counts.append(0)
        self.counts[-1] += count
        told = np.column_stack([one.logs(new) for one in self.proposals])
        self.densities = np.vstack([self.densities, told])
        self.points = np.vstack([self.points, new])
        self.logs = np.append(self.logs, density(new))

    def ratios(self) -> Array:
        """(N,) logarithms of the raw weights."""
        shares = np.log(np.array(self.counts) / sum(self.counts))
        found = self.logs - log_sum(self.densities + shares)
        return np.where(np.isfinite(found), found, -np.inf)


def weighted_points(
    density: Callable[[Array], Array],
    wide: tuple[Array, Array],
    start: Mixture,
    wanted: int,
    chance: np.random.Generator,
    *,
    enough: float = 0.0,
    better: Callable[[], Mixture] | None = None,
) -> WeightedSample:
    """Points that stand for a density known up to a constant.

    density  (N, P) -> (N,) logarithms, -inf where impossible
    wide     centre (P,) and factor (P, P) of a normal density that covers it all
    start    where mass is expected
    wanted   points; more are made where fewer than half of them count
    enough   effective number from which no further turns are made
    better   asked once, where the start was not good: where mass is expected instead
    """
    turns, mixture = _Turns(), _guarded(start, wide)
    first = max(wanted // 4, min(FEWEST, wanted))
    step = max((max(wanted, LEAST) - first) // (PARTS - 1), 1)
    turns.propose(density, mixture, first, chance)
    made, part = _weighed(turns), 1
    while True:
        if made.counted >= GOOD * len(made.points) and made.tail <= GOOD_TAIL:
            if len(made.points) >= wanted:
                return made
            turns.propose(density, mixture, wanted - len(made.points), chance)
        elif part >= (PARTS if _is_enough(made, enough) else PARTS + FURTHER):
            return made
        else:
            part += 1
            if better is not None:
                mixture, better = _guarded(better(), wide), None
            elif made.weights.any():
                mixture = _guarded(_adapted(mixture, turns.ratios(), made, chance), wide)
            turns.propose(density, mixture, step, chance)
        made = _weighed(turns)


def _is_enough(made: WeightedSample, enough: float) -> bool:
    return made.counted >= enough and made.tail <= TRUSTED


def _weighed(turns: _Turns) -> WeightedSample:
    weights, tail = smoothed(turns.ratios())
    return WeightedSample(points=turns.points, weights=weights, tail=tail)


def _guarded(mixture: Mixture, wide: tuple[Array, Array]) -> Mixture:
    return mixture.with_one(wide[0], wide[1], WIDE, np.inf)


def _adapted(
    mixture: Mixture, ratios: Array, made: WeightedSample, chance: np.random.Generator
) -> Mixture:
    """The mixture without its wide part, grown and fitted to the points so far."""
    size = mixture.centres.shape[1]
    freedom = float(mixture.freedom[0])
    weights, counted = _tempered(ratios, 3.0 * size + 5.0)
    chosen = made.points[_systematic(weights, min(FITTED, len(weights)), chance)]
    spread = moments(chosen)[1] / 3.0
    first = mixture.factors[0] @ mixture.factors[0].T
    factor = np.linalg.cholesky(spread + 1e-3 * first)
    shares = mixture.shares[:-1] / mixture.shares[:-1].sum()
    grown = Mixture(
        shares=shares,
        centres=mixture.centres[:-1],
        factors=mixture.factors[:-1],
        freedom=mixture.freedom[:-1],
    )
    centres = [made.points[int(np.argmax(made.weights))]]
    centres += [chosen[int(chance.integers(len(chosen)))] for _ in range(NEW - 1)]
    for centre in centres[: MOST - len(shares)]:
        grown = grown.with_one(centre, factor, 0.2, freedom)
    return fitted(grown, chosen, counted)


def _tempered(ratios: Array, least: float) -> tuple[Array, float]:
    """Weights raised to the power at most 1 at which `least` points count, and their number."""
    away, power = ratios - ratios.max(), 1.0
    while True:
        weights = np.exp(power * away)
        weights /= weights.sum()
        counted = float(1.0 / np.sum(weights**2))
        if counted >= least or power < 0.01:
            return weights, counted
        power *= 0.7
