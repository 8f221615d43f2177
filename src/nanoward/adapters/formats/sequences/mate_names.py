"""The names of reads in two files of mates, pair by pair."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Int64, UInt8

from nanoward.maths.jit.object_cache import kept, lean
from nanoward.sequencing.pileup import Block
from nanoward.sequencing.word_parallel import below, eight_bytes, zeros_above

_BLANK = np.uint64(33)  # a byte below it ends a name
_SPACE = 32
_EIGHTFOLD = np.uint64(3)


class NamedBlock(NamedTuple):
    """A block, and where the line of each read's name begins."""

    block: Block
    heads: Int64[np.ndarray, " N"]


def part_of(block: Block, start: int, stop: int | None = None) -> Block:
    """Some of a block's reads."""
    return Block(text=block.text, where=block.where[start:stop])


def rest_of(named: NamedBlock, start: int) -> NamedBlock:
    """The reads from one on."""
    return NamedBlock(part_of(named.block, start), named.heads[start:])


def name_of(named: NamedBlock, row: int) -> str:
    """A read's name as its file has it."""
    start, end = int(named.heads[row]) + 1, int(named.block.where[row, 0]) - 1
    words = named.block.text[start:end].tobytes().decode("latin-1").split()
    return words[0] if words else ""


def first_stranger(left: NamedBlock, right: NamedBlock, count: int) -> int:
    """The first of `count` reads whose name is not its mate's; count where there is none."""
    texts = left.block.text, right.block.text
    return int(_first_stranger(texts, (left.heads[:count], right.heads[:count])))


@kept(returned=1)
def _first_stranger(
    texts: tuple[UInt8[np.ndarray, " B"], UInt8[np.ndarray, " C"]],
    heads: tuple[Int64[np.ndarray, " N"], Int64[np.ndarray, " N"]],
) -> int:
    """Most lines of mates are the same up to a blank and the mate's number behind it: one look
    at the first byte that differs is enough. The others are read name by name."""
    one, two = texts
    for row in range(len(heads[0])):
        a, b = heads[0][row] + 1, heads[1][row] + 1
        while a + 8 <= len(one) and b + 8 <= len(two):
            differing = eight_bytes(one, a) ^ eight_bytes(two, b)
            if differing:
                a += int(np.int64(zeros_above(differing) >> _EIGHTFOLD))
                break
            a, b = a + 8, b + 8
        if one[a - 1] == _SPACE:  # a blank that both have: the names before it are the same
            continue
        if not _is_mate(one, heads[0][row] + 1, two, heads[1][row] + 1):
            return row
    return len(heads[0])


@lean
def _is_mate(
    one: UInt8[np.ndarray, " B"], a: int, two: UInt8[np.ndarray, " C"], b: int
) -> bool:
    """Names end at a blank; the last letter may tell the mate: /1 and /2, .1 and .2, _1, _2."""
    while a + 8 <= len(one) and b + 8 <= len(two):
        word = eight_bytes(one, a)
        if word != eight_bytes(two, b) or below(word, _BLANK):
            break
        a, b = a + 8, b + 8
    while one[a] == two[b] and one[a] > _SPACE:
        a, b = a + 1, b + 1
    if one[a] <= _SPACE and two[b] <= _SPACE:
        return True
    tells = one[a] == 49 and two[b] == 50 and one[a + 1] <= _SPACE and two[b + 1] <= _SPACE
    before = one[a - 1]
    return tells and (before in (46, 47, 95))
