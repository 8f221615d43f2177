from collections.abc import Sequence
from hashlib import sha256
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    frontier_places,
    includes,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    node_hash,
    stored_at,
    subtree,
)

# the eight leaves with which implementations of RFC 6962 test themselves
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class Stored:
    """A tree with what is stored of it."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.tree = Frontier()
        self.nodes = [self.tree.add(leaf_hash(one)) for one in leaves]

    def node(self, level: int, index: int) -> bytes:
        seq, place = stored_at(level, index)
        return self.nodes[seq - 1][place]


def slow_root(leaves: Sequence[bytes]) -> bytes:
    """MTH, word for word as section 2.1.1 defines it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + slow_root(leaves[:half]) + slow_root(leaves[half:])).digest()


def slow_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH, word for word as section 2.1.3.1 defines it."""
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*slow_path(index, leaves[:half]), slow_root(leaves[half:])]
    return [*slow_path(index - half, leaves[half:]), slow_root(leaves[:half])]


def slow_subproof(old: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF, word for word as section 2.1.4.1 defines it."""
    if old == len(leaves):
        return [] if whole else [slow_root(leaves)]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if old <= half:
        return [*slow_subproof(old, leaves[:half], whole=whole), slow_root(leaves[half:])]
    rest = slow_subproof(old - half, leaves[half:], whole=False)
    return [*rest, slow_root(leaves[:half])]


def some(count: int) -> list[bytes]:
    return [f"entry {number}".encode() for number in range(count)]


def test_roots_are_the_published_ones() -> None:
    assert EMPTY_ROOT.hex().startswith("e3b0c442")
    for size, root in enumerate(ROOTS, 1):
        assert Stored(LEAVES[:size]).tree.root().hex() == root


@pytest.mark.parametrize("size", range(34))
def test_roots_and_proofs_are_those_of_the_definitions(size: int) -> None:
    leaves = some(size)
    stored = Stored(leaves)
    assert stored.tree.root() == slow_root(leaves)
    for index in range(size):
        proof = inclusion_proof(index, size, stored.node)
        assert list(proof) == slow_path(index, leaves)
    for old in range(1, size):
        proof = consistency_proof(old, size, stored.node)
        assert list(proof) == slow_subproof(old, leaves, whole=True)


@settings(deadline=None, max_examples=60)
@given(size=st.integers(1, 300), data=st.data())
def test_every_true_proof_is_accepted(size: int, data: st.DataObject) -> None:
    leaves = some(size)
    stored, root = Stored(leaves), slow_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(0, size))
    path = inclusion_proof(index, size, stored.node)
    assert includes(leaf_hash(leaves[index]), index, size, path, root)
    proof = consistency_proof(old, size, stored.node)
    assert is_consistent(old, size, slow_root(leaves[:old]), root, proof)


def test_another_hands_tree_has_the_same_roots_and_proofs() -> None:
    from pymerkle import InmemoryTree

    chance = Random(3)
    for _ in range(25):
        leaves = [
            chance.randbytes(chance.randrange(40)) for _ in range(chance.randrange(2, 90))
        ]
        theirs = InmemoryTree(algorithm="sha256")
        for leaf in leaves:
            theirs.append_entry(leaf)
        stored, size = Stored(leaves), len(leaves)
        assert stored.tree.root() == theirs.get_root()
        old, index = chance.randrange(1, size), chance.randrange(size)
        assert Stored(leaves[:old]).tree.root() == theirs.get_root(old)
        path = theirs.prove_inclusion(index + 1, size).serialize()["path"][1:]
        found = inclusion_proof(index, size, stored.node)
        assert [one.hex() for one in found] == path


def test_a_proof_with_anything_changed_is_refused() -> None:
    chance = Random(11)
    tried = 0
    for _ in range(400):
        size = chance.randrange(2, 200)
        stored = Stored(some(size))
        root = stored.tree.root()
        index, old = chance.randrange(size), chance.randrange(1, size)
        leaf = leaf_hash(some(size)[index])
        path = list(inclusion_proof(index, size, stored.node))
        for changed in changes(chance, path):
            tried += 1
            assert not includes(leaf, index, size, changed, root)
        other = chance.choice([one for one in range(size) if one != index])
        assert not includes(leaf, other, size, path, root)
        old_root = slow_root(some(old))
        proof = list(consistency_proof(old, size, stored.node))
        for changed in changes(chance, proof):
            tried += 1
            assert not is_consistent(old, size, old_root, root, changed)
        assert not is_consistent(old, size, root, root, proof)
        assert not is_consistent(old, size, old_root, old_root, proof)
    assert tried > 2_000


def changes(chance: Random, proof: list[bytes]) -> list[list[bytes]]:
    """The proof with a bit flipped, a hash lost, added, cut off or moved."""
    place = chance.randrange(len(proof))
    bit = chance.randrange(256)
    flipped = (int.from_bytes(proof[place]) ^ (1 << bit)).to_bytes(32)
    changed = [
        [*proof[:place], flipped, *proof[place + 1 :]],
        [*proof[:place], *proof[place + 1 :]],
        [*proof[:place], chance.randbytes(32), *proof[place:]],
        [*proof, proof[-1]],
        [*proof[:place], proof[place][:-1], *proof[place + 1 :]],
    ]
    if len(proof) > 1:
        changed.append([*proof[1:], proof[0]])
    return changed


def test_no_leaf_passes_for_a_node_and_no_node_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@pytest.mark.parametrize("size", [0, 1, 2, 7, 8, 100, 255])
def test_a_frontier_is_found_again_from_what_is_stored(size: int) -> None:
    stored = Stored(some(size))
    hashes = [stored.node(*place) for place in frontier_places(size)]
    assert Frontier(size, hashes).root() == stored.tree.root()
    if size:
        assert subtree(0, size, stored.node) == stored.tree.root()


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_in_the_tree_has_no_proof(index: int, size: int) -> None:
    stored = Stored(some(size))
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(index, size, stored.node)
    assert not includes(b"", index, size, [], stored.tree.root())


def test_impossible_sizes_are_refused() -> None:
    stored = Stored(some(3))
    with pytest.raises(ValueError, match="did not begin"):
        consistency_proof(4, 3, stored.node)
    with pytest.raises(ValueError, match="full subtrees"):
        Frontier(3, [b""])
    assert not is_consistent(4, 3, b"", b"", [])
    root = stored.tree.root()
    assert is_consistent(0, 3, EMPTY_ROOT, root, [])
    assert not is_consistent(0, 3, root, root, [])
    assert not is_consistent(0, 3, EMPTY_ROOT, root, [root])
    assert not is_consistent(3, 3, root, root, [root])
    assert not is_consistent(3, 4, root, root, [])
