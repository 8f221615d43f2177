"""Ledgers of the first version: one hash chain in one table, bodies in the clear."""

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nanoward.adapters.stores.file_blobs import sync_folder
from nanoward.adapters.stores.row_store import BrokenLedgerError, LedgerUnavailableError
from nanoward.base.canonical import canonical_json
from nanoward.base.entries import LedgerMigrated

if TYPE_CHECKING:
    from nanoward.adapters.stores.tree_ledger import TreeLedger

NOTHING = "0" * 64
CHUNK = 1_000
Old = tuple[int, str, str, str, str, str]  # seq, at, actor, kind, body, hash


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRecord:
    """What the hash of one record of the first version covers; body is JSON text."""

    seq: int
    at: str
    actor: str
    kind: str
    body: str


def chained(last: str, record: ChainRecord) -> str:
    """SHA-256 over the hash so far and the record's canonical JSON."""
    fields = (record.seq, record.at, record.actor, record.kind, record.body)
    return hashlib.sha256(f"{last}{canonical_json(fields)}".encode()).hexdigest()


def first_records(path: Path) -> Iterator[Old]:
    """Its records in order, each verified; BrokenLedgerError at the first that is wrong."""
    last, size = NOTHING, 0
    with closing(sqlite3.connect(path)) as db:
        for row in db.execute(
            "SELECT seq, at, actor, kind, body, hash FROM entry ORDER BY seq"
        ):
            seq, at, actor, kind, body, digest = row
            size += 1
            last = chained(
                last, ChainRecord(seq=size, at=at, actor=actor, kind=kind, body=body)
            )
            if seq != size or digest != last:
                raise BrokenLedgerError(f"{path.name}: record {size} does not verify")
            yield row


def take_over(old: Path, ledger: "TreeLedger") -> None:
    """Append all records of an earlier ledger, each at its own time and by its own actor."""
    batch: list[tuple[str, dict[str, Any], str, str]] = []
    size, head = 0, NOTHING
    for size, at, actor, kind, body, head in first_records(old):  # noqa: B007
        batch.append((kind, json.loads(body), actor, at))
        if len(batch) == CHUNK:
            ledger.take(batch)
            batch = []
    ledger.take(batch)
    done = LedgerMigrated(entries=size, head=head, version=1)
    ledger.append([done], actor="migration", at=datetime.now(UTC))


def put_in_place(old: Path, fresh: Path) -> Path:
    """Have the new file stand under the old one's name; the old one is kept beside it.

    Whenever the power fails, the name leads to one of the two, whole.
    """
    try:
        with closing(sqlite3.connect(old, timeout=10)) as db:  # its log must be empty
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            db.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite3.OperationalError as fault:
        raise LedgerUnavailableError(f"{old.name} was not taken over: {fault}") from fault
    kept = old.with_name(f"{old.stem}.v1{old.suffix}")
    if not kept.exists():
        os.link(old, kept)
    sync_folder(old.parent)
    fresh.replace(old)
    sync_folder(old.parent)
    return kept
