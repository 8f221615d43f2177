"""Laying a consensus on its reference: by position, by one shift, or by a banded alignment.

A consensus of the agent differs from the reference at few positions, so the cheap answers
come first: equal lengths that agree everywhere, then one common shift (ends cut elsewhere),
and only then an affine-gap alignment (Gotoh 1982 J Mol Biol 162:705) with free ends, in the
band of diagonals that shared words of 12 letters name.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int, UInt8

from nanoward.maths.sequences import agree, is_plain

Query = UInt8[np.ndarray, " Q"]
Masks = UInt8[np.ndarray, " L"]
DELETED, OUTSIDE = -1, -2
WORD = 12  # letters; 4**12 = 17 M words, so chance hits are rare up to 100 kb
MARGIN = 16  # diagonals left and right of those that words name
WINDOW, MOST_WRONG = 32, 12  # a window with more contradictions is not on its diagonal
MATCH, MISMATCH, OPEN, EXTEND = 2.0, -3.0, 6.0, 1.0
LARGEST = 100_000_000  # cells of the band
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where each reference position lies on the query.

    where       (L,) 0-based query position, DELETED, or OUTSIDE the query's ends
    insertions  (reference position before, first query position, length), 0-based
    """

    where: Int[np.ndarray, " L"]
    insertions: tuple[tuple[int, int, int], ...] = ()


def placement_of(query: Query, reference: Masks) -> Placement | None:
    """Lay a query on the reference; None where too little is alike to do so."""
    if not len(query) or not len(reference):
        return None
    if len(query) == len(reference) and _fits(query, reference, 0):
        return _shifted(query, reference, 0)
    diagonals = shared_diagonals(query, reference)
    if len(diagonals) < FEWEST_WORDS:
        return None
    values, votes = np.unique(diagonals, return_counts=True)
    best = int(values[votes.argmax()])
    if _fits(query, reference, best):
        return _shifted(query, reference, best)
    trusted = values[votes >= FEWEST_WORDS]
    if not len(trusted):
        return None
    low, high = int(trusted.min()) - MARGIN, int(trusted.max()) + MARGIN
    if (high - low + 1) * len(reference) > LARGEST:
        return None
    return banded_placement(query, reference, low, high)


def shared_diagonals(query: Query, reference: Masks) -> Int[np.ndarray, " hits"]:
    """Query minus reference position of every word that stands once in the reference."""
    words, places = _words(reference)
    unique, first, count = np.unique(words, return_index=True, return_counts=True)
    unique, where = unique[count == 1], places[first[count == 1]]
    asked, at = _words(query)
    if not len(unique) or not len(asked):
        return np.zeros(0, np.int64)
    slot = np.minimum(np.searchsorted(unique, asked), len(unique) - 1)
    hit = unique[slot] == asked
    return np.asarray(at[hit] - where[slot[hit]], np.int64)


def _words(masks: Masks) -> tuple[Int[np.ndarray, " W"], Int[np.ndarray, " W"]]:
    if len(masks) < WORD:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    base = is_plain(masks) & (masks < 16)
    digit = np.where(base, np.log2(np.maximum(masks, 1)), 0).astype(np.int64)
    count = len(masks) - WORD + 1
    words = np.zeros(count, np.int64)
    whole = np.ones(count, bool)
    for k in range(WORD):
        words = words * 4 + digit[k : k + count]
        whole &= base[k : k + count]
    return words[whole], np.flatnonzero(whole).astype(np.int64)


def _fits(query: Query, reference: Masks, shift: int) -> bool:
    """Whether no window on this diagonal contradicts more than chance errors would."""
    first, last = max(0, -shift), min(len(reference), len(query) - shift)
    if 2 * (last - first) < len(reference):
        return False
    wrong = ~agree(reference[first:last], query[first + shift : last + shift])
    sums = np.concatenate([[0], np.cumsum(wrong)])
    width = min(WINDOW, len(wrong))
    return int((sums[width:] - sums[:-width]).max()) <= MOST_WRONG


def _shifted(query: Query, reference: Masks, shift: int) -> Placement:
    where = np.arange(len(reference), dtype=np.int64) + shift
    return Placement(where=np.where((where < 0) | (where >= len(query)), OUTSIDE, where))


def banded_placement(query: Query, reference: Masks, low: int, high: int) -> Placement:
    """Best alignment with free ends among the diagonals low to high (query - reference).

    Rows are reference positions, columns are diagonals. A gap along the query needs a running
    maximum, which is exact because a gap never pays for opening a second one beside it.
    """
    width, n, m = high - low + 1, len(reference), len(query)
    step = np.arange(width)
    score = np.where((low + step >= 0) & (low + step <= m), 0.0, -np.inf)
    down = np.full(width, -np.inf)  # ends with a deleted reference position
    trace = np.zeros((n + 1, width), np.uint8)  # 0 start, 1 pair, 2 deletion, 3 insertion
    more = np.zeros((n + 1, width), bool)  # the deletion that ends here was open before
    begun = np.zeros((n + 1, width), np.int32)  # column in which an insertion would begin
    best, at = -np.inf, (0, 0)
    for i in range(1, n + 1):
        j = i + low + step  # query letters used
        inside = (j >= 1) & (j <= m)
        letters = query[np.clip(j - 1, 0, m - 1)]
        pair = np.where(
            inside, score + np.where(agree(letters, reference[i - 1]), MATCH, MISMATCH), -np.inf
        )
        opened = np.append(score[1:] - OPEN - EXTEND, -np.inf)
        longer = np.append(down[1:] - EXTEND, -np.inf)
        more[i], down = longer > opened, np.maximum(opened, longer)
        free = np.where(j == 0, 0.0, -np.inf)
        two = np.maximum(np.maximum(pair, down), free)
        run = np.maximum.accumulate(two + EXTEND * step)
        latest = np.maximum.accumulate(np.where(two + EXTEND * step == run, step, 0))
        begun[i, 1:] = latest[:-1]
        across = np.append(-np.inf, run[:-1] - EXTEND * step[1:] - OPEN)
        score = np.where((j >= 0) & (j <= m), np.maximum(two, across), -np.inf)
        trace[i] = np.select(
            [score == free, score == pair, score == down], [0, 1, 2], default=3
        )
        ends = score if i == n else np.where(j == m, score, -np.inf)
        place = int(ends.argmax())
        if ends[place] > best:
            best, at = float(ends[place]), (i, place)
    return _walked((trace, more, begun), at, low, n)


def _walked(
    trail: tuple[UInt8[np.ndarray, "R W"], Bool[np.ndarray, "R W"], Int[np.ndarray, "R W"]],
    at: tuple[int, int],
    low: int,
    n: int,
) -> Placement:
    trace, more, begun = trail
    where = np.full(n, OUTSIDE, np.int64)
    insertions: list[tuple[int, int, int]] = []
    i, column = at
    while i > 0 and trace[i, column] > 0:
        kind = trace[i, column]
        if kind == 1:
            where[i - 1] = i + low + column - 1
            i -= 1
        elif kind == 2:
            i, column = _deleted(more, where, i, column)
        else:
            start = int(begun[i, column])
            insertions.append((i - 1, i + low + start, column - start))
            column = start
    return Placement(where=where, insertions=tuple(reversed(insertions)))


def _deleted(
    more: Bool[np.ndarray, "R W"], where: Int[np.ndarray, " L"], i: int, column: int
) -> tuple[int, int]:
    """Walk back over one deletion; returns where it began."""
    going = True
    while going:
        where[i - 1] = DELETED
        going = bool(more[i, column])
        i, column = i - 1, column + 1
    return i, column
