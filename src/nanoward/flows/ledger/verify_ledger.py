"""Recompute a whole ledger from the disk, with progress, going on where it was interrupted."""

from nanoward.audit.receipts import Head
from nanoward.ports.ledger import Ledger, Marks, ProvenLedger, VerificationMark
from nanoward.ports.progress import Progress

OFTEN = 10  # pieces between two marks


def verify_ledger(
    ledger: Ledger,
    progress: Progress,
    marks: Marks | None = None,
    *,
    resume: bool = False,
    bodies: bool = True,
) -> Head:
    """Verify every record. IntegrityError at the first that is broken.

    resume  go on from the mark of a verification that was interrupted, if there is one
    bodies  also open each sealed record and hold it against its commitment
    """
    if not isinstance(ledger, ProvenLedger):
        return ledger.verify()
    start = marks.load() if marks is not None and resume else None
    done = start.tree.size if start is not None else 0
    with progress("verifying records", ledger.head().size) as step:
        step(done)
        for number, mark in enumerate(ledger.verified(start, bodies=bodies), 1):
            step(mark.tree.size - done)
            done = mark.tree.size
            if marks is not None and number % OFTEN == 0:
                marks.save(mark)
    if marks is not None:
        marks.clear()
    return _head(mark)


def _head(mark: VerificationMark) -> Head:
    size = mark.tree.size
    return Head(size=size, hash=mark.tree.root().hex() if size else "0" * 64)
