"""Known others in a sample: seen, not seen with the limit, or not told from a relative."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from nanoward.sequencing.private_kmers import SHORT, K, PrivateIndex

NEEDED = 3  # distinct reads: two errors in each of three reads do not happen by chance
SURE_READS = 6.3  # expected reads with which three or more come in 95 of 100
# earlier samples strike a relative's own k-mers, not those that its errors make: more is needed
NEEDED_BASELINE, SURE_BASELINE = 12, 18.3
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
    baselines: int = 0,
) -> tuple[KnownOther, ...]:
    """Judge every entry.

    lengths    letters of each entry's sequences
    told_from  earlier samples of the person, and relatives, whose k-mers were struck
    baselines  of these, earlier samples: with them more reads are needed of a long genome
    A long genome that is told from nobody is never "seen": bacteria have relatives.
    """
    kmers = index.counts()
    met = np.bincount(index.owner[tally.seen > 0], minlength=len(index.names) + 1)[1:]
    hits = np.bincount(index.owner, weights=tally.seen, minlength=len(index.names) + 1)[1:]
    mean = tally.letters / max(tally.reads, 1)
    found = []
    for at, name in enumerate(index.names):
        per_coverage = reads_per_coverage(int(kmers[at]), lengths[at], mean)
        struck = baselines > 0 and lengths[at] >= SHORT
        needed, sure = (NEEDED_BASELINE, SURE_BASELINE) if struck else (NEEDED, SURE_READS)
        limit = sure / per_coverage if per_coverage > 0 and tally.reads else math.inf
        reads = int(tally.distinct[at])
        lone = not told_from and lengths[at] >= SHORT
        state = _state(reads, int(met[at]), float(hits[at]), int(kmers[at]), limit, lengths[at])
        if lone and state == "seen":
            state = "cannot tell"
        if state == "seen" and reads < needed:
            state = "not seen"
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


def _state(reads: int, met: int, hits: float, kmers: int, limit: float, length: int) -> str:
    if not kmers or not math.isfinite(limit):
        return "cannot tell"
    if reads < NEEDED:
        return "not seen"
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
