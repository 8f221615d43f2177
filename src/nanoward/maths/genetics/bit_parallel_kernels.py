"""Compiled loops over bit planes. Importing this module compiles or loads them: do it late."""

import numpy as np
from numba import njit

U = np.uint64
_A, _B, _C = U(0x5555555555555555), U(0x3333333333333333), U(0x0F0F0F0F0F0F0F0F)
_D, _ONE, _TWO, _FOUR, _TOP = U(0x0101010101010101), U(1), U(2), U(4), U(56)


@njit(inline="always")
def _ones(x):  # type: ignore[no-untyped-def]
    """Bits set in a word (Warren 2012, Hacker's Delight, 5-1)."""
    x = x - ((x >> _ONE) & _A)
    x = (x & _B) + ((x >> _TWO) & _B)
    x = (x + (x >> _FOUR)) & _C
    return np.int64((x * _D) >> _TOP)


@njit(cache=True)
def rows_apart(planes, one):  # type: ignore[no-untyped-def]
    """(S,) differences of one packed genome (3, W) from each of (S, 3, W)."""
    answer = np.zeros(planes.shape[0], np.int32)
    for j in range(planes.shape[0]):
        total = 0
        for w in range(planes.shape[2]):
            total += _ones(
                ((one[0, w] ^ planes[j, 0, w]) | (one[1, w] ^ planes[j, 1, w]))
                & one[2, w]
                & planes[j, 2, w]
            )
        answer[j] = total
    return answer


@njit(cache=True)
def all_apart(planes):  # type: ignore[no-untyped-def]
    """(S, S) differences of all pairs of (S, 3, W)."""
    count = planes.shape[0]
    answer = np.zeros((count, count), np.int32)
    for i in range(count):
        for j in range(i):
            total = 0
            for w in range(planes.shape[2]):
                total += _ones(
                    ((planes[i, 0, w] ^ planes[j, 0, w]) | (planes[i, 1, w] ^ planes[j, 1, w]))
                    & planes[i, 2, w]
                    & planes[j, 2, w]
                )
            answer[i, j] = answer[j, i] = total
    return answer


@njit(cache=True)
def close_rows(planes, most):  # type: ignore[no-untyped-def]
    """(M, 3) pairs i < j at most `most` apart, with their distance, in order."""
    count, words = planes.shape[0], planes.shape[2]
    found = np.empty((1024, 3), np.int32)
    held = 0
    for i in range(count):
        for j in range(i + 1, count):
            total, w = 0, 0
            while w < words and total <= most:
                total += _ones(
                    ((planes[i, 0, w] ^ planes[j, 0, w]) | (planes[i, 1, w] ^ planes[j, 1, w]))
                    & planes[i, 2, w]
                    & planes[j, 2, w]
                )
                w += 1
            if total <= most:
                if held == len(found):
                    more = np.empty((2 * held, 3), np.int32)
                    more[:held] = found
                    found = more
                found[held, 0], found[held, 1], found[held, 2] = i, j, total
                held += 1
    return found[:held].copy()


@njit(inline="always")
def _place(x):  # type: ignore[no-untyped-def]
    """Which is the lowest bit that is set."""
    return _ones((x & (~x + _ONE)) - _ONE)


@njit(inline="always")
def _away(planes, i, w, usual):  # type: ignore[no-untyped-def]
    """Columns of a word at which genome i tells another base than the usual one."""
    return ((planes[i, 0, w] ^ usual[0, w]) | (planes[i, 1, w] ^ usual[1, w])) & planes[i, 2, w]


@njit(inline="always")
def _span(planes, i, w, at):  # type: ignore[no-untyped-def]
    """Four for each column: the one of the base that genome i tells there."""
    first, second = planes[i, 0, w] >> U(at), planes[i, 1, w] >> U(at)
    return 4 * (64 * w + at) + np.int64((first & _ONE) | ((second & _ONE) << _ONE))


