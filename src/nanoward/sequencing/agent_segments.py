"""The stretch of each read that is an agent's, where the rest of it is not.

Seeds of 21 letters on either strand vote for a diagonal; along it the segment of highest score
is taken, +1 for a letter that agrees and -4 for one that does not (Gusfield 1997, section
11.7). Of long genomes one seed in eight is kept, and every seed of a read is looked up.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int64, UInt8, UInt64

from nanoward.maths.jit.object_cache import kept
from nanoward.sequencing.kmers.kmer_words import CODES, GOLDEN, codes_of

SEED = 21
STEP = 3  # letters from one seed of a read to the next
LONG, SPARSE = 2_000_000, 8  # letters of both strands from which one seed in so many is kept
WRONG = 4  # what a letter that differs costs
_TWO, _FOUR = np.uint64(2), np.uint64(4)
_MASK = np.uint64((1 << 2 * SEED) - 1)


class AgentStrands(NamedTuple):
    """Both strands of an agent in one line, and where each seed lies in it.

    letters  (T,) codes: contigs, a hole behind each; then the same turned round
    keys     (S,) seed of each slot, and one; 0 where it is empty
    at       (S,) where it begins
    step     letters from one seed of a read that is looked up to the next
    """

    letters: UInt8[np.ndarray, " T"]
    keys: UInt64[np.ndarray, " S"]
    at: Int64[np.ndarray, " S"]
    codes: UInt8[np.ndarray, " 256"]
    shift: np.uint64
    step: int


def agent_strands(sequences: Sequence[str]) -> AgentStrands:
    """The strands of an agent's contigs; a seed that lies at several places is at the first."""
    hole = np.full(SEED, 4, np.uint8)
    forward = np.concatenate(
        [hole, *(part for one in sequences for part in (codes_of(one), hole))]
    )
    turned = np.where(forward > 3, 4, 3 - np.minimum(forward, 3))[::-1].astype(np.uint8)
    letters = np.concatenate([forward, turned])
    windows = len(letters) - SEED + 1
    words, holes = np.zeros(windows, np.uint64), np.concatenate([[0], np.cumsum(letters > 3)])
    for step in range(SEED):
        words = (words << _TWO) | (letters[step : step + windows] & 3).astype(np.uint64)
    whole = np.flatnonzero(holes[SEED:] == holes[:-SEED])
    sparse = len(letters) >= LONG
    whole = whole[whole % SPARSE == 0] if sparse else whole
    seeds, first = np.unique(words[whole], return_index=True)
    bits = max(6, int(2 * len(seeds)).bit_length())
    keys, at = np.zeros(1 << bits, np.uint64), np.zeros(1 << bits, np.int64)
    slot, left = _slots(seeds, bits), np.arange(len(seeds))
    while len(left):
        one = np.unique(slot[left], return_index=True)[1]
        free = left[one][keys[slot[left[one]]] == 0]
        keys[slot[free]], at[slot[free]] = seeds[free] + np.uint64(1), whole[first[free]]
        left = np.setdiff1d(left, free, assume_unique=True)
        slot[left] = (slot[left] + (keys[slot[left]] != 0)) & ((1 << bits) - 1)
    step = 1 if sparse else STEP
    return AgentStrands(letters, keys, at, CODES, np.uint64(64 - bits), step)


def _slots(seeds: np.ndarray, bits: int) -> np.ndarray:
    with np.errstate(over="ignore"):
        told: Int64[np.ndarray, " N"] = ((seeds * GOLDEN) >> np.uint64(64 - bits)).astype(
            np.int64
        )
    return told


@kept(returned=2)
def agent_segments(  # noqa: C901, PLR0912, PLR0915 - one loop over reads
    text: UInt8[np.ndarray, " B"],
    where: Int64[np.ndarray, "R 3"],
    agent: AgentStrands,
    least: int,
    beyond: int,
    rows: Int64[np.ndarray, "M 6"],
) -> tuple[int, int]:
    """Reads of which a part is the agent's: rows that were written, and the agent's letters.

    where   start and length of each read
    least   letters that the agent's part has at least
    beyond  letters that one side of it has at least
    rows    (M, 6) read, begin and end of the part, where it begins in the strands, and of a
            seed outside of it the place in the read, -1 where there is none, and in them;
            rows beyond M are not written
    """
    written, own, last = 0, 0, len(agent.keys) - 1
    total = len(agent.letters)
    for read in range(len(where)):
        start, length = where[read, 0], where[read, 1]
        word, run, seeds = np.uint64(0), 0, 0
        best, votes, far, behind = 0, 0, -1, 0
        # the diagonal of most seeds (majority vote of Boyer & Moore 1991)
        for place in range(length):
            code = np.uint64(agent.codes[text[start + place]])
            if code == _FOUR:
                run = 0
                continue
            word = ((word << _TWO) | code) & _MASK
            run += 1
            if run < SEED or place % agent.step != 0:
                continue
            slot = np.int64((word * GOLDEN) >> agent.shift)
            while agent.keys[slot] != 0 and agent.keys[slot] != word + np.uint64(1):
                slot = (slot + 1) & last
            if agent.keys[slot] == 0:
                continue
            seeds += 1
            diagonal = agent.at[slot] - (place - SEED + 1)
            if votes == 0:
                best, votes = diagonal, 1
            elif diagonal == best:
                votes += 1
            else:
                votes -= 1
        if seeds == 0:
            continue
        score, begin, top, left, right = 0, 0, 0, 0, 0
        for place in range(length):
            at = best + place
            same = False
            if 0 <= at < total:
                letter = agent.letters[at]
                same = letter < 4 and letter == agent.codes[text[start + place]]
            score = score + 1 if same else score - WRONG
            if score <= 0:
                score, begin = 0, place + 1
            elif score > top:
                top, left, right = score, begin, place + 1
        if top < least:
            continue
        own += right - left
        if left < beyond and length - right < beyond:
            continue
        # a seed of the agent that lies outside of the part
        word, run = np.uint64(0), 0
        for place in range(length):
            code = np.uint64(agent.codes[text[start + place]])
            if code == _FOUR:
                run = 0
                continue
            word = ((word << _TWO) | code) & _MASK
            run += 1
            first = place - SEED + 1
            if run < SEED or (first < right - 3 and place >= left + 3):
                continue
            slot = np.int64((word * GOLDEN) >> agent.shift)
            while agent.keys[slot] != 0 and agent.keys[slot] != word + np.uint64(1):
                slot = (slot + 1) & last
            if agent.keys[slot] != 0 and agent.at[slot] - first != best:
                far, behind = first, agent.at[slot]
        if written < len(rows):
            rows[written, 0], rows[written, 1], rows[written, 2] = read, left, right
            rows[written, 3], rows[written, 4] = best + left, far
            rows[written, 5] = behind
        written += 1
    return written, own
