"""Structural changes that letters do not show: where reads break off, and what lies elsewhere.

An insertion, an inversion, a second copy or a cassette leaves three traces in short reads:
ends that do not fit on (clipped) at one place, mates that lie too far apart, the wrong way
round or on another contig, and mates without a place beside mates that have one. DNA that is
no part of the agent leaves reads without a place whose words come again. A plasmid that some
cells have lost leaves its contig less deep than the others.

Fewest fragments that make a change: FEWEST, and SHARE of the local depth where that is more.
In a library of random fragments an end of CLIP believed letters that does not fit on is rare
and lies anywhere; so many at one place are no chance. The limit of detection of a change is the
share of cells at which a place read as deeply would have FEWEST such ends in 95 of 100 lots.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int64

from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.sequencing.kmer_index import codes_of
from nanoward.sequencing.pileup import Block
from nanoward.sequencing.read_placements import (
    BEHIND,
    BREAK,
    COLUMNS,
    FIRST,
    JOIN,
    LEFT,
    LENGTH,
    REVERSE,
    RIGHT,
    SEGMENTS,
    read_placements,
)

CLIP = 20  # believed letters that do not fit on; adapters and bad ends are left out by place
FEWEST, SHARE = 4, 0.04
FEWEST_MATES, SHARE_MATES = 5, 0.06
NEAR = 3  # letters between ends of one break: target-site duplications shift them little
EDGE = 12  # letters from the end of a contig, where a circle goes on at its other end
WORD, AGAIN, FEWEST_WORDS = 31, 3, 300  # words of unplaced reads that come again
MOST_UNPLACED = 50_000  # unplaced reads whose words are counted
FEWEST_PAIRS = 50  # from which the usual length of fragments is told
SHARE_AGAIN = 0.02  # of the median depth, from which such words are no stray reads
LOST = 0.7  # depth of a contig with a guarded locus, of the longest contig's
DEEP = 0.95


class StructuralChange(NamedTuple):
    """A place where fragments leave the reference.

    kind       "break" (clipped ends), "mates" (a pair too far apart, turned, or on another
               contig), "unplaced" (a mate lies nowhere on the agent)
    contig, position  1-based, of the letter beside which they leave
    fragments  how many, copies of one counted once; depth is that of the place
    """

    kind: str
    contig: str
    position: int
    fragments: int
    depth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuralEvidence:
    """What a lot's fragments say of the structure of its agent.

    unknown     letters (words that come again) of DNA that is no part of the agent
    deep        contig to median depth
    depth       (L,) fragments' letters at each position
    read_length mean letters of a read, 0 without reads
    """

    changes: tuple[StructuralChange, ...] = ()
    unknown: int = 0
    deep: Mapping[str, float]
    depth: Int64[np.ndarray, " L"]
    read_length: float


class _Event(NamedTuple):
    """An end beside which a fragment leaves, on one strand, and where its mate's end lies."""

    place: int
    strand: int
    other: int
    fragment: int


class _Fragments(NamedTuple):
    """Placements of first and second reads of fragments that leave the reference somewhere.

    second  None where reads have no mates
    widest  letters from end to end beyond which a pair lies too far apart
    """

    first: Int64[np.ndarray, "N 9"]
    second: Int64[np.ndarray, "N 9"] | None
    widest: float


