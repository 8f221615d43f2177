"""Ports that remember what a round asked of the world and what it wrote itself.

The plan and the names of files are asked for once, so that one round sees one plan.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from nanoward.audit.receipts import Head
from nanoward.base.canonical import sha256_of
from nanoward.base.entries import Entry
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.base.plan import Plan
from nanoward.ports.blobs import Blobs
from nanoward.ports.folder import FileName, Folder
from nanoward.ports.ledger import Ledger, Record
from nanoward.ports.ports import Ports


class TracedFolder:
    """A folder whose plan and file names are read once; files of earlier rounds are noted."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._plan: Plan | None = None
        self._files: tuple[FileName, ...] | None = None
        self._unread: Mapping[str, str] | None = None
        self.asked: dict[tuple[str, str], str] = {}  # round, path -> SHA-256, "" where missing

    def plan(self) -> Plan:
        if self._plan is None:
            self._plan = self._folder.plan()
        return self._plan

    def files(self) -> tuple[FileName, ...]:
        if self._files is None:
            self._files = self._folder.files()
        return self._files

    def unread(self) -> Mapping[str, str]:
        if self._unread is None:
            self._unread = self._folder.unread()
        return self._unread

    def content(self, path: str) -> bytes:
        return self._folder.content(path)

    def create(self, files: Mapping[str, str]) -> str:
        return self._folder.create(files)

    def round_file(self, name: str, path: str) -> bytes | None:
        content = self._folder.round_file(name, path)
        self.asked[name, path] = "" if content is None else sha256_of(content)
        return content

    def write_round(self, name: str, files: Mapping[str, bytes]) -> str:
        return self._folder.write_round(name, files)

    def round_path(self, name: str) -> str:
        return self._folder.round_path(name)

    def put(self, path: str, content: bytes) -> str:
        return self._folder.put(path, content)

    def add_to_round(self, name: str, path: str, content: bytes) -> str:
        return self._folder.add_to_round(name, path, content)


class TracedBlobs:
    """Blobs that remember which content was asked for, and whether it was there."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self.asked: dict[str, bool] = {}

    def put(self, content: bytes) -> Sha256:
        return self._blobs.put(content)

    def put_all(self, contents: Sequence[bytes]) -> tuple[Sha256, ...]:
        return self._blobs.put_all(contents)

    def get(self, name: Sha256) -> bytes:
        try:
            content = self._blobs.get(name)
        except IntegrityError:
            self.asked[name] = False
            raise
        self.asked[name] = True
        return content

    def has(self, name: Sha256) -> bool:
        there = self._blobs.has(name)
        self.asked.setdefault(name, there)
        return there

    def names(self) -> tuple[Sha256, ...]:
        return self._blobs.names()

    def note(self, key: str, name: Sha256) -> None:
        self._blobs.note(key, name)

    def noted(self, key: str) -> Sha256 | None:
        return self._blobs.noted(key)


class CountedLedger:
    """A ledger that counts the records which this round appended; all else is the ledger's."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.appended = 0

    def append(
        self, entries: Sequence[Entry], *, actor: str, at: datetime, after: int | None = None
    ) -> Head:
        head = self._ledger.append(entries, actor=actor, at=at, after=after)
        self.appended += len(entries)
        return head

    def records(self, *, after: int = 0, kind: str | None = None) -> Iterator[Record]:
        return self._ledger.records(after=after, kind=kind)

    def about(self, person: str, *, kinds: Sequence[str] = ()) -> Iterator[Record]:
        return self._ledger.about(person, kinds=kinds)

    def head(self) -> Head:
        return self._ledger.head()

    def verify(self) -> Head:
        return self._ledger.verify()

    def close(self) -> None:
        self._ledger.close()

    def __getattr__(self, name: str) -> Any:  # what a ledger with proofs has besides
        return getattr(self._ledger, name)


@dataclass(frozen=True, slots=True)
class Trace:
    """What one round asks and writes, as it goes on."""

    ports: Ports
    folder: TracedFolder
    blobs: TracedBlobs
    ledger: CountedLedger


def traced(ports: Ports) -> Trace:
    """The same ports, traced."""
    folder, blobs = TracedFolder(ports.folder), TracedBlobs(ports.blobs)
    ledger = CountedLedger(ports.ledger)
    told = replace(ports, folder=folder, blobs=blobs, ledger=ledger)
    return Trace(ports=told, folder=folder, blobs=blobs, ledger=ledger)