@njit(cache=True)
def counted_away(planes, usual):  # type: ignore[no-untyped-def]
    """(64 W, 4) genomes that tell another base than the usual, by base; (64 W,) that tell none.

    usual  (3, W) the first and second bit of a base of each column, and which are columns
    """
    away = np.zeros(256 * planes.shape[2], np.int64)
    blank = np.zeros(64 * planes.shape[2], np.int64)
    for i in range(planes.shape[0]):
        for w in range(planes.shape[2]):
            bits = _away(planes, i, w, usual)
            while bits:
                away[_span(planes, i, w, _place(bits))] += 1
                bits &= bits - _ONE
            bits = ~planes[i, 2, w] & usual[2, w]
            while bits:
                blank[64 * w + _place(bits)] += 1
                bits &= bits - _ONE
    return away.reshape(-1, 4), blank


@njit(cache=True)
def _listed(planes, usual, start, none):  # type: ignore[no-untyped-def]
    """Who is away at each column and base, who tells none at each column; how often each is."""
    who, silent = np.empty(start[-1], np.int32), np.empty(none[-1], np.int32)
    own, to, none_to = np.zeros(planes.shape[0], np.int32), start.copy(), none.copy()
    for i in range(planes.shape[0]):
        for w in range(planes.shape[2]):
            bits = _away(planes, i, w, usual)
            while bits:
                span = _span(planes, i, w, _place(bits))
                who[to[span]] = i
                to[span] += 1
                own[i] += 1
                bits &= bits - _ONE
            bits = ~planes[i, 2, w] & usual[2, w]
            while bits:
                column = 64 * w + _place(bits)
                silent[none_to[column]] = i
                none_to[column] += 1
                bits &= bits - _ONE
    return who, silent, own


@njit(inline="always")
def _less(row, who, first, last):  # type: ignore[no-untyped-def]
    for one in range(first, last):
        row[who[one]] -= 1


@njit(cache=True)
def apart_from_usual(planes, usual, away, blank):  # type: ignore[no-untyped-def]
    """(S, S) as `all_apart`, from who is away from the usual base of each column, and where.

    away, blank  as `counted_away` found them
    Two are apart where one is away and the other tells the usual base, or both tell two bases.
    """
    count, words = planes.shape[0], planes.shape[2]
    start = np.zeros(256 * words + 1, np.int64)  # four spans of genomes for each column
    start[1:] = np.cumsum(away.ravel())
    none = np.zeros(64 * words + 1, np.int64)
    none[1:] = np.cumsum(blank)
    who, silent, own = _listed(planes, usual, start, none)
    answer = np.empty((count, count), np.int32)
    for i in range(count):
        _row_from_usual(answer[i], i, planes, usual, (who, start, silent, none, own))
    return answer


@njit(inline="always")
def _row_from_usual(row, i, planes, usual, lists):  # type: ignore[no-untyped-def]
    """Differences of genome i from all, from the lists of who is away and who tells none."""
    who, start, silent, none, own = lists
    row[:] = own + own[i]
    for w in range(planes.shape[2]):
        bits = _away(planes, i, w, usual)
        while bits:
            column, span = 64 * w + _place(bits), _span(planes, i, w, _place(bits))
            _less(row, who, start[4 * column], start[4 * column + 4])  # counted twice
            _less(row, who, start[span], start[span + 1])  # the same base: not apart
            _less(row, silent, none[column], none[column + 1])
            bits &= bits - _ONE
        bits = ~planes[i, 2, w] & usual[2, w]
        while bits:
            column = 64 * w + _place(bits)
            _less(row, who, start[4 * column], start[4 * column + 4])
            bits &= bits - _ONE


@njit(inline="always")
def _row_of_words(row, i, planes):  # type: ignore[no-untyped-def]
    """Differences of genome i from all that come after it, word by word."""
    for j in range(i + 1, planes.shape[0]):
        total = 0
        for w in range(planes.shape[2]):
            total += _ones(
                ((planes[i, 0, w] ^ planes[j, 0, w]) | (planes[i, 1, w] ^ planes[j, 1, w]))
                & planes[i, 2, w]
                & planes[j, 2, w]
            )
        row[j] = total


