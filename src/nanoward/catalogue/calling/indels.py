"""Insertions and deletions that single reads tell, brought together by position."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.maths.statistics.binomial_tails import poisson_tails
from nanoward.sequencing.pileup_counts import Counts

CONSENSUS = 0.5
LEAST_MINOR = 4
# Per read and position, for one indel. Illumina: 1.5e-5 of all kinds in E. coli, 3e-4 to 4e-4
# in P. falciparum and man (Ross et al. 2013 Genome Biol 14:R51, table 5)
RATE = 1e-4
NEAR = 10  # within these, the best supported indel is meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Indel:
    """One indel of a sample.

    at        0-based position of the first deleted letter, or before which letters stand
    size      letters inserted, or minus those deleted
    inserted  the letters
    """

    at: int
    size: int
    inserted: str
    forward: int
    backward: int
    depth: int
    frequency: float


def called_indels(
    rows: Sequence[Int64[np.ndarray, "I 6"]], counts: Counts, alpha: float, rules: CallingRules
) -> tuple[Indel, ...]:
    """Indels that errors do not explain, by position; of neighbours the best supported."""
    if not rows:
        return ()
    told = np.concatenate(rows)
    keys, which = np.unique(told[:, [0, 1, 3, 4]], axis=0, return_inverse=True)
    which = which.reshape(-1)
    back = np.bincount(which, weights=told[:, 2], minlength=len(keys)).astype(int)
    total = np.bincount(which, minlength=len(keys))
    found = []
    for key, all_, reverse in zip(keys.tolist(), total.tolist(), back.tolist(), strict=True):
        if all_ < rules.fewest:
            continue
        one = _indel(key, all_ - reverse, reverse, counts)
        if one.frequency > CONSENSUS or (rules.minor_indels and _holds(one, all_, alpha)):
            found.append(one)
    return _best(found)


def _indel(key: list[int], forward: int, backward: int, counts: Counts) -> Indel:
    at, size, high, low = key
    support = forward + backward
    if size < 0:  # reads that hold it leave the letters out
        depth = support + _depth(counts, at + (-size) // 2)
    else:  # they cover both sides of it
        depth = max(support, min(_depth(counts, at - 1), _depth(counts, at)))
    return Indel(
        at=at,
        size=size,
        inserted=_letters(size, high, low),
        forward=forward,
        backward=backward,
        depth=depth,
        frequency=support / depth,
    )


def _depth(counts: Counts, at: int) -> int:
    """Letters at a position, or at the end of the row if it lies beyond."""
    here = min(max(at, 0), counts.depth.shape[1] - 1)
    return int(counts.depth[0, here]) + int(counts.depth[1, here])


def _letters(size: int, high: int, low: int) -> str:
    if size <= 0:
        return ""
    first, more = min(size, 25), max(0, size - 25)
    return _digits(high, first) + _digits(low, more)


def _digits(number: int, count: int) -> str:
    return "".join("ACGT"[(number >> 2 * (count - 1 - at)) & 3] for at in range(count))


def _holds(one: Indel, support: int, alpha: float) -> bool:
    if support < LEAST_MINOR or not one.forward or not one.backward:
        return False
    chance = poisson_tails(np.array([support]), np.array([one.depth * RATE]))[0]
    return bool(chance <= alpha)


def _best(found: list[Indel]) -> tuple[Indel, ...]:
    kept: list[Indel] = []
    for one in sorted(
        found, key=lambda one: (-one.forward - one.backward, one.at, one.size, one.inserted)
    ):
        if all(abs(one.at - other.at) > NEAR for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.at))
