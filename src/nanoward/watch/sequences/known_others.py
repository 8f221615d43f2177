"""Known others in a sample: seen, not seen with the limit, or not told from a relative."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from nanoward.sequencing.kmers.kmer_words import K
from nanoward.sequencing.kmers.private_kmers import SHORT, PrivateIndex

NEEDED = 3  # distinct reads: two errors in each of three reads do not happen by chance
SURE = 0.95
FALSE = 1e-4  # chance of "seen" by k-mers of a relative that no earlier sample showed
STRAY = 0.01  # private k-mers that errors of a relative meet in a sample, more or less
MOST_NEEDED = 40  # k-mers beyond which nothing is called seen: another earlier sample is due
READ_ERROR = 0.003  # substitutions a letter, for the limit of detection
_MANY = 20  # hits from which k-mers that are never met tell of a relative
_UNMET, _UNMET_SHORT = 0.05, 0.3  # share of them; ends of short genomes are read less


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTally:
    """What one pass over reads counted.

    reads, letters  of the sample
    distinct        (E,) different reads that have a private k-mer of each entry
    seen            (H,) how often each slot of the index was hit
    """

    reads: int
    letters: int
    distinct: Int64[np.ndarray, " E"]
    seen: Int64[np.ndarray, " H"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOther:
    """One entry of the catalogue in one sample.

    state     seen, not seen, cannot tell
    reads     distinct reads with a private k-mer
    kmers     private k-mers that were looked for, and how many of them were met
    coverage  estimated, where it was seen
    limit     coverage that would have been seen at 95 %, infinite: none
    """

    name: str
    state: str
    reads: int
    kmers: int
    met: int
    coverage: float
    limit: float
    told: str


def known_others(
    index: PrivateIndex,
    tally: ReadTally,
    lengths: Sequence[int],
    told_from: int,
    unseen: Sequence[float] = (),
) -> tuple[KnownOther, ...]:
    """Judge every entry.

    lengths    letters of each entry's sequences
    told_from  earlier samples of the person, and relatives, whose k-mers were struck
    unseen     (E,) k-mers of each entry that a relative may have which earlier samples did not
               show; none where relatives are known by their sequences
    A long genome that is told from nobody is never "seen": bacteria have relatives.
    """
    kmers = index.counts()
    met = np.bincount(index.owner[tally.seen > 0], minlength=len(index.names) + 1)[1:]
    mean = tally.letters / max(tally.reads, 1)
    found = []
    for at, name in enumerate(index.names):
        per_coverage = reads_per_coverage(int(kmers[at]), lengths[at], mean)
        needed = needed_kmers(unseen[at] if unseen and lengths[at] >= SHORT else 0.0)
        limit = math.inf
        if per_coverage > 0 and tally.reads and needed <= MOST_NEEDED:
            limit = sure_mean(needed) / per_coverage
        reads = int(tally.distinct[at])
        lone = not told_from and lengths[at] >= SHORT
        # k-mers that earlier samples hid are few, and each is hit at the relative's depth
        own = np.sort(tally.seen[index.owner == at + 1])
        own = own[:-needed] if unseen else own
        state = _state(reads, own, int(kmers[at]), limit, lengths[at])
        if lone and state == "seen":
            state = "cannot tell"
        # a k-mer that they hid is hit again and again, also where they tell of none hidden
        hidden = bool(unseen) and lengths[at] >= SHORT
        if state == "seen" and hidden and met[at] < needed:
            state = "cannot tell"
        coverage = reads / per_coverage if per_coverage > 0 else math.nan
        found.append(
            KnownOther(
                name=name,
                state=state,
                reads=reads,
                kmers=int(kmers[at]),
                met=int(met[at]),
                coverage=coverage,
                limit=limit,
                told=_told(state, reads, coverage, limit, needed, int(kmers[at])),
            )
        )
    return tuple(found)


def needed_kmers(unseen: float) -> int:
    """Distinct private k-mers that are seldom met by chance, 3 or more.

    unseen  k-mers of a relative that earlier samples may not have shown
    """
    mean, count = unseen + STRAY, NEEDED
    while poisson_tail(mean, count) > FALSE and count <= MOST_NEEDED:
        count += 1
    return count


def sure_mean(count: int) -> float:
    """The mean of a Poisson count that reaches `count` in 95 of 100."""
    low, high = 0.0, 4.0 * count + 10
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if poisson_tail(middle, count) < SURE else (low, middle)
    return high


def poisson_tail(mean: float, count: int) -> float:
    """Chance that a Poisson count is `count` or more."""
    term, below = math.exp(-mean), 0.0
    for at in range(count):
        below += term
        term *= mean / (at + 1)
    return max(1.0 - below, 0.0)


def unseen_kmers(same: Int64[np.ndarray, " N"], near: Int64[np.ndarray, " N"]) -> float:
    """How many k-mers that earlier samples share with an entry they did not show.

    same, near  (N,) how often they showed each k-mer, and with at most one letter changed
    Chao 1984, from those that were shown once and twice. What was shown with one letter
    changed more often than as it is was made by errors.
    """
    once = int(((same == 1) & (near == 1)).sum())
    twice = int(((same == 2) & (near == 2)).sum())
    return once * (once + 1) / (2.0 * (twice + 1))


def reads_per_coverage(kmers: int, length: int, mean_read: float) -> float:
    """Reads with a private k-mer that coverage 1 gives, by the mean length of a read.

    Of long genomes k-mers lie so far apart that each has its reads; of short ones every read
    has some, as far as their k-mers are private.
    """
    whole = max(mean_read - K + 1, 0.0) / max(mean_read, 1.0) * (1 - READ_ERROR) ** K
    if length >= SHORT:
        return kmers * whole
    share = min(1.0, kmers / max(length - K + 1, 1))
    return length / max(mean_read, 1.0) * share if mean_read >= K else 0.0


def _state(
    reads: int, seen: Int64[np.ndarray, " N"], kmers: int, limit: float, length: int
) -> str:
    if not kmers or not math.isfinite(limit):
        return "cannot tell"
    if reads < NEEDED:
        return "not seen"
    hits, met = float(seen.sum()), int((seen > 0).sum())
    spread = kmers * -math.expm1(-hits / kmers)  # k-mers met if hits fell anywhere
    lost, deep = math.exp(-hits / kmers), hits / kmers
    noise = 6 * math.sqrt(max(kmers * (lost - (1 + deep) * lost**2), 1.0))
    unmet = _UNMET if length >= SHORT else _UNMET_SHORT
    if hits >= _MANY and spread - met > max(unmet * spread, noise):
        return "cannot tell"
    return "seen"


def _told(
    state: str, reads: int, coverage: float, limit: float, needed: int, kmers: int
) -> str:
    if state == "cannot tell":
        if not kmers or not math.isfinite(limit):
            return "nothing is private to it, or no read is long enough: it would not be seen"
        return (
            f"{reads} reads, and a relative that is in no database would look so: give two "
            "earlier samples of the person or more (--baseline), or its relatives"
        )
    would = f"would have been seen at {limit:.2g}x at 95 %"
    if state == "not seen":
        some = f"{reads} distinct reads of the {needed} that tell; " if reads else ""
        return f"not seen; {some}{would}"
    return f"seen in {reads} distinct reads, about {coverage:.2g}x"
