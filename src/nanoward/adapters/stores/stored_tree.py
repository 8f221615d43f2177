"""The tree of a ledger from what its store holds: frontiers and proofs."""

from collections.abc import Callable

from nanoward.adapters.stores.row_store import BrokenLedgerError, RowStore
from nanoward.audit.tree import WIDTH, Frontier, Node, frontier_places, stored_at


def stored_tree(store: RowStore, size: int) -> Frontier:
    """The tree of the first `size` records; BrokenLedgerError where a row is missing."""
    places = [stored_at(*place) for place in frontier_places(size)]
    found = store.nodes([seq for seq, _ in places])
    missing = [seq for seq, place in places if len(found.get(seq, b"")[place]) != WIDTH]
    if missing:
        raise cut_off(store, missing[-1])
    return Frontier(size, [found[seq][place] for seq, place in places])


def stored_hashes(
    store: RowStore, proof: Callable[[Node], tuple[bytes, ...]]
) -> tuple[bytes, ...]:
    """A proof, its nodes read at once: it is run first to learn which they are."""
    wanted: list[tuple[int, int]] = []

    def noted(level: int, index: int) -> bytes:
        wanted.append((level, index))
        return b""

    proof(noted)
    places = {one: stored_at(*one) for one in wanted}
    found = store.nodes([seq for seq, _ in places.values()])
    nodes = {one: found.get(seq, b"")[place] for one, (seq, place) in places.items()}
    missing = [one for one, node in nodes.items() if len(node) != WIDTH]
    if missing:
        raise cut_off(store, places[missing[0]][0])
    return proof(lambda level, index: nodes[level, index])


def cut_off(store: RowStore, seq: int) -> BrokenLedgerError:
    """What is told of a record that is not there as it was written."""
    return BrokenLedgerError(f"{store.name}: record {seq} is missing or cut off")
