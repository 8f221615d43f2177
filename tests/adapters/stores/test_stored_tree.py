import pytest

from nanoward.adapters.stores.row_store import BrokenLedgerError, State
from nanoward.adapters.stores.stored_tree import stored_hashes, stored_tree
from nanoward.audit.leaves import Row
from nanoward.audit.tree import Frontier, includes, inclusion_proof, leaf_hash
from nanoward.testing.memory_rows import MemoryRows


def filled(count: int) -> tuple[MemoryRows, Frontier]:
    store, tree, rows = MemoryRows(), Frontier(), []
    for n in range(count):
        nodes = tree.add(leaf_hash(str(n).encode()))
        rows.append(Row(tree.size, "t", "k", b"", b"", nodes))
    store.begin(State(key="", size=0, seal=b"", note=""))
    store.write(rows, State(key="", size=count, seal=b"", note=""), after=0)
    return store, tree


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 21])
def test_the_tree_of_the_store_is_the_tree_that_was_built(count: int) -> None:
    store, tree = filled(count)
    assert stored_tree(store, count).root() == tree.root()


def test_a_proof_reads_its_nodes_and_a_missing_row_is_told() -> None:
    store, tree = filled(9)
    hashes = stored_hashes(store, lambda node: inclusion_proof(4, 9, node))
    assert includes(leaf_hash(b"4"), 4, 9, hashes, tree.root())
    del store.kept[3]
    with pytest.raises(BrokenLedgerError, match="missing or cut off"):
        stored_hashes(store, lambda node: inclusion_proof(4, 9, node))
