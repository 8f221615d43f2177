"""The best alignment of two short sequences from end to end, with affine gaps (Gotoh 1982).

Of alignments that are equally good the one is taken whose gaps lie furthest to the left, and a
pair of letters before a gap: the answer depends on the two sequences alone.
"""

import numpy as np
from jaxtyping import Int32, UInt8

from nanoward.maths.genetics.sequences import masks_of
from nanoward.maths.jit.object_cache import kept, lean

MATCH, MISMATCH, OPEN, EXTEND = 2, -3, 6, 1  # as in sequencing.consensus_alignment
MOST_CELLS = 1_000_000  # of one alignment; 12 MB
_LOW = -(10**9)
_PAIR, _GONE, _MORE = 0, 1, 2
_OPERATIONS = np.frombuffer(b"MDI", np.uint8)
Scores = Int32[np.ndarray, "3 N M"]


def alignment_steps(ref: str, alt: str, margin: int = 0) -> str:
    """Operations M (pair), D (deleted), I (inserted) of the best alignment of ref with alt.

    margin  score by which gaps must be better than letter beside letter, where both sequences
            are of one length: strains far apart have gaps that fit by chance
    """
    n, m = len(ref), len(alt)
    if not n or not m:
        return "D" * n + "I" * m
    scores = np.full((3, n + 1, m + 1), _LOW, np.int32)
    steps = np.zeros(n + m, np.uint8)
    letters = masks_of(ref), masks_of(alt)
    count = _aligned(letters, scores, steps)
    if n == m and int(scores[:, n, m].max()) - _beside(*letters) < margin:
        return "M" * n
    told: bytes = _OPERATIONS[steps[:count][::-1]].tobytes()
    return told.decode("ascii")


def _beside(rows: UInt8[np.ndarray, " n"], columns: UInt8[np.ndarray, " n"]) -> int:
    """The score without any gap."""
    score = np.where((rows & columns) > 0, MATCH, np.where(columns > 0, MISMATCH, 0))
    return int(score.sum())


@kept(returned=1)
def _aligned(
    letters: tuple[UInt8[np.ndarray, " n"], UInt8[np.ndarray, " m"]],
    scores: Scores,
    steps: UInt8[np.ndarray, " K"],
) -> int:
    """Fill the scores, and write the best alignment's steps, the last first; how many."""
    rows, columns = letters
    _fill(rows, columns, scores)
    return _walk_back(scores, steps)


@lean
def _fill(
    rows: UInt8[np.ndarray, " n"], columns: UInt8[np.ndarray, " m"], scores: Scores
) -> None:
    """Best scores of ends in a pair, a deletion, an insertion; unread letters cost nothing."""
    scores[_PAIR, 0, 0] = 0
    for i in range(len(rows) + 1):
        for j in range(len(columns) + 1):
            if i and j:
                own = columns[j - 1]
                score = MATCH if rows[i - 1] & own else (MISMATCH if own else 0)
                best = scores[_PAIR, i - 1, j - 1]
                best = max(best, scores[_GONE, i - 1, j - 1])
                best = max(best, scores[_MORE, i - 1, j - 1])
                scores[_PAIR, i, j] = best + score
            if i:
                opened = max(scores[_PAIR, i - 1, j], scores[_MORE, i - 1, j]) - OPEN
                scores[_GONE, i, j] = max(opened, scores[_GONE, i - 1, j]) - EXTEND
            if j:
                opened = max(scores[_PAIR, i, j - 1], scores[_GONE, i, j - 1]) - OPEN
                scores[_MORE, i, j] = max(opened, scores[_MORE, i, j - 1]) - EXTEND


@lean
def _walk_back(scores: Scores, steps: UInt8[np.ndarray, " K"]) -> int:
    """From the end; a pair before a gap wherever both are best: gaps move to the left."""
    i, j = scores.shape[1] - 1, scores.shape[2] - 1
    count = 0
    state = _best(scores, i, j)
    while i or j:
        steps[count] = state
        count += 1
        if state == _PAIR:
            i, j = i - 1, j - 1
            state = _best(scores, i, j)
            continue
        other = _MORE if state == _GONE else _GONE
        score = scores[state, i, j]
        if state == _GONE:
            i -= 1
        else:
            j -= 1
        if score == scores[_PAIR, i, j] - OPEN - EXTEND:
            state = _PAIR
        elif score != scores[state, i, j] - EXTEND:
            state = other
    return count


@lean
def _best(scores: Scores, i: int, j: int) -> int:
    pair, gone, more = scores[_PAIR, i, j], scores[_GONE, i, j], scores[_MORE, i, j]
    if pair >= gone and pair >= more:
        return _PAIR
    return _GONE if gone >= more else _MORE
