"""Recomputing a ledger from what is stored: leaves, nodes, roots. Nothing stored is trusted."""

from collections.abc import Sequence
from hashlib import sha256

from nanoward.audit.leaves import Row
from nanoward.audit.tree import WIDTH, Frontier


def verify_rows(tree: Frontier, rows: Sequence[Row]) -> int | None:
    """Add rows to a tree, recomputing leaf and nodes of each.

    returns  None when all fit; else the number of the first record that does not, where the
             tree then stands before it
    """
    for row in rows:
        seq, at, kind = row.seq, row.at, row.kind
        if (
            not _is_kind(row)
            or seq != tree.size + 1
            or '"' in at
            or '"' in kind
            or "\\" in at
            or "\\" in kind
        ):
            return tree.size + 1
        leaf = sha256(
            f'\0{{"at":"{at}","box":"{sha256(row.box).hexdigest()}",'
            f'"commitment":"{row.commitment.hex()}","kind":"{kind}"}}'.encode()
        ).digest()
        before = tree.hashes.copy() if not seq & 1 else None
        if tree.add(leaf) != row.nodes:
            tree.size -= 1
            tree.hashes = before if before is not None else tree.hashes[:-1]
            return seq
    return None


def _is_kind(row: Row) -> bool:
    """Whether every part is of its kind; a flipped bit can make text of bytes, and nothing."""
    at, kind, commitment, box, nodes = _parts(row)
    return (
        isinstance(at, str)
        and isinstance(kind, str)
        and isinstance(commitment, bytes)
        and isinstance(box, bytes)
        and isinstance(nodes, bytes)
    )


def _parts(row: Row) -> tuple[object, object, object, object, object]:
    return row.at, row.kind, row.commitment, row.box, row.nodes


def append_unverified(tree: Frontier, row: Row) -> None:
    """Add a row to a tree, taking its stored nodes as they are."""
    tree.size += 1
    levels = len(row.nodes) // WIDTH - 1
    if levels:
        del tree.hashes[-levels:]
    tree.hashes.append(row.nodes[-WIDTH:])
