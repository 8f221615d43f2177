"""Seen, not seen with its limit, or not to be told from a relative."""

import dataclasses

import numpy as np
import pytest

from nanoward.sequencing.kmers.private_kmers import PrivateIndex
from nanoward.watch.sequences.known_others import (
    KnownOther,
    ReadTally,
    known_others,
    needed_kmers,
    poisson_tail,
    reads_per_coverage,
    sure_mean,
    unseen_kmers,
)

KMERS, LONG = 2000, 4_600_000
INDEX = PrivateIndex(
    names=("x",),
    keys=np.arange(1, KMERS + 1, dtype=np.uint64),
    owner=np.ones(KMERS, np.int32),
    bloom=np.zeros(64, np.uint64),
    dense=False,
)


def told(reads: int, seen: np.ndarray, told_from: int = 1, total: int = 100_000) -> KnownOther:
    tally = ReadTally(reads=total, letters=150 * total, distinct=np.array([reads]), seen=seen)
    (one,) = known_others(INDEX, tally, [LONG], told_from)
    return one


def hits(places: int, each: int = 1) -> np.ndarray:
    seen = np.zeros(KMERS, np.int64)
    seen[:places] = each
    return seen


def test_three_distinct_reads_are_seen_and_two_are_not() -> None:
    assert told(3, hits(3)).state == "seen"
    one = told(2, hits(2))
    assert one.state == "not seen"
    assert "2 distinct reads of the 3" in one.told
    assert 0.003 < one.limit < 0.006
    assert f"{one.limit:.2g}x" in one.told


@pytest.mark.hazard("H-344")
def test_a_relative_in_no_database_is_not_called_the_other() -> None:
    relative = hits(1600, 4)  # most of its k-mers are shared, the rest is never met
    assert told(5000, relative).state == "cannot tell"
    assert told(40, hits(10, 4)).state == "cannot tell"
    assert told(8000, hits(KMERS, 4)).state == "seen"


@pytest.mark.hazard("H-344")
def test_a_long_genome_told_from_nobody_is_never_seen() -> None:
    one = told(30, hits(30), told_from=0)
    assert one.state == "cannot tell"
    assert "earlier samples" in one.told


def test_what_has_no_kmers_or_no_reads_cannot_be_told() -> None:
    assert told(0, hits(0), total=0).state == "cannot tell"
    bare = dataclasses.replace(INDEX, owner=np.zeros(KMERS, np.int32))
    tally = ReadTally(reads=9, letters=900, distinct=np.array([0]), seen=hits(0))
    (one,) = known_others(bare, tally, [LONG], 1)
    assert one.state == "cannot tell"


def test_reads_of_a_coverage_by_hand() -> None:
    assert reads_per_coverage(1000, LONG, 150.0) == pytest.approx(1000 * 120 / 150 * 0.997**31)
    assert reads_per_coverage(5970, 6000, 150.0) == pytest.approx(40.0)
    assert reads_per_coverage(5970, 6000, 20.0) == 0.0


@pytest.mark.hazard("H-344")
def test_what_earlier_samples_may_hide_asks_for_more_kmers() -> None:
    assert [needed_kmers(one) for one in (0.0, 0.1, 1.0)] == [3, 4, 7]
    for places, state in ((6, "cannot tell"), (7, "seen")):
        tally = ReadTally(
            reads=100_000, letters=15_000_000, distinct=np.array([places]), seen=hits(places)
        )
        (one,) = known_others(INDEX, tally, [LONG], 3, [1.0])
        assert one.state == state
    (one,) = known_others(INDEX, tally, [LONG], 1, [300.0])
    assert one.state == "cannot tell"
    assert one.limit == np.inf


@pytest.mark.hazard("H-344")
def test_a_kmer_that_earlier_samples_hid_does_not_hide_the_other() -> None:
    seen = hits(14)
    seen[0] = 9  # a relative's, nine times in this sample
    tally = ReadTally(reads=100_000, letters=15_000_000, distinct=np.array([22]), seen=seen)
    (one,) = known_others(INDEX, tally, [LONG], 3, [0.1])
    assert one.state == "seen"
    alone = ReadTally(
        reads=100_000, letters=15_000_000, distinct=np.array([9]), seen=hits(1, 9)
    )
    for unseen in (0.1, 0.0):  # also where the earlier samples tell of nothing that they hid
        (one,) = known_others(INDEX, alone, [LONG], 3, [unseen])
        assert one.state == "cannot tell"


def test_what_is_unseen_by_hand() -> None:
    same = np.array([0, 0, 1, 1, 1, 2, 9, 1])
    near = np.array([0, 3, 1, 1, 1, 2, 9, 8])  # the last was made by an error
    assert unseen_kmers(same, near) == 3 * 4 / (2 * 2)


def test_the_mean_of_a_sure_count_by_hand() -> None:
    assert poisson_tail(2.0, 1) == pytest.approx(1 - np.exp(-2.0))
    assert sure_mean(1) == pytest.approx(-np.log(0.05))
    assert sure_mean(3) == pytest.approx(6.296, abs=1e-3)