def structural_evidence(
    blocks: Iterable[tuple[Block, Block | None]],
    agent: AgentIndex,
    offset: Callable[[], int],
) -> StructuralEvidence:
    """Look through the reads of a lot; the blocks are those that were counted, once more.

    offset  what a quality letter stands above its Phred value, once a block was read
    """
    kept: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    words = _Words()
    steps = np.zeros(len(agent.codes) + 1, np.int64)
    widest, reads, letters = np.inf, 0, 0
    for pair in blocks:
        sides = [
            read_placements(one, agent.codes, agent.index, offset())
            for one in pair
            if one is not None
        ]
        for block, side in zip(pair, sides, strict=False):
            assert block is not None
            words.add(block, side)
            _add_depth(steps, side)
            reads, letters = reads + len(side), letters + int(side[:, LENGTH].sum())
        widest = _widest(sides) if widest == np.inf else widest
        odd = _odd(sides, widest)
        for place, side in zip(kept, sides, strict=False):
            place.append(side[odd])
    depth = np.cumsum(steps)[:-1]
    deep = {name: float(np.median(depth[agent.span(name)])) for name in agent.contigs}
    fragments = _distinct(kept, widest)
    least = max(AGAIN, SHARE_AGAIN * max(deep.values(), default=0.0))
    return StructuralEvidence(
        changes=(*_breaks(fragments, agent, depth), *_mates(fragments, agent, depth)),
        unknown=_unknown(words.counts, least, agent),
        deep=deep,
        depth=depth,
        read_length=letters / reads if reads else 0.0,
    )


def structural_limit(evidence: StructuralEvidence, where: slice) -> float | None:
    """Share of cells from which a break within a stretch is found in 95 of 100 lots.

    Of the two sides of a break one is counted; None where no share would do.
    """
    piece = evidence.depth[where]
    reach = 1 - 2 * CLIP / max(evidence.read_length, 1.0)
    if not len(piece) or reach <= 0:
        return None
    deep = float(np.median(piece))
    needed = _poisson_mean(max(FEWEST, int(np.ceil(SHARE * deep))))
    share = needed / (deep * reach) if deep > 0 else np.inf
    return float(share) if share <= 1 else None


def uneven_contigs(
    deep: Mapping[str, float], lengths: Mapping[str, int], guarded: Sequence[str]
) -> tuple[tuple[str, str, float], ...]:
    """(contig, the longest contig, share of its depth) of guarded ones that are less deep."""
    if not deep:
        return ()
    longest = max(sorted(deep), key=lambda one: lengths[one])
    whole = deep[longest]
    return tuple(
        (name, longest, deep[name] / whole)
        for name in sorted(set(guarded) & set(deep))
        if whole > 0 and deep[name] < LOST * whole
    )


def _poisson_mean(least: int) -> float:
    """The mean at which a Poisson count reaches `least` in 95 of 100."""
    low, high = 0.0, 10.0 * least + 20.0
    for _ in range(60):
        middle = (low + high) / 2
        term = total = float(np.exp(-middle))
        for at in range(1, least):
            term *= middle / at
            total += term
        low, high = (middle, high) if 1 - total < DEEP else (low, middle)
    return high


def _widest(sides: Sequence[np.ndarray]) -> float:
    """Letters from end to end beyond which a pair lies too far apart; inf while too few lie."""
    if len(sides) < 2:
        return np.inf
    insert, proper = _inserts(sides[0], sides[1])
    usual = insert[proper]
    if len(usual) < FEWEST_PAIRS:
        return np.inf
    middle = np.median(usual)
    return float(middle + 10 * (np.median(abs(usual - middle)) + 5))


def _odd(sides: Sequence[np.ndarray], widest: float) -> Bool[np.ndarray, " N"]:
    """Fragments that do not lie on the reference as they should."""
    found = np.logical_or.reduce(
        [
            (one[:, SEGMENTS] == 0)
            | (one[:, LEFT] >= CLIP)
            | (one[:, RIGHT] >= CLIP)
            | (one[:, BREAK] >= 0)
            for one in sides
        ]
    )
    if len(sides) > 1:
        insert, proper = _inserts(sides[0], sides[1])
        found |= ~(proper & (insert <= widest))
    return np.asarray(found)


