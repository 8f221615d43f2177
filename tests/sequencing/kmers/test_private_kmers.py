"""Private k-mers: by hand, canonical, and never within one substitution of an innocent."""

import numpy as np
import pytest

from nanoward.sequencing.kmers.kmer_words import K
from nanoward.sequencing.kmers.private_kmers import private_index, slots_of

TURN = {"A": "T", "C": "G", "G": "C", "T": "A"}


def word(letters: str) -> int:
    return int("".join(str("ACGT".index(one)) for one in letters), 4)


def canonical(letters: str) -> int:
    return min(word(letters), word("".join(TURN[one] for one in reversed(letters))))


def sequence(length: int, seed: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


def changed(letters: str, at: int) -> str:
    return letters[:at] + TURN[letters[at]] + letters[at + 1 :]


@pytest.mark.hazard("H-343")
def test_what_an_innocent_has_at_one_substitution_is_struck() -> None:
    own = sequence(300, 5)
    innocent = changed(own, 150)
    index = private_index({"own": [own]}, [[innocent]])
    assert index.counts().tolist() == [0]
    two = changed(changed(own, 140), 160)  # those with both changes in them remain
    index = private_index({"own": [own]}, [[two]])
    left = set(index.keys[index.owner > 0].tolist())
    both = [canonical(own[at : at + K]) for at in range(130, 141)]
    assert left == set(both)


def test_entries_strike_each_other_and_struck_slots_leave() -> None:
    shared, own = sequence(100, 6), sequence(100, 7)
    index = private_index({"a": [shared + own], "b": [shared]})
    assert index.counts()[1] == 0
    assert index.counts()[0] == 200 - K + 1 - (100 - K + 1)
    fewer = index.without(index.keys == index.keys[index.owner > 0][0])
    assert fewer.counts()[0] == index.counts()[0] - 1


def test_every_kept_kmer_is_found_from_its_slot() -> None:
    index = private_index({"a": [sequence(3000, 8)]})
    bits = len(index.keys).bit_length() - 1
    held = index.keys[index.owner > 0]
    slots = slots_of(held, bits)
    for one, slot in zip(held, slots, strict=True):
        at = int(slot)
        while index.keys[at] != one:
            assert index.owner[at] != 0
            at = (at + 1) % len(index.keys)
