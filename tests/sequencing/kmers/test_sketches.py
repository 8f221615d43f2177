"""Sketches: sourmash's own hashes, both strands, counts, and less of them."""

import numpy as np

from nanoward.sequencing.kmers.sketches import highest_hash, low_hashes, merged, sketch_of

TURN = str.maketrans("ACGT", "TGCA")


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def test_hashes_are_those_of_sourmash() -> None:
    """sourmash 4.9.4, MinHash(n=0, ksize=31, scaled=1) of three k-mers."""
    words = ("ACGTTGCATGCATGCCCATTGATTTGACGAT", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
             "GATTACAGATTACAGATTACAGATTACAGAT")  # fmt: skip
    assert [sketch_of([one], 1).hashes.tolist() for one in words] == [
        [15836886335042994456],
        [2689060699658636553],
        [13469235824948792644],
    ]


def test_both_strands_are_one_and_occurrences_are_counted() -> None:
    letters = sequence(500, 1)
    one, other = sketch_of([letters]), sketch_of([letters[::-1].translate(TURN), letters])
    np.testing.assert_array_equal(one.hashes, other.hashes)
    np.testing.assert_array_equal(2 * one.counts, other.counts)
    assert len(sketch_of([letters[:40] + "N" + letters[41:60]], 1).hashes) == 10


def test_a_coarser_sketch_is_a_part_of_a_finer_one() -> None:
    letters = sequence(5000, 2)
    fine, coarse = sketch_of([letters], 5), sketch_of([letters], 50)
    np.testing.assert_array_equal(fine.at(50).hashes, coarse.hashes)
    assert fine.holds(coarse.hashes).all()
    assert not merged([], 20).holds(coarse.hashes).any()
    assert len(coarse.hashes) < 250


def test_a_block_with_more_low_hashes_than_expected_loses_none() -> None:
    text = np.frombuffer(b"A" * 5000, np.uint8)
    where = np.array([[0, 5000, 0]], np.int64)
    value = sketch_of(["A" * 31], 1).hashes[0]
    scaled = next(n for n in (100, 20, 10, 4, 2, 1) if value <= highest_hash(n))
    assert len(low_hashes(text, where, scaled)) == 5000 - 30