def _distinct(kept: tuple[list[np.ndarray], list[np.ndarray]], widest: float) -> _Fragments:
    """Odd fragments, each once: pairs that lie the same way are copies of one."""
    first = np.concatenate([np.zeros((0, COLUMNS), np.int64), *kept[0]])
    if not kept[1]:
        return _Fragments(first, None, widest)
    second = np.concatenate(kept[1])
    columns = [SEGMENTS, REVERSE, FIRST, BEHIND, LEFT, RIGHT]
    key = np.hstack([one[:, columns] for one in (first, second)])
    _, chosen = np.unique(key, axis=0, return_index=True)
    return _Fragments(first[chosen], second[chosen], widest)


def _add_depth(steps: np.ndarray, side: np.ndarray) -> None:
    placed = side[side[:, SEGMENTS] > 0]
    last = len(steps) - 1
    np.add.at(steps, np.clip(placed[:, FIRST], 0, last), 1)
    np.add.at(steps, np.clip(placed[:, BEHIND], 0, last), -1)


def _inner(agent: AgentIndex, places: np.ndarray, margin: int) -> Bool[np.ndarray, " N"]:
    """Whether places lie farther than a margin from the ends of their contigs."""
    within = np.zeros(len(places), np.bool_)
    for start, length in zip(agent.starts, agent.lengths, strict=True):
        within |= (places > start + margin) & (places < start + length - margin)
    return within


def _breaks(
    fragments: _Fragments, agent: AgentIndex, depth: np.ndarray
) -> list[StructuralChange]:
    """Places at which enough fragments leave the reference, the fullest first taken."""
    places, owners = _ends(fragments)
    within = _inner(agent, places, EDGE)
    places, owners = places[within], owners[within]
    order = np.argsort(places, kind="stable")
    places, owners = places[order], owners[order]
    told = []
    while len(places) >= FEWEST:
        ends = np.searchsorted(places, places + 2 * NEAR, side="right")
        counts = ends - np.arange(len(places))
        best = int(counts.argmax())
        some = slice(best, best + int(counts[best]))
        if counts[best] < FEWEST:
            break
        many, here = len(set(owners[some].tolist())), int(np.median(places[some]))
        deep = float(depth[max(0, here - 1) : here + 1].max(initial=0))
        if many >= max(FEWEST, SHARE * deep):
            told.append(StructuralChange("break", *agent.place(here), many, deep))
        places, owners = np.delete(places, some), np.delete(owners, some)
    return sorted(told, key=lambda one: (one.contig, one.position))


def _ends(fragments: _Fragments) -> tuple[np.ndarray, np.ndarray]:
    """Every place beside which a read leaves or goes on, and the fragment that it is of."""
    places: list[np.ndarray] = []
    owners: list[np.ndarray] = []
    for side in (fragments.first, fragments.second):
        if side is None:
            continue
        placed = side[:, SEGMENTS] > 0
        left, right = (placed & (side[:, one] >= CLIP) for one in (LEFT, RIGHT))
        jump = side[:, BREAK] >= 0
        for chosen, column in ((left, FIRST), (right, BEHIND), (jump, BREAK), (jump, JOIN)):
            places.append(side[chosen, column])
            owners.append(np.flatnonzero(chosen))
    return np.concatenate(places), np.concatenate(owners)


def _mates(
    fragments: _Fragments, agent: AgentIndex, depth: np.ndarray
) -> list[StructuralChange]:
    """Places beside which mates lie nowhere, or lie where no mate should."""
    one, two, widest = fragments
    if two is None or widest == np.inf:
        return []
    insert, proper = _inserts(one, two)
    both = (one[:, SEGMENTS] > 0) & (two[:, SEGMENTS] > 0)
    wrong = both & ~(proper & (insert <= widest))
    window = max(100, int(widest))
    apart: list[_Event] = []
    lone: list[_Event] = []
    for side, other in ((one, two), (two, one)):
        inner, aim = (
            np.where(side_[:, REVERSE] == 1, side_[:, FIRST], side_[:, BEHIND])
            for side_ in (side, other)
        )
        within = _inner(agent, inner, window)
        alone = (side[:, SEGMENTS] > 0) & (other[:, SEGMENTS] == 0)
        for use, events, goal in ((wrong, apart, aim), (alone, lone, 0 * aim)):
            chosen = np.flatnonzero(use & within)
            columns = (inner[chosen], side[chosen, REVERSE], goal[chosen], chosen)
            events.extend(
                _Event(*row) for row in np.stack(columns, axis=1).astype(int).tolist()
            )
    return [
        *_clusters("mates", apart, window, agent, depth),
        *_clusters("unplaced", lone, window, agent, depth),
    ]


