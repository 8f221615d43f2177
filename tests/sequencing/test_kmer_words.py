"""k-mers by hand, canonical, in pieces the same."""

import numpy as np
import pytest

from nanoward.sequencing import kmer_words
from nanoward.sequencing.kmer_words import (
    K,
    canonical_kmers,
    codes_of,
    kmer_pieces,
    reverse_complement,
)

TURN = {"A": "T", "C": "G", "G": "C", "T": "A"}


def word(letters: str) -> int:
    return int("".join(str("ACGT".index(one)) for one in letters), 4)


def canonical(letters: str) -> int:
    return min(word(letters), word("".join(TURN[one] for one in reversed(letters))))


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def test_kmers_by_hand_and_over_a_hole() -> None:
    letters = sequence(40, 1)
    expected = [canonical(letters[at : at + K]) for at in range(40 - K + 1)]
    assert canonical_kmers(letters).tolist() == expected
    assert canonical_kmers(letters[:20] + "N" + letters[21:]).tolist() == []
    assert canonical_kmers(letters[:4] + "N" + letters).tolist() == expected
    assert codes_of("acgtn").tolist() == [0, 1, 2, 3, 4]


def test_turning_twice_changes_nothing_and_strands_agree() -> None:
    words = np.random.default_rng(2).integers(0, 1 << 62, 100).astype(np.uint64)
    np.testing.assert_array_equal(reverse_complement(reverse_complement(words)), words)
    letters = sequence(60, 3)
    turned = "".join(TURN[one] for one in reversed(letters))
    assert sorted(canonical_kmers(letters)) == sorted(canonical_kmers(turned))


def test_in_pieces_they_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = sequence(200, 9)
    monkeypatch.setattr(kmer_words, "PIECE", 37)
    assert (
        np.concatenate(list(kmer_pieces(letters))).tolist() == canonical_kmers(letters).tolist()
    )
    assert [len(one) for one in kmer_pieces("ACGT")] == [0]
