"""k-mers at no or one substitution, against every neighbour written out."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.sequencing.kmer_words import K, canonical_kmers
from nanoward.sequencing.near_kmers import half_index, strike_near

TURN = str.maketrans("ACGT", "TGCA")


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


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
            for one in (own, own[::-1].translate(TURN))
        )
        for place in places
    ]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 3), st.booleans())
def test_it_counts_what_comparing_letters_counts(seed: int, changes: int, turned: bool) -> None:
    rng, own = np.random.default_rng(seed), sequence(K, seed)
    letters = list(own)
    for at in rng.choice(K, changes, replace=False):
        letters[at] = own[at].translate(TURN)
    middle = "".join(letters)
    text = sequence(40, seed + 1) + (middle[::-1].translate(TURN) if turned else middle)
    text += sequence(40, seed + 2)
    same, near = counted(text, canonical_kmers(own))
    far = distances(text, own)
    assert (same[0], near[0]) == (far.count(0), far.count(0) + far.count(1))


def test_an_owners_own_text_and_holes_strike_nothing() -> None:
    own = sequence(K, 5)
    assert counted(own, canonical_kmers(own), source=0)[1].tolist() == [0]
    assert counted(own[:15] + "N" + own[16:], canonical_kmers(own))[1].tolist() == [0]