def _inserts(one: np.ndarray, two: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Letters from end to end of each pair, and whether its reads face each other.

    A pair over the end of a contig, where a circle goes on at its first letter or another
    contig follows, lies within the margin of the contig's ends, where no pair is told.
    """
    both = (one[:, SEGMENTS] > 0) & (two[:, SEGMENTS] > 0)
    ahead = np.where(one[:, REVERSE] == 0, one[:, FIRST], two[:, FIRST])
    behind = np.where(one[:, REVERSE] == 0, two[:, BEHIND], one[:, BEHIND])
    insert = behind - ahead
    return insert, both & (one[:, REVERSE] != two[:, REVERSE]) & (insert > 0)


def _clusters(
    kind: str, events: list[_Event], window: int, agent: AgentIndex, depth: np.ndarray
) -> list[StructuralChange]:
    """Events of one window at both ends, of enough fragments for a change.

    A pair that lies the same way round leaves at both its ends there, and is one fragment.
    """
    bins: defaultdict[tuple[int, int, int], set[int]] = defaultdict(set)
    for event in events:
        bins[event.place // window, event.strand, event.other // window].add(event.fragment)
    told = []
    for at, strand, other in sorted(bins):
        near = [(at + a, strand, other + b) for a in (0, 1) for b in (-1, 0, 1)]
        many = len(set().union(*(bins[one] for one in near if one in bins)))
        here = min(at * window + window // 2, len(depth) - 1)
        deep = float(np.median(depth[at * window : (at + 1) * window]))
        if many >= FEWEST_MATES and many >= SHARE_MATES * deep:
            told.append(StructuralChange(kind, *agent.place(here), many, deep))
    return told


@dataclass(slots=True)
class _Words:
    """Words of reads that have no place, in whichever reading is the smaller."""

    counts: Counter[bytes] = field(default_factory=Counter)
    reads: int = 0

    def add(self, block: Block, placed: np.ndarray) -> None:
        unplaced = np.flatnonzero(placed[:, SEGMENTS] == 0)[: MOST_UNPLACED - self.reads]
        self.reads += len(unplaced)
        for at in unplaced.tolist():
            start, length, _ = block.where[at].tolist()
            codes = codes_of(block.text[start : start + length].tobytes())
            turned = np.where(codes < 4, 3 - codes, 4)[::-1].astype(np.uint8)
            letters, other = codes.tobytes(), turned.tobytes()
            last = length - WORD
            self.counts.update(
                {
                    min(letters[i : i + WORD], other[last - i : last - i + WORD])
                    for i in range(last + 1)
                }
            )


def _unknown(words: Counter[bytes], least: float, agent: AgentIndex) -> int:
    """Words that come again and stand nowhere in the reference; 0 where they are few."""
    again = {word for word, count in words.items() if count >= least and b"\x04" not in word}
    again = {word for word in again if len(set(word)) > 2}
    if len(again) < FEWEST_WORDS:
        return 0
    for codes in (agent.codes, np.where(agent.codes < 4, 3 - agent.codes, 4)[::-1]):
        letters = codes.astype(np.uint8).tobytes()
        again -= {letters[i : i + WORD] for i in range(len(letters) - WORD + 1)}
    return len(again) if len(again) >= FEWEST_WORDS else 0
