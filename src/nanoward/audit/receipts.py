"""Receipts of appends: the head after one, and the proof that a record stands under it."""

from dataclasses import dataclass

from nanoward.audit.checkpoints import InclusionProof
from nanoward.audit.notes import Note
from nanoward.audit.tree import WIDTH, Frontier, inclusion_proof, stored_at

NOTHING = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """How long the ledger is and the hash that covers all of it."""

    size: int
    hash: str

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Head):
            return NotImplemented
        return (self.size, self.hash) == (other.size, other.hash)

    def __hash__(self) -> int:
        return hash((self.size, self.hash))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Receipt(Head):
    """The head after an append, and all that proves the append: keep it, owe nobody trust.

    first, count  the records appended: `first` to `first + count - 1`
    note          the signed checkpoint of this head
    before        the tree before the commit that held the append
    nodes         what that commit stored for each of its leaves, in order
    """

    first: int
    count: int
    note: Note
    before: Frontier
    nodes: tuple[bytes, ...]

    def leaf(self, seq: int) -> bytes:
        """The leaf's hash of one of the appended records."""
        if not self.first <= seq < self.first + self.count:
            raise ValueError(f"record {seq} is not of this receipt")
        return self.nodes[seq - self.before.size - 1][:WIDTH]

    def proof(self, seq: int) -> InclusionProof:
        """That the record stands under the checkpoint."""
        self.leaf(seq)
        hashes = inclusion_proof(seq - 1, self.size, self._node)
        return InclusionProof(index=seq - 1, hashes=hashes, note=self.note)

    def _node(self, level: int, index: int) -> bytes:
        seq, place = stored_at(level, index)
        if seq > self.before.size:
            return self.nodes[seq - self.before.size - 1][place]
        return self.before.hashes[(self.before.size >> level + 1).bit_count()]


def head_of(tree: Frontier) -> Head:
    """The head of a tree; the hash of an empty one is 64 zeros."""
    return Head(size=tree.size, hash=tree.root().hex() if tree.size else NOTHING)
