"""Junctions of the agent with something else: reads grouped by break point and what follows.

A read of one molecule tells nothing, ligation in the tube makes such: two distinct reads of one
junction are needed. What follows the break and is the agent's own is a deletion or another
rearrangement, told apart; sequencing adapters and runs of one letter are dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nanoward.sequencing.agent_segments import SEED
from nanoward.sequencing.kmers.kmer_words import codes_of

LEAST, BEYOND = 30, 25  # letters of the agent, and of what is joined to it
NEEDED = 2  # distinct reads
NEAR = 6  # letters by which break points of one junction may differ: both sides may agree there
COMPARED, FEWEST, UNLIKE = 24, 12, 2  # letters beyond the break; at least; that may differ
SURE = 4.75  # expected reads of which two or more come in 95 of 100
INDEL = 60  # letters within which what follows is sought in the agent itself
ADAPTERS = ("AGATCGGAAGAG", "CTGTCTCTTATA", "TGGAATTCTCGG")  # TruSeq, Nextera, small RNA
_TURN = str.maketrans("ACGTUNacgtun", "TGCAANTGCAAN")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRead:
    """A read of which the left part is the agent's, turned round where need be.

    place    break point in the agent's strands: where the agent's part ends
    beyond   letters behind it
    own      whether a seed behind it is the agent's
    letters  the whole read, by which copies are known
    """

    place: int
    beyond: str
    own: bool
    letters: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """A break point that several reads share.

    kind      chimera; or rearrangement, of the agent with itself
    contig    of the agent, its strand, and how many of its letters stand before the break
    reads     distinct reads
    sequence  what is joined to it, as far as the longest read goes
    share     of the agent's copies, about
    """

    kind: str
    contig: str
    strand: str
    position: int
    reads: int
    sequence: str
    share: float

    @property
    def told(self) -> str:
        what = (
            "something else is joined to"
            if self.kind == "chimera"
            else "a deletion or rearrangement of"
        )
        return (
            f"{what} {self.contig} {self.strand} behind letter {self.position}, in "
            f"{self.reads} distinct reads (about {self.share:.2g} of its copies): "
            f"{self.sequence[:40]}"
        )


def broken_reads(reads: Sequence[str], rows: np.ndarray, total: int) -> list[BrokenRead]:
    """Reads as `agent_segments` found them, each side that is long enough by itself.

    rows   (N, 6) of agent_segments, for these reads
    total  letters of the agent's strands
    """
    found = []
    for letters, (_, left, right, at, far, behind) in zip(reads, rows.tolist(), strict=True):
        size, turned = len(letters), letters[::-1].translate(_TURN)
        if size - right >= BEYOND:
            one = BrokenRead(
                place=at + right - left, beyond=letters[right:], own=far >= 0, letters=letters
            )
            other = BrokenRead(  # the same break as the agent's part behind it sees it
                place=total - (behind - far + right), beyond=turned[size - right :],
                own=True, letters=turned,
            )  # fmt: skip
            found.append(min((one, other), key=_by_place) if far >= right - SEED else one)
        if left >= BEYOND:
            one = BrokenRead(
                place=total - at, beyond=turned[size - left :], own=far >= 0, letters=turned
            )
            other = BrokenRead(
                place=behind - far + left, beyond=letters[left:], own=True, letters=letters
            )
            found.append(min((one, other), key=_by_place) if 0 <= far < left else one)
    return [one for one in found if not _is_artefact(one)]


def _by_place(read: BrokenRead) -> int:
    return read.place


def _is_artefact(read: BrokenRead) -> bool:
    """An adapter that begins near the break, or hardly more than one or two letters beyond."""
    end = len(read.letters) - len(read.beyond)
    for shift in range(-NEAR, NEAR + 1):
        part = read.letters[max(end + shift, 0) :][: len(ADAPTERS[0])]
        if any(
            len(part) == len(one)
            and sum(a != b for a, b in zip(part, one, strict=True)) <= UNLIKE
            for one in ADAPTERS
        ):
            return True
    first = read.beyond[:BEYOND]
    pairs = {first[at : at + 2] for at in range(len(first) - 1)}
    return len(pairs) <= 5


def junctions(
    reads: Sequence[BrokenRead],
    strands: np.ndarray,
    contigs: Sequence[tuple[str, int]],
    depth: float,
) -> tuple[Junction, ...]:
    """Break points that two distinct reads or more share.

    strands  (T,) codes of the agent's strands
    contigs  (name, letters) in their order
    depth    reads that span a place of the agent, on average
    """
    groups: list[list[BrokenRead]] = []
    open_from = 0
    for read in sorted(reads, key=lambda one: (one.place, one.letters)):
        while open_from < len(groups) and groups[open_from][-1].place < read.place - NEAR:
            open_from += 1
        home = next((one for one in groups[open_from:] if _is_same(one, read)), None)
        if home is None:
            groups.append([read])
        else:
            home.append(read)
        groups[open_from:] = sorted(groups[open_from:], key=lambda one: one[-1].place)
    told = []
    for group in groups:
        distinct = len({one.letters for one in group})
        if distinct >= NEEDED:
            told.append(_junction(group, distinct, strands, contigs, depth))
    return tuple(told)


def _is_same(group: Sequence[BrokenRead], read: BrokenRead) -> bool:
    return any(abs(one.place - read.place) <= NEAR and _agree(one, read) for one in group)


def _agree(one: BrokenRead, other: BrokenRead) -> bool:
    """Whether both have the same letters beyond the later break."""
    last = max(one.place, other.place)
    a = one.beyond[last - one.place :][:COMPARED]
    b = other.beyond[last - other.place :][:COMPARED]
    size = min(len(a), len(b))
    return size >= FEWEST and sum(x != y for x, y in zip(a, b, strict=False)) <= UNLIKE


def _junction(
    group: Sequence[BrokenRead],
    distinct: int,
    strands: np.ndarray,
    contigs: Sequence[tuple[str, int]],
    depth: float,
) -> Junction:
    longest = max(group, key=lambda one: (len(one.beyond), one.letters))
    own = any(one.own for one in group) or _is_shifted(longest, strands)
    contig, strand, position = agent_place(longest.place, contigs, len(strands))
    return Junction(
        kind="rearrangement" if own else "chimera",
        contig=contig,
        strand=strand,
        position=position,
        reads=distinct,
        sequence=_consensus(longest, group),
        share=min(1.0, distinct / depth) if depth > 0 else float("nan"),
    )


def _consensus(longest: BrokenRead, group: Sequence[BrokenRead]) -> str:
    """The letters beyond the break on which most reads agree."""
    told = []
    for at, letter in enumerate(longest.beyond):
        place = longest.place + at
        column = [letter] + [
            one.beyond[place - one.place]
            for one in group
            if one is not longest and 0 <= place - one.place < len(one.beyond)
        ]
        told.append(max(column, key=column.count))
    return "".join(told)


def _is_shifted(read: BrokenRead, strands: np.ndarray) -> bool:
    """Whether what follows is the agent's, a few letters further on or back."""
    beyond = codes_of(read.beyond[:COMPARED])
    for shift in range(-INDEL, INDEL + 1):
        at = read.place + shift
        part = strands[max(at, 0) : at + len(beyond)]
        if len(part) == len(beyond) and int((part != beyond).sum()) <= UNLIKE + 1:
            return True
    return False


def agent_place(
    place: int, contigs: Sequence[tuple[str, int]], total: int
) -> tuple[str, str, int]:
    """Contig, strand and letters before a place of the agent's strands."""
    strand, at = ("+", place) if place <= total // 2 else ("-", total - place)
    begin = SEED  # letters before, between and behind contigs
    for name, length in contigs:
        if at <= begin + length:
            within = at - begin
            return name, strand, within if strand == "+" else length - within
        begin += length + SEED
    return contigs[-1][0], strand, contigs[-1][1]


def seen_share(depth: float) -> float:
    """Share of the agent's copies whose junction would be seen at 95 %."""
    return min(1.0, SURE / depth) if depth > 0 else float("nan")
