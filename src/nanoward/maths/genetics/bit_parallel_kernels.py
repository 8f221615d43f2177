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
