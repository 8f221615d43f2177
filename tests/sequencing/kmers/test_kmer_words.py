"""k-mers by hand, canonical, in pieces the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.sequencing.kmers import kmer_words
from nanoward.sequencing.kmers.kmer_words import (
    K,
    canonical_kmers,
    codes_of,
    half_index,
    kmer_pieces,
    reverse_complement,
    strike_near,
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


TABLE = str.maketrans("ACGT", "TGCA")


def counted(text: str, words: np.ndarray, source: int = -1) -> tuple[np.ndarray, np.ndarray]:
    index = half_index(words, np.zeros(len(words), np.int32))
    same, near = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64)
    letters = np.frombuffer(text.encode(), np.uint8)
    strike_near(letters, np.array([[0, len(text), 0]]), index, source, same, near)
    return same, near


def distances(text: str, own: str) -> list[int]:
    """Letters that differ between a k-mer and each place of a text, on the nearer strand."""
    places = [text[at : at + K] for at in range(len(text) - K + 1)]
    return [
        min(
            sum(a != b for a, b in zip(one, place, strict=True))
            for one in (own, own[::-1].translate(TABLE))
        )
        for place in places
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3), st.booleans())
def test_it_counts_what_comparing_letters_counts(seed: int, changes: int, turned: bool) -> None:
    rng, own = np.random.default_rng(seed), sequence(K, seed)
    letters = list(own)
    for at in rng.choice(K, changes, replace=False):
        letters[at] = own[at].translate(TABLE)
    middle = "".join(letters)
    text = sequence(40, seed + 1) + (middle[::-1].translate(TABLE) if turned else middle)
    text += sequence(40, seed + 2)
    same, near = counted(text, canonical_kmers(own))
    far = distances(text, own)
    assert (same[0], near[0]) == (far.count(0), far.count(0) + far.count(1))


def test_an_owners_own_text_and_holes_strike_nothing() -> None:
    own = sequence(K, 5)
    assert counted(own, canonical_kmers(own), source=0)[1].tolist() == [0]
    assert counted(own[:15] + "N" + own[16:], canonical_kmers(own))[1].tolist() == [0]
