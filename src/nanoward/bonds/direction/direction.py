"""Which way the agent passed between two linked people, or that it cannot be told.

Whoever gave it has had it longer: the giver's genomes are more diverse, the other's lie within
that diversity, and they lie at unequal distances from the other's (Romero-Severson et al. 2016
PNAS 113:2690; Villabona-Arenas et al. 2020 Science 369:103). Three log ratios say how much.
A direction between two does not say that no third stood between them: see `transmissions`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8

from nanoward.maths.genetics.allele_frequencies import (
    AlleleTable,
    Carriers,
    cells_of,
    many_carriers,
    shared_counts,
    usual_carriers,
)
from nanoward.maths.genetics.sequences import is_plain

Verdict = Literal["a to b", "b to a", "undecided"]
# Fitted to couples of simulation/couples.py by benchmarks/bench_direction.py
SLOPE = 1.4
CALLED = (
    0.75  # probability from which a direction is called: then 9 of 10 simulated calls are right
)
FLOOR = 1e-3  # differences per site below which diversities are alike: sequencing errors
ONLY_ONE_DOSED = 3.0  # log odds, our assumption: 20 to 1, as dosing records may be wrong
PASSINGS = np.arange(1, 40)
ONE_SOURCE = 1 / 6  # of a pair's chance, either way: 7 to 1 at the most
PER_WEEK, MOST_BY_DATE = 0.25, 1.5  # log odds for being found positive earlier; our assumption


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """An answer with its evidence.

    probability  that a gave it to b, directly or through others, if one gave it to the other
    diversity    log ratio, a over b, of mean differences within each
    nested       of sites mixed in the one at which the other has one of the bases only
    spread       of how unequally far the genomes of each lie from the other's
    """

    verdict: Verdict
    probability: float
    diversity: float
    nested: float
    spread: float


class LogRatios(NamedTuple):
    """The three log ratios, a over b, as `Direction` describes them."""

    diversity: float
    nested: float
    spread: float


def direction_of(
    a: UInt8[np.ndarray, "A L"], b: UInt8[np.ndarray, "B L"], log_odds: float = 0.0
) -> Direction:
    """Direction from several genomes of each person, aligned with each other.

    a, b      bit masks of alleles (maths.sequences); one genome alone tells nothing
    log_odds  of a to b before any genome was seen: see `odds_from_dates`
    """
    if len(a) < 2 or len(b) < 2:
        return _answer(log_odds, LogRatios(0.0, 0.0, 0.0))
    across = differences(a, b)
    parts = LogRatios(
        _log_ratio(_within(a), _within(b), FLOOR),
        _log_ratio(float(_nested(a, b)), float(_nested(b, a)), 1.0),
        _log_ratio(
            float(np.ptp(across.mean(axis=1))), float(np.ptp(across.mean(axis=0))), FLOOR
        ),
    )
    return _answer(log_odds + SLOPE * sum(parts) / 3, parts)


def chances_from_shares(
    table: AlleleTable,
    carried: Bool[np.ndarray, " N"],
    of_lot: Bool[np.ndarray, "T F 5"],
    lots: Int[np.ndarray, " S"],
) -> Float[np.ndarray, "S S"]:
    """(S, S) probability that row gave it to column, from one sample of each.

    carried  entries of the table that count; the usual allele alone always does
    of_lot   alleles that were seen in each of T lots itself: no evidence between those who
             received it (lots: the number of each one's)
    Counts sites at which the one is mixed and the other has just one of those alleles, and it
    is not the root's: a population that still varies where another has settled came before.
    The odds are (1 + n) / (1 + m), n such sites one way and m the other: Laplace's rule, so
    that one site gives 2 to 1.
    """
    cells = cells_of(table)
    own = carried & ~of_lot[lots[table.sample], table.site, table.allele]
    count = np.bincount(cells.of[own], minlength=len(cells.sample))[cells.of]
    new = own & (table.allele != table.origin[table.site])
    fixed = np.flatnonzero(table.usual != table.origin)
    usual = usual_carriers(table, table.plain, fixed)
    kept = ~of_lot.reshape(len(of_lot), -1)[lots[usual.sample], usual.feature]
    mixed, alone = new & (count > 1), new & (count == 1)
    settled = Carriers(
        np.concatenate([table.sample[alone], usual.sample[kept]]),
        np.concatenate([table.feature[alone], usual.feature[kept]]),
    )
    ways = 1.0 + shared_counts(
        Carriers(table.sample[mixed], table.feature[mixed]),
        settled,
        len(table.samples),
        many_carriers(settled, table),
    )
    chance: Float[np.ndarray, "S S"] = ways / (ways + ways.T)
    return chance


def verdict_of(chance: float) -> Verdict:
    """The direction that a probability of a to b allows to be called."""
    if chance >= CALLED:
        return "a to b"
    return "b to a" if chance <= 1 - CALLED else "undecided"


def odds_from_dates(
    *,
    dosed_a: bool | None,
    dosed_b: bool | None,
    first_a: date | None,
    first_b: date | None,
    serial: tuple[float, float] | None = None,
) -> float:
    """Log odds that a gave it to b, from who was dosed and who was first found to carry it.

    None where it is not known. Somebody never dosed cannot have had it first.
    serial  mean and standard deviation of the agent's serial interval, days; without one a
            week counts 0.25, at most 1.5
    """
    odds = 0.0
    if dosed_a is not None and dosed_b is not None and dosed_a != dosed_b:
        odds += ONLY_ONE_DOSED if dosed_a else -ONLY_ONE_DOSED
    if first_a is not None and first_b is not None:
        days = (first_b - first_a).days
        if serial is not None:
            return odds + odds_from_interval(days, *serial)
        odds += float(np.clip(PER_WEEK * days / 7, -MOST_BY_DATE, MOST_BY_DATE))
    return odds


def odds_from_interval(days: float, interval: float, spread: float) -> float:
    """Log odds that it passed from a to b rather than back, b's day being `days` after a's.

    One, two ... passings take so many intervals, each further one half as likely; either's day
    is as uncertain as one interval. A third of the pairs had it from one source, whatever the
    days, so that no gap is certain, and none within the spread says much.
    """

    def one_way(gap: float) -> float:
        wide = spread * np.sqrt(PASSINGS + 2)
        near = np.exp(-0.5 * ((gap - PASSINGS * interval) / wide) ** 2) / wide
        return float((0.5**PASSINGS * near).sum())

    there, back = one_way(days), one_way(-days)
    both = (there + back + 1e-12) * ONE_SOURCE
    return float(np.log((there + both) / (back + both)))


def differences(
    a: UInt8[np.ndarray, "A L"], b: UInt8[np.ndarray, "B L"]
) -> Float[np.ndarray, "A B"]:
    """(A, B) differences per site at which both name one allele that is no gap."""
    answer = np.zeros((len(a), len(b)))
    plain_a, plain_b = is_plain(a) & (a < 16), is_plain(b) & (b < 16)
    for row in range(len(a)):
        told = plain_a[row] & plain_b
        answer[row] = ((a[row] != b) & told).sum(axis=1) / np.maximum(told.sum(axis=1), 1)
    return answer


def _within(genomes: UInt8[np.ndarray, "N L"]) -> float:
    apart = differences(genomes, genomes)
    return float(apart.sum() / (len(genomes) * (len(genomes) - 1)))


def _nested(outer: UInt8[np.ndarray, "A L"], inner: UInt8[np.ndarray, "B L"]) -> int:
    """Sites where `outer` is mixed and `inner` has just one of its bases."""
    held = [
        np.bitwise_or.reduce(np.where(is_plain(one) & (one < 16), one, 0), axis=0)
        for one in (outer, inner)
    ]
    single = is_plain(held[1])
    return int((single & (held[0] != held[1]) & ((held[0] & held[1]) > 0)).sum())


def _log_ratio(a: float, b: float, floor: float) -> float:
    return float(np.log((a + floor) / (b + floor)))


def _answer(odds: float, parts: LogRatios) -> Direction:
    chance = float(1 / (1 + np.exp(-np.clip(odds, -50, 50))))
    return Direction(
        verdict=verdict_of(chance),
        probability=chance,
        diversity=parts.diversity,
        nested=parts.nested,
        spread=parts.spread,
    )
