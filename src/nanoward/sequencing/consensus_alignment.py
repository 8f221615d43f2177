"""Laying a consensus on its reference: by position, by one shift, or by a banded alignment.

A consensus of the agent differs from the reference at few positions, so the cheap answers
come first: equal lengths that agree everywhere, then one common shift (ends cut elsewhere),
and only then an affine-gap alignment (Gotoh 1982 J Mol Biol 162:705) with free ends, in the
band of diagonals that shared words of 12 letters name.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int, Int32, Int64, UInt8

from nanoward.maths.genetics.sequences import agree, is_plain
from nanoward.maths.jit.object_cache import kept, lean

Query = UInt8[np.ndarray, " Q"]
Masks = UInt8[np.ndarray, " L"]
DELETED, OUTSIDE = -1, -2
GAP = 16  # mask of a dash
WORD = 12  # letters; 4**12 = 17 M words, so chance hits are rare up to 100 kb
MARGIN = 16  # diagonals left and right of those that words name
WINDOW, MOST_WRONG = 32, 12  # a window with more contradictions is not on its diagonal
MATCH, MISMATCH, OPEN, EXTEND = 2.0, -3.0, 6.0, 1.0
LARGEST = 100_000_000  # cells of the band
FEWEST_WORDS = (3, 12, 48)  # on a diagonal; more where chance words make the band too wide


class Traceback(NamedTuple):
    """How the best alignment reached each cell of the band (R rows, W diagonals).

    operation  0 start, 1 pair, 2 deletion, 3 insertion
    extended   the deletion that ends here was open before
    opened     column in which an insertion would begin
    """

    operation: UInt8[np.ndarray, "R W"]
    extended: Bool[np.ndarray, "R W"]
    opened: Int32[np.ndarray, "R W"]


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
    if len(diagonals) < FEWEST_WORDS[0]:
        return None
    values, votes = np.unique(diagonals, return_counts=True)
    best = int(values[votes.argmax()])
    if _fits(query, reference, best):
        return _shifted(query, reference, best)
    for fewest in FEWEST_WORDS:
        trusted = values[votes >= fewest]
        if not len(trusted):
            return None
        low, high = int(trusted.min()) - MARGIN, int(trusted.max()) + MARGIN
        if (high - low + 1) * len(reference) <= LARGEST:
            return banded_placement(query, reference, low, high)
    return None


def fits_as_it_stands(query: Query, reference: Masks) -> bool:
    """Whether a sequence with dashes has one letter or dash for each reference position."""
    if len(query) != len(reference) or not len(query):
        return False
    return _fits(np.where(query == GAP, np.uint8(0), query), reference, 0)


def shared_diagonals(query: Query, reference: Masks) -> Int[np.ndarray, " hits"]:
    """Query minus reference position of every word that stands once in the reference."""
    unique, where = _single_words(reference.tobytes())
    asked, at = _words(query)
    if not len(unique) or not len(asked):
        return np.zeros(0, np.int64)
    slot = np.minimum(np.searchsorted(unique, asked), len(unique) - 1)
    hit = unique[slot] == asked
    return np.asarray(at[hit] - where[slot[hit]], np.int64)


@lru_cache(maxsize=16)  # a reference is asked about again for each sample
def _single_words(masks: bytes) -> tuple[Int[np.ndarray, " W"], Int[np.ndarray, " W"]]:
    """Words that stand once in a reference, rising, and where."""
    words, places = _words(np.frombuffer(masks, np.uint8))
    unique, first, count = np.unique(words, return_index=True, return_counts=True)
    return unique[count == 1], places[first[count == 1]]


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
    width, n = high - low + 1, len(reference)
    trail = Traceback(
        operation=np.zeros((n + 1, width), np.uint8),
        extended=np.zeros((n + 1, width), np.bool_),
        opened=np.zeros((n + 1, width), np.int32),
    )
    rows = np.full((2, width + 1), -np.inf)
    at = _fill(query, reference, low, rows, trail)
    return _walked(trail, at, low, n)


@kept(returned=2)
def _fill(
    query: Query,
    reference: Masks,
    low: int,
    rows: Float64[np.ndarray, "2 W1"],
    trail: Traceback,
) -> tuple[int, int]:
    """The cells of the band, row by row; where the best alignment ends.

    rows  scores, and scores of what ends with a deleted reference position, of the row above;
          one column more than the band, out of reach
    """
    n, m, width = len(reference), len(query), rows.shape[1] - 1
    score, down = rows[0], rows[1]
    for column in range(max(0, -low), min(width, m - low + 1)):
        score[column] = 0.0
    best, row, place = -np.inf, 0, 0
    for i in range(1, n + 1):
        top, at = _fill_row(i, low, query, reference[i - 1], n, (score, down), trail)
        if top > best:
            best, row, place = top, i, at
    return row, place


@lean
def _fill_row(
    i: int,
    low: int,
    query: Query,
    own: np.uint8,
    n: int,
    above: tuple[Float64[np.ndarray, " W1"], Float64[np.ndarray, " W1"]],
    trail: Traceback,
) -> tuple[float, int]:
    """One row of the band, written over the one above; best score that may end here, where."""
    score, down = above
    trace, more, begun = trail
    m, width = len(query), len(score) - 1
    run, latest, top, place = -np.inf, 0, -np.inf, 0
    for column in range(width):
        j = i + low + column  # query letters used
        pair, free = -np.inf, 0.0 if j == 0 else -np.inf
        if 1 <= j <= m:
            letter = query[j - 1]
            alike = (letter & own) > 0 or letter == 0 or own == 0
            pair = score[column] + (MATCH if alike else MISMATCH)
        opened, longer = score[column + 1] - OPEN - EXTEND, down[column + 1] - EXTEND
        more[i, column] = longer > opened
        down[column] = max(opened, longer)
        two = max(pair, down[column], free)
        begun[i, column] = latest
        across = run - EXTEND * column - OPEN
        if two + EXTEND * column >= run:
            run, latest = two + EXTEND * column, column
        now = max(two, across) if 0 <= j <= m else -np.inf
        kind = 3
        if now == free:
            kind = 0
        elif now == pair:
            kind = 1
        elif now == down[column]:
            kind = 2
        trace[i, column] = kind
        score[column] = now
        if (i == n or j == m) and now > top:
            top, place = now, column
    return top, place


def _walked(
    trail: Traceback,
    at: tuple[int, int],
    low: int,
    n: int,
) -> Placement:
    where = np.full(n, OUTSIDE, np.int64)
    inserted = np.zeros((n + 1, 3), np.int64)
    count = _walk(trail, at, low, where, inserted)
    told = [(first, second, third) for first, second, third in inserted[:count].tolist()]
    return Placement(where=where, insertions=tuple(reversed(told)))


@kept(returned=1)
def _walk(
    trail: Traceback,
    end: tuple[int, int],
    low: int,
    where: Int64[np.ndarray, " L"],
    inserted: Int64[np.ndarray, "I 3"],
) -> int:
    """Back along the best alignment; how many insertions it holds."""
    trace, more, begun = trail
    i, column = end
    count = 0
    while i > 0 and trace[i, column] > 0:
        kind = trace[i, column]
        if kind == 1:
            where[i - 1] = i + low + column - 1
            i -= 1
        elif kind == 2:
            going = True
            while going:
                where[i - 1] = DELETED
                going = more[i, column]
                i, column = i - 1, column + 1
        else:
            start = begun[i, column]
            inserted[count, 0] = i - 1
            inserted[count, 1] = i + low + start
            inserted[count, 2] = column - start
            count += 1
            column = start
    return count
