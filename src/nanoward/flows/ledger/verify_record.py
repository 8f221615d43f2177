"""Prove that the record is whole: every ledger hash, every blob, every report written."""

from collections.abc import Iterator
from dataclasses import dataclass

from nanoward.audit.receipts import Head
from nanoward.base.canonical import sha256_of
from nanoward.base.entries import KINDS, RoundHeld, entry_of
from nanoward.base.findings import Finding
from nanoward.flows.ledger.verify_ledger import verify_ledger
from nanoward.ports.ledger import Marks
from nanoward.ports.ports import Ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was verified; a broken ledger or blob is no verdict but an IntegrityError."""

    head: Head
    blobs: int
    rounds: int
    findings: tuple[Finding, ...]


def verify_record(
    ports: Ports, marks: Marks | None = None, *, resume: bool = False, bodies: bool = True
) -> Verdict:
    """Recompute everything from the disk. Raises IntegrityError at the first broken record.

    marks, resume, bodies  see verify_ledger
    """
    head = verify_ledger(ports.ledger, ports.progress, marks, resume=resume, bodies=bodies)
    names = ports.blobs.names()
    with ports.progress("verifying blobs", len(names)) as step:
        for name in names:
            ports.blobs.get(name)
            step(1)
    held = latest_rounds(ports)
    findings = [one for round_ in held.values() for one in changed_files(ports, round_)]
    return Verdict(head=head, blobs=len(names), rounds=len(held), findings=tuple(findings))


def latest_rounds(ports: Ports) -> dict[str, RoundHeld]:
    """The last RoundHeld of each round."""
    held = {}
    for record in ports.ledger.records(kind="programme.RoundHeld"):
        entry = entry_of(record.kind, record.body, KINDS)
        if isinstance(entry, RoundHeld):
            held[entry.round] = entry
    return held


def changed_files(ports: Ports, held: RoundHeld) -> Iterator[Finding]:
    """A finding for each file of a round that is not what the ledger says was written."""
    stated = dict(one.split("=", 1) for one in held.tables) | {
        "report.html": held.report_sha256
    }
    for path, name in sorted(stated.items()):
        content = ports.folder.round_file(held.round, path)
        if content is None or sha256_of(content) != name:
            yield Finding(
                code="AUD-001" if content is None else "AUD-002",
                severity="error",
                message="the file is missing" if content is None else "the file was changed",
                next_step=f"Hold the round again: nanoward round --as-of {held.round}",
                file=f"rounds/{held.round}/{path}",
            )
