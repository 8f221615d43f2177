import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.sequencing.pileup import PileupBatch
from nanoward.sequencing.pileup_counts import (
    add_batch,
    bases_by_code,
    consensus_codes,
    counts_of,
    empty_tally,
)

LENGTH = 50


def sheet_of(seed: int, pairs: int) -> PileupBatch:
    rng = np.random.default_rng(seed)
    start = rng.integers(0, LENGTH - 10, pairs)
    end = start + rng.integers(1, 10, pairs)
    letters = np.stack([8 * start + 2 * rng.integers(0, 4, pairs) + rng.integers(0, 2, pairs),
                        rng.integers(20, 40, pairs), rng.integers(1, 4, pairs)], 1)  # fmt: skip
    count = np.arange(1, pairs + 1)
    return PileupBatch(
        spans=np.stack([start, end, rng.integers(0, 2, pairs)], 1).astype(np.int32),
        letters=letters.astype(np.uint32),
        low_quality=start.astype(np.int32),
        indels=np.zeros((0, 6), np.int64),
        ends=np.stack([count, count, count, 0 * count], 1),
        names=(1 + rng.integers(0, 5, pairs)).astype(np.uint64),
        totals=np.array([2 * pairs, pairs, 0, 10 * pairs]),
    )


@given(st.integers(0, 2**32), st.integers(1, 40))
def test_counts_are_those_of_a_slow_count(seed: int, pairs: int) -> None:
    sheet = sheet_of(seed, pairs)
    tally = empty_tally(LENGTH)
    add_batch(tally, sheet, drop_duplicates=False)
    counts = counts_of(tally)
    depth = np.zeros((2, LENGTH), int)
    for start, end, strand in sheet.spans.tolist():
        depth[strand, start:end] += 1
    assert counts.depth.tolist() == depth.tolist()
    slow: dict[int, list[int]] = {}
    for key, quality, load in sheet.letters.tolist():
        row = slow.setdefault(key >> 1, [0, 0, 0, 0])
        row[key & 1] += 1
        row[2] += quality
        row[3] += load
    assert dict(zip(counts.key.tolist(), counts.sums.tolist(), strict=True)) == slow
    assert (counts.key[1:] > counts.key[:-1]).all()


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(1, 30))
def test_the_order_of_blocks_does_not_matter(seed: int, one: int, two: int) -> None:
    sheets = [sheet_of(seed, one), sheet_of(seed + 1, two)]
    found = []
    for order in (sheets, sheets[::-1]):
        tally = empty_tally(LENGTH)
        for sheet in order:
            add_batch(tally, sheet, drop_duplicates=False)
        found.append([part.tolist() for part in counts_of(tally)])
    assert found[0] == found[1]


def test_a_pair_that_lies_where_another_does_is_counted_once() -> None:
    tally = empty_tally(LENGTH)
    add_batch(tally, sheet_of(3, 200), drop_duplicates=True)
    assert tally.duplicates == 195  # five names
    assert tally.pairs == 200
    assert int(counts_of(tally).sums[:, :2].sum()) == 5


def test_tables_grow_without_losing_anything() -> None:
    tally = empty_tally(LENGTH)
    tally.table = type(tally.table)(
        keys=np.full(4, 0xFFFFFFFF, np.uint32), sums=np.zeros((4, 3), np.uint32)
    )
    add_batch(tally, sheet_of(3, 300), drop_duplicates=False)
    assert int(counts_of(tally).sums[:, :2].sum()) == 300


def test_depth_above_what_sixteen_bits_hold_is_counted() -> None:
    tally = empty_tally(LENGTH)
    for _ in range(500):
        add_batch(tally, sheet_of(3, 300), drop_duplicates=False)
    assert int(counts_of(tally).sums[:, :2].sum()) == 150_000


def test_the_consensus_is_the_letter_of_more_than_half() -> None:
    tally = empty_tally(4)
    spans = np.array([[0, 4, 0]] * 6, np.int32)
    letters = np.array([[8 * 1 + 2 * 3, 30, 1]] * 4 + [[8 * 2 + 2 * 3, 30, 1]] * 3, np.uint32)
    row = np.arange(1, 7)
    ends = np.stack([row, np.array([0, 0, 0, 0, 0, 7]), 0 * row, 0 * row], 1)
    sheet = PileupBatch(
        spans=spans, letters=letters, low_quality=np.zeros(0, np.int32),
        indels=np.zeros((0, 6), np.int64), ends=ends, names=np.zeros(6, np.uint64),
        totals=np.zeros(4, np.int64),
    )  # fmt: skip
    add_batch(tally, sheet, drop_duplicates=True)
    counts = counts_of(tally)
    codes = np.array([0, 0, 0, 4], np.uint8)
    assert consensus_codes(codes, counts, 5).tolist() == [0, 3, 4, 4]
    assert consensus_codes(codes, counts, 7).tolist() == [4] * 4
    assert bases_by_code(codes, counts.trusted).tolist() == [18, 0, 0, 0, 6]


@pytest.mark.parametrize("size", [1, 5])
def test_an_empty_tally_has_no_depth(size: int) -> None:
    counts = counts_of(empty_tally(size))
    assert counts.trusted.tolist() == [0] * size
    assert len(counts.key) == 0
