"""Unknown agents in a sample: k-mers that nobody showed before, grouped, followed, spelt out.

That new k-mers come is no news: rare members of a community come and go. What counts are many
of them above a floor of abundance which no control reaches, linked by reads that share them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Int64, UInt64

from nanoward.base.canonical import sha256_of
from nanoward.sequencing.kmers.kmer_words import K
from nanoward.sequencing.kmers.sketches import KmerSketch

LINKED = 5  # novel k-mers above the floor that make a group
LOWEST, USUAL = 3, 8  # floors: the lowest, and that without controls
MARGIN = 1.25  # of the floor over what controls show
ALIKE = 1.6  # ratio of depths up to which groups may be of one agent
LONGEST = 2000  # letters of a stretch that is spelt out


@dataclass(frozen=True, slots=True, kw_only=True)
class AbundanceFloor:
    """How abundant a novel k-mer must be to count.

    floor     times that it occurs
    controls  samples that it was learnt from; 0: it was not
    reads     of a control, on average
    """

    floor: int
    controls: int
    reads: float

    def of(self, reads: int) -> int:
        """The floor in a sample of so many reads."""
        if not self.controls or self.reads <= 0:
            return self.floor
        return max(LOWEST, math.ceil(self.floor * max(reads / self.reads, 1.0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownAgent:
    """One agent that nobody knows, in one sample.

    hashes    (N,) of its k-mers
    reads     that hold one of them
    depth     median abundance of its k-mers
    length    letters of it that were seen, about
    stretch   the longest part that could be spelt out
    """

    name: str
    hashes: UInt64[np.ndarray, " N"]
    reads: int
    depth: float
    length: int
    stretch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentGrowth:
    """How an agent's share of the reads changes from week to week.

    rate  of its logarithm a week, with 95 % limits; not a number with fewer than two samples
    """

    rate: float
    low: float
    high: float

    @property
    def told(self) -> str:
        if not math.isfinite(self.rate):
            return "one sample: its growth is not known yet"
        words = f"times {math.exp(self.rate):.2g} a week (95 % {math.exp(self.low):.2g} to "
        words += f"{math.exp(self.high):.2g})"
        return f"it grows, {words}" if self.low > 0 else f"not shown to grow: {words}"


def novel_counts(sample: KmerSketch, shown: KmerSketch) -> KmerSketch:
    """What a sample has that was never shown."""
    new = ~shown.holds(sample.hashes)
    return KmerSketch(
        hashes=sample.hashes[new], counts=sample.counts[new], scaled=sample.scaled
    )


def learnt_floor(controls: Sequence[tuple[KmerSketch, int]]) -> AbundanceFloor:
    """The floor from novel k-mers of controls, each with its number of reads.

    In no control do as many novel k-mers as make a group reach the floor, by a margin.
    """
    tops = [
        int(np.sort(one.counts)[-LINKED]) if len(one.counts) >= LINKED else 0
        for one, _ in controls
    ]
    if not tops:
        return AbundanceFloor(floor=USUAL, controls=0, reads=0.0)
    floor = max(LOWEST, math.ceil(MARGIN * (max(tops) + 1)))
    reads = float(np.mean([reads for _, reads in controls]))
    return AbundanceFloor(floor=floor, controls=len(tops), reads=reads)


def read_groups(
    pairs: Int64[np.ndarray, "P 2"], things: int, reads: int
) -> Int64[np.ndarray, " R"]:
    """Group of each read: reads that share things, directly or through others.

    pairs  (P, 2) thing, read
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    size = things + reads
    links = coo_matrix(
        (np.ones(len(pairs), np.int8), (pairs[:, 0], things + pairs[:, 1])), (size, size)
    )
    _, labels = connected_components(links, directed=False)
    told: Int64[np.ndarray, " R"] = labels[things:].astype(np.int64)
    return told


def joined_by_depth(depths: Sequence[float]) -> list[int]:
    """Agent of each group: groups whose depths differ little are of one, the deepest first."""
    order = np.argsort(-np.asarray(depths), kind="stable")
    told, agent = [0] * len(depths), 0
    for before, now in pairwise(order):
        agent += int(depths[before] > ALIKE * depths[now])
        told[now] = agent
    return told


def agent_name(hashes: UInt64[np.ndarray, " N"]) -> str:
    """A name by the lowest of its k-mers."""
    return f"U-{sha256_of(str(int(hashes.min())).encode())[:8]}"


def assembled(reads: Iterable[str], least: int = 2) -> str:
    """The longest stretch that reads agree on: k-mers seen twice, followed while one follows.

    A branch ends it; what follows a branch is for a person to look into.
    """
    counts: dict[str, int] = {}
    for letters in reads:
        for at in range(len(letters) - K + 1):
            word = letters[at : at + K]
            counts[word] = counts.get(word, 0) + 1
            turned = _turned(word)
            counts[turned] = counts.get(turned, 0) + 1
    solid = {word for word, count in counts.items() if count >= least and "N" not in word}
    longest, used = "", set[str]()
    for seed in sorted(solid, key=lambda one: (-counts[one], one)):
        if seed in used:
            continue
        right = _followed(seed, solid, used)
        left = _turned(_followed(_turned(seed), solid, used))
        whole = left + right[K:]
        used |= {seed, _turned(seed)}
        longest = max(longest, whole, key=len)
        if len(longest) >= LONGEST:
            break
    return min(longest, _turned(longest))[:LONGEST]


def _followed(seed: str, solid: set[str], used: set[str]) -> str:
    """A k-mer with what follows it, as long as exactly one does."""
    told, word = [seed], seed
    while len(told) < LONGEST:
        ahead = [word[1:] + one for one in "ACGT" if word[1:] + one in solid]
        if len(ahead) != 1 or ahead[0] in used:
            break
        word = ahead[0]
        used |= {word, _turned(word)}
        told.append(word[-1])
    return "".join(told)


_TURN = str.maketrans("ACGTN", "TGCAN")


def _turned(letters: str) -> str:
    return letters[::-1].translate(_TURN)


def growth(days: Sequence[int], counts: Sequence[int], reads: Sequence[int]) -> AgentGrowth:
    """Log-linear growth of counts among reads (Poisson regression, widened by its dispersion).

    days  of each sample, from any day
    """
    x = np.asarray(days, float) / 7
    y, e = np.asarray(counts, float), np.asarray(reads, float)
    if len(x) < 2 or np.ptp(x) == 0 or y.sum() <= 0:
        return AgentGrowth(rate=math.nan, low=math.nan, high=math.nan)
    X = np.stack([np.ones_like(x), x - x.mean()], 1)
    beta = np.array([math.log((y.sum() + 0.5) / e.sum()), 0.0])
    mu, info = e, np.eye(2)
    for _ in range(50):
        mu = e * np.exp(np.clip(X @ beta, -60, 60))
        info = (X.T * mu) @ X + np.diag([0.0, 1e-6])
        move = np.linalg.solve(info, X.T @ (y - mu))
        beta = beta + np.clip(move, -2, 2)
        if np.abs(move).max() < 1e-9:
            break
    spread = max(1.0, float(((y - mu) ** 2 / np.maximum(mu, 1e-9)).sum()) / max(len(x) - 2, 1))
    error = 1.96 * math.sqrt(spread * float(np.linalg.inv(info)[1, 1]))
    rate = float(beta[1])
    return AgentGrowth(rate=rate, low=rate - error, high=rate + error)
