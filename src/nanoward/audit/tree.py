"""The Merkle tree of RFC 9162, sections 2.1.1 to 2.1.4, over SHA-256: pure functions.

A stored tree keeps, with leaf number `seq` (from 1), the leaf's hash followed by the hashes of
all full subtrees that end with it: as many more as `seq` has trailing zero bits. So a node of
level k and index j (covering the leaves j 2^k to (j+1) 2^k, from 0) stands with leaf
(j+1) 2^k, at 32 k bytes; what is stored never changes when the tree grows.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

WIDTH = 32  # bytes of a hash
EMPTY_ROOT = sha256(b"").digest()
Node = Callable[[int, int], bytes]  # (level, index) to hash


def leaf_hash(content: bytes) -> bytes:
    """MTH({d}) = SHA-256(0x00 || d)."""
    return sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the full subtrees that `size` leaves make, largest first."""

    __slots__ = ("_root", "hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"{size} leaves make {size.bit_count()} full subtrees")
        self.size = size
        self.hashes = list(hashes)
        self._root: tuple[int, bytes] | None = None  # the size that it is the root of

    def copy(self) -> "Frontier":
        """The same frontier, to grow apart."""
        return Frontier(self.size, self.hashes)

    def add(self, leaf: bytes) -> bytes:
        """Take one more leaf's hash; returns what is stored with it: 32 (1 + levels) bytes."""
        self.size += 1
        rest, node, stored = self.size, leaf, leaf
        while not rest & 1:
            node = sha256(b"\x01" + self.hashes.pop() + node).digest()
            stored += node
            rest >>= 1
        self.hashes.append(node)
        return stored

    def root(self) -> bytes:
        """MTH of the whole tree."""
        if not self.hashes:
            return EMPTY_ROOT
        if self._root is None or self._root[0] != self.size:
            node = self.hashes[-1]
            for left in self.hashes[-2::-1]:
                node = sha256(b"\x01" + left + node).digest()
            self._root = self.size, node
        return self._root[1]


def frontier_places(size: int) -> list[tuple[int, int]]:
    """(level, index) of the full subtrees that a tree of `size` leaves consists of."""
    places, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            places.append((level, start >> level))
            start += 1 << level
    return places


def stored_at(level: int, index: int) -> tuple[int, slice]:
    """Number of the leaf (from 1) with which a node is stored, and where in its bytes."""
    return (index + 1) << level, slice(WIDTH * level, WIDTH * (level + 1))


def subtree(first: int, last: int, node: Node) -> bytes:
    """MTH of the leaves `first` to `last` (from 0, the last one not included)."""
    count = last - first
    if not count & (count - 1) and not first % count:
        level = count.bit_length() - 1
        return node(level, first >> level)
    middle = first + _split(count)
    return node_hash(subtree(first, middle, node), subtree(middle, last, node))


def inclusion_proof(index: int, size: int, node: Node) -> tuple[bytes, ...]:
    """PATH(index, D[size]), from the leaf's sibling to the root's child."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no leaf {index}")
    first, last, path = 0, size, []
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            first = middle
    return tuple(subtree(low, high, node) for low, high in reversed(path))


def consistency_proof(old: int, size: int, node: Node) -> tuple[bytes, ...]:
    """PROOF(old, D[size]): that the tree of `old` leaves is how the larger one began."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} did not begin with {old} leaves")
    if old in (0, size):
        return ()
    first, last, whole, path = 0, size, True, []
    while old - first != last - first:
        middle = first + _split(last - first)
        if old <= middle:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            first, whole = middle, False
    if not whole:
        path.append((first, last))
    return tuple(subtree(low, high, node) for low, high in reversed(path))


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows the leaf's hash at its place under the root (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, node = index, size - 1, leaf
    for step in proof:
        if sn == 0 or len(step) != WIDTH:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(step, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == root


def is_consistent(
    old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows that the older tree is how the larger one began (2.1.4.2)."""
    if not 0 <= old <= size or any(len(step) != WIDTH for step in proof):
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    steps = list(proof)
    if not old & (old - 1):
        steps.insert(0, old_root)
    return bool(steps) and _joined(old - 1, size - 1, steps) == (old_root, root)


def _joined(fn: int, sn: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            before, after = node_hash(step, before), node_hash(step, after)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            after = node_hash(after, step)
        fn, sn = fn >> 1, sn >> 1
    return (before, after) if sn == 0 else None


def _split(count: int) -> int:
    """The largest power of two below count."""
    return 1 << (count - 1).bit_length() - 1
