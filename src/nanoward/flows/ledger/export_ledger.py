"""Write a ledger to a file that others can verify, and take one over from such a file."""

import itertools
from collections.abc import Callable, Iterable, Iterator

from nanoward.audit.checkpoints import checkpoint_of
from nanoward.audit.exports import (
    ExportHeader,
    checkpoint_line,
    heading_line,
    read_checkpoint,
    read_heading,
    read_row,
    read_rows,
    record_line,
)
from nanoward.audit.leaves import Row, leaf_of
from nanoward.audit.notes import Note, require_signed
from nanoward.audit.receipts import Head
from nanoward.audit.tree import Frontier, includes
from nanoward.base.errors import IntegrityError
from nanoward.ports.ledger import ProvenLedger
from nanoward.ports.progress import Progress

CHUNK = 1_000


class BrokenExportError(IntegrityError):
    """An exported ledger does not fit its own checkpoint."""

    code = "INT-027"
    next_step = "Keep the file and ask where it came from; nothing was written."


def export_ledger(
    ledger: ProvenLedger, note: Note, progress: Progress, *, proofs: bool = False
) -> Iterator[str]:
    """The lines of an export, without line ends.

    note    the checkpoint of the ledger's head, with cosignatures of witnesses if there are any
    proofs  each record with its own proof of inclusion
    """
    size = checkpoint_of(note).size
    yield heading_line(ExportHeader(key=ledger.key(), records=size))
    with progress("exporting records", size) as step:
        for row in itertools.islice(ledger.rows(), size):
            yield record_line(row, ledger.prove(row.seq).hashes if proofs else None)
            step(1)
    yield checkpoint_line(note)


def import_ledger(
    lines: Callable[[], Iterable[str]],
    keep: Callable[[Iterator[list[Row]], Note], None],
    progress: Progress,
) -> int:
    """Read an export twice: once to verify all of it, then to keep it. Returns the records.

    lines  the file's lines, from the start each time
    keep   writes chunks of rows, whose nodes it recomputes, under the checkpoint
    """
    heading, note = _verified(iter(lines()), progress)
    again = iter(lines())
    read_heading(next(again, ""))
    keep(_chunks(read_rows(again, heading)), note)
    return heading.records


def verify_export(lines: Iterable[str], progress: Progress) -> Head:
    """Verify an exported ledger whole and keep nothing.

    BadExportError or BrokenExportError at the first line that the ledger did not write so.
    """
    _, note = _verified(iter(lines), progress)
    said = checkpoint_of(note)
    return Head(size=said.size, hash=said.root.hex())


def _verified(lines: Iterator[str], progress: Progress) -> tuple[ExportHeader, Note]:
    heading = read_heading(next(lines, ""))
    tree = Frontier()
    proofs: list[tuple[int, bytes, tuple[bytes, ...]]] = []
    with progress("verifying records", heading.records) as step:
        for seq in range(1, heading.records + 1):
            row, proof = read_row(next(lines, ""), seq)
            leaf = leaf_of(row)
            tree.add(leaf)
            if proof is not None:
                proofs.append((seq, leaf, proof))
            step(1)
    note = read_checkpoint(lines, heading)
    require_signed(note, heading.key)
    said = checkpoint_of(note)
    if (said.origin, said.size, said.root) != (heading.key.name, tree.size, tree.root()):
        raise BrokenExportError("the records do not make the root of the checkpoint")
    if len(proofs) not in (0, tree.size):
        raise BrokenExportError("some records have a proof of inclusion and others none")
    for seq, leaf, proof in proofs:
        if not includes(leaf, seq - 1, said.size, proof, said.root):
            raise BrokenExportError(f"the proof of record {seq} does not lead to the root")
    return heading, note


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(itertools.islice(rows, CHUNK)):
        yield chunk
