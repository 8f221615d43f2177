import pytest

from nanoward.audit.notes import Note
from nanoward.audit.receipts import Head, Receipt
from nanoward.audit.tree import Frontier, includes, leaf_hash


def test_a_receipt_equals_the_head_that_it_attests() -> None:
    receipt = Receipt(
        size=1, hash="ab", first=1, count=1, note=Note(text="", signatures=()),
        before=Frontier(), nodes=(b"n" * 32,),
    )  # fmt: skip
    assert receipt == Head(size=1, hash="ab") == receipt
    assert hash(receipt) == hash(Head(size=1, hash="ab"))
    assert receipt != Head(size=2, hash="ab")
    assert receipt != "ab"


@pytest.mark.parametrize("before", range(20))
def test_a_receipt_alone_makes_every_proof_of_its_commit(before: int) -> None:
    tree = Frontier()
    for number in range(before):
        tree.add(leaf_hash(bytes([number])))
    start = tree.copy()
    nodes = [tree.add(leaf_hash(bytes([number]))) for number in range(before, before + 11)]
    receipt = Receipt(
        size=tree.size, hash="", first=before + 3, count=5, note=Note(text="", signatures=()),
        before=start, nodes=tuple(nodes),
    )  # fmt: skip
    for seq in range(before + 3, before + 8):
        proof = receipt.proof(seq)
        assert proof.index == seq - 1
        leaf = leaf_hash(bytes([seq - 1]))
        assert receipt.leaf(seq) == leaf
        assert includes(leaf, seq - 1, tree.size, proof.hashes, tree.root())
    for other in (before + 2, before + 8):
        with pytest.raises(ValueError, match="not of this receipt"):
            receipt.leaf(other)