@njit(cache=True)
def near_and_counted(planes, usual, away, blank, most):  # type: ignore[no-untyped-def]
    """(M, 3) pairs i < j at most `most` apart, in order; (64 W + 1,) pairs by how far apart.

    away, blank  as `counted_away` found them, or empty: then words are compared
    One row of distances is held at a time.
    """
    count, words = planes.shape[0], planes.shape[2]
    start = np.zeros(256 * words + 1, np.int64)
    none = np.zeros(64 * words + 1, np.int64)
    who, silent, own = np.empty(0, np.int32), np.empty(0, np.int32), np.zeros(count, np.int32)
    if len(blank):
        start[1:] = np.cumsum(away.ravel())
        none[1:] = np.cumsum(blank)
        who, silent, own = _listed(planes, usual, start, none)
    found, held = np.empty((1024, 3), np.int32), 0
    counts, row = np.zeros((4, 64 * words + 1), np.int64), np.zeros(count, np.int32)
    first, none_first = start[:-1].copy(), none[:-1].copy()
    for i in range(count):
        if len(blank):
            lists = who, start, first, silent, none, none_first, own
            _rest_from_usual(row, i, planes, usual, lists)
        else:
            _row_of_words(row, i, planes)
        _counted(row[i + 1 :], counts)
        near = 0
        for j in range(i + 1, count):
            near += row[j] <= most
        while held + near > len(found):
            more = np.empty((2 * len(found), 3), np.int32)
            more[:held] = found[:held]
            found = more
        j = i + 1
        while near:
            if row[j] <= most:
                found[held, 0], found[held, 1], found[held, 2] = i, j, row[j]
                held += 1
                near -= 1
            j += 1
    return found[:held].copy(), counts[0] + counts[1] + counts[2] + counts[3]


@njit(inline="always")
def _counted(row, counts):  # type: ignore[no-untyped-def]
    """Four counts by turns: equal values follow each other, and would wait for each other."""
    whole = len(row) // 4
    for k in range(whole):
        counts[0, U(row[4 * k])] += 1
        counts[1, U(row[4 * k + 1])] += 1
        counts[2, U(row[4 * k + 2])] += 1
        counts[3, U(row[4 * k + 3])] += 1
    for k in range(4 * whole, len(row)):
        counts[0, U(row[k])] += 1


@njit(inline="always")
def _less_after(row, i, who, first, span, end):  # type: ignore[no-untyped-def]
    """One less for each of a span that comes after i; those before are passed for good."""
    at = first[span]
    while at < end and who[at] <= i:
        at += 1
    first[span] = at
    for one in range(at, end):
        row[who[one]] -= 1


@njit(inline="always")
def _rest_from_usual(row, i, planes, usual, lists):  # type: ignore[no-untyped-def]
    """As `_row_from_usual`, of the genomes after i; i rises from call to call."""
    who, start, first, silent, none, none_first, own = lists
    for j in range(i + 1, len(row)):
        row[j] = own[j] + own[i]
    for w in range(planes.shape[2]):
        bits = _away(planes, i, w, usual)
        while bits:
            column, span = 64 * w + _place(bits), _span(planes, i, w, _place(bits))
            for one in range(4 * column, 4 * column + 4):  # counted twice
                _less_after(row, i, who, first, one, start[one + 1])
            _less_after(row, i, who, first, span, start[span + 1])  # one base: not apart
            _less_after(row, i, silent, none_first, column, none[column + 1])
            bits &= bits - _ONE
        bits = ~planes[i, 2, w] & usual[2, w]
        while bits:
            column = 64 * w + _place(bits)
            for one in range(4 * column, 4 * column + 4):
                _less_after(row, i, who, first, one, start[one + 1])
            bits &= bits - _ONE
