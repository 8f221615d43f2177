"""What a round keeps so that the next one can be compared with it.

Tables lie as blobs; a manifest names them by their hashes, and the entry SnapshotKept on the
ledger names the manifest. Rows of SDTM are kept whole, of other roles the columns that name a
row, so that a round can say what is gone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.canonical import canonical_json
from nanoward.base.entries import KINDS, SnapshotKept, entry_of, kind_of
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.clearance.sdtm.other_domains import READ
from nanoward.flows.steps.memoised_tables import MemoKey, memo_key
from nanoward.flows.steps.parquet import parquet_of, table_of
from nanoward.flows.steps.step_outcome import Materials
from nanoward.ports.blobs import Blobs
from nanoward.ports.ledger import Ledger
from nanoward.programme.continuity.material_differences import MaterialFile

DECIDED = "decided"  # standings by what was there
ADJUSTED = "adjusted"  # standings as the round gave them, with what was kept
RETAINED = "retained"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundSnapshot:
    """A round as the next one sees it.

    software   version of nanoward, and the hash over the sources that decide
    rules      the plan's section [clearance]
    files      every file that was read
    tables     "sdtm.LB": rows of a domain; "role.samples": of another role; "acts.carriers":
               notable acts; DECIDED and ADJUSTED: standings
    retained   rows that had vanished and were not confirmed, by domain, with `_seen` (the day
               of the last round that had them)
    seq        its place on the ledger; 0 for one that is not yet there
    """

    round: str
    as_of: date
    software: Mapping[str, str]
    rules: Mapping[str, Any]
    files: tuple[MaterialFile, ...]
    tables: Mapping[str, pl.DataFrame]
    retained: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    seq: int = 0


class KeptTables(Mapping[str, pl.DataFrame]):
    """Tables of a snapshot by name: all were found whole, each is decoded when asked for."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents
        self._decoded: dict[str, pl.DataFrame] = {}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._decoded:
            self._decoded[name] = table_of(self._contents[name])
        return self._decoded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)


def keep_snapshot(
    blobs: Blobs, snapshot: RoundSnapshot, origins: Mapping[str, MemoKey] | None = None
) -> SnapshotKept:
    """Keep the tables and the manifest; the entry that names them, to be recorded.

    origins  tables by name, each with all that it was made of: one that was kept under the
             same name before is not written again
    """
    known = {} if origins is None else origins
    tables = {
        name: _put(blobs, one, known.get(name)) for name, one in sorted(snapshot.tables.items())
    }
    kept = {name: _put(blobs, one) for name, one in sorted(snapshot.retained.items())}
    manifest = {
        "software": dict(snapshot.software),
        "rules": json.loads(json.dumps(snapshot.rules, default=str)),
        "files": [[one.path, one.role, one.sha256, one.rows] for one in snapshot.files],
        "tables": tables,
        RETAINED: kept,
    }
    return SnapshotKept(
        round=snapshot.round,
        as_of=snapshot.as_of,
        software=snapshot.software["nanoward"],
        sources_sha256=snapshot.software["sources"],
        manifest_sha256=blobs.put(canonical_json(manifest).encode()),
    )


def snapshots_before(ledger: Ledger, as_of: date) -> list[tuple[SnapshotKept, int]]:
    """The snapshots that a round of a day stands upon, with their places on the ledger.

    First the latest of an earlier day, then the latest of the day itself; either may be
    missing. Later days are not looked at: a round of a past day knows nothing of them.
    """
    best: dict[bool, tuple[SnapshotKept, int]] = {}
    for record in ledger.about("", kinds=(kind_of(SnapshotKept),)):
        entry = entry_of(record.kind, record.body, KINDS)
        if not isinstance(entry, SnapshotKept) or entry.as_of > as_of:
            continue
        same = entry.as_of == as_of
        if same not in best or best[same][0].as_of <= entry.as_of:
            best[same] = (entry, record.seq)
    return [best[same] for same in (False, True) if same in best]


def load_snapshot(blobs: Blobs, kept: SnapshotKept, seq: int) -> RoundSnapshot:
    """The snapshot that an entry names; IntegrityError where a blob is missing or broken."""
    manifest = json.loads(blobs.get(Sha256(kept.manifest_sha256)))
    return RoundSnapshot(
        round=kept.round,
        as_of=kept.as_of,
        software=manifest["software"],
        rules=manifest["rules"],
        files=tuple(_file(one) for one in manifest["files"]),
        tables=_tables(blobs, manifest["tables"]),
        retained=_tables(blobs, manifest[RETAINED]),
        seq=seq,
    )


def _file(told: Sequence[Any]) -> MaterialFile:
    path, role, sha256, rows = told
    return MaterialFile(path=path, role=role, sha256=sha256, rows=rows)


def table_origins(materials: Materials, snapshot: RoundSnapshot) -> dict[str, MemoKey]:
    """Of what each SDTM table of a snapshot was made: files, what read them, and software.

    Of other roles rows after the round's day are left out: their tables are written each time.
    """
    sources = {role: one for role, one in materials.sources.items() if role.startswith("sdtm.")}
    others = {role: one for role, one in sources.items() if role[5:7] in READ}
    return {
        name: memo_key(
            f"snapshot {name}",
            snapshot.software["sources"],
            sources={r: one for r, one in sources.items() if r[5:7] == name[5:]} | others,
        )
        for name in snapshot.tables
        if name.startswith("sdtm.")
    }


def _put(blobs: Blobs, table: pl.DataFrame, origin: MemoKey | None = None) -> str:
    noted = None if origin is None else blobs.noted(origin)
    if noted is not None:
        with suppress(IntegrityError):  # lost or broken: it is written again
            blobs.get(noted)
            return noted
    sha = blobs.put(parquet_of(table))
    if origin is not None:
        blobs.note(origin, sha)
    return sha


def _tables(blobs: Blobs, names: Mapping[str, str]) -> KeptTables:
    return KeptTables({name: blobs.get(Sha256(sha)) for name, sha in names.items()})
