"""A disk that loses power: every write and sync under SQLite is recorded, and the disk is built
again as it may stand after a cut. What was synced is there; of what was written since, any
part may be, down to single sectors of 512 bytes."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Thread
from typing import Any

import apsw

from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.adapters.stores.sqlite_rows import SETTINGS
from nanoward.audit.receipts import Receipt
from nanoward.base.entries import ConsentWithdrawn, ProgrammeOpened
from nanoward.base.errors import NanowardError

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SECTOR = 512
Operation = tuple[str, str, int, bytes]  # what, file, offset or size, content
CODES = {apsw.FullError: 13, apsw.IOError: 10, apsw.BusyError: 5, apsw.CorruptError: 11}


@dataclass
class Disk:
    """What was asked of the disk, in order; `fault` may refuse.

    keys  people's keys, which are written past SQLite and synced before they seal anything
    kept  what stood there, and before which operation it did
    """

    log: list[Operation] = field(default_factory=list)
    fault: Callable[[str], None] | None = None
    keys: Path | None = None
    kept: list[tuple[int, bytes]] = field(default_factory=list)

    def note(self, what: str, file: str, place: int, content: bytes = b"") -> None:
        if self.fault is not None:
            self.fault(what)
        if self.keys is not None and self.keys.exists():
            held = self.keys.read_bytes()
            if not self.kept or self.kept[-1][1] != held:
                self.kept.append((len(self.log), held))
        self.log.append((what, Path(file).name, place, content))


class RecordedFile(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], disk: Disk) -> None:
        self.name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self.disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.disk.note("write", self.name, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self.disk.note("truncate", self.name, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.disk.note("sync", self.name, 0)
        super().xSync(flags)


class RecordedDisk(apsw.VFS):
    def __init__(self, name: str, disk: Disk) -> None:
        self.disk = disk
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: list[int]) -> RecordedFile:  # noqa: N802
        return RecordedFile(name, flags, self.disk)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self.disk.note("delete", filename, 0)
        super().xDelete(filename, syncdir)


class Connection:
    """An apsw connection that speaks as the standard library's does."""

    def __init__(self, path: Path, vfs: str) -> None:
        self._db = _told(lambda: apsw.Connection(str(path), vfs=vfs))
        self._db.set_busy_timeout(5_000)

    @property
    def in_transaction(self) -> bool:
        return bool(self._db.in_transaction)

    def execute(self, query: str, values: Sequence[Any] = ()) -> Any:
        return _told(lambda: self._db.execute(query, tuple(values)))

    def executemany(self, query: str, many: Sequence[Sequence[Any]]) -> Any:
        return _told(lambda: self._db.executemany(query, many))

    def close(self) -> None:
        _told(self._db.close)


def _told(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except apsw.Error as fault:
        told = sqlite3.OperationalError(str(fault))
        told.sqlite_errorcode = CODES.get(type(fault), getattr(fault, "result", 1))
        raise told from fault


@dataclass(frozen=True)
class Recording:
    """A run of a ledger: its disk operations, and how many of them each receipt came after."""

    disk: Disk
    receipts: tuple[tuple[int, Receipt], ...]
    bare_keys: Path  # before anybody's data were written


def opened(folder: Path, keys: Path, disk: Disk, settings: Sequence[str]) -> SqliteLedger:
    name = f"recorded-{id(disk)}"
    vfs = RecordedDisk(name, disk)
    ledger = SqliteLedger(
        folder / "ledger.db",
        keys=keys,
        connection=lambda path: Connection(path, name),
        settings=settings,
        log_bytes=100_000,  # so little that it is often moved over
    )
    ledger.vfs = vfs  # type: ignore[attr-defined] - must live as long as its files
    return ledger


def settings_of(synchronous: str) -> tuple[str, ...]:
    """As the ledger's own, but for one."""
    changed = [one for one in SETTINGS if not one.startswith("synchronous")]
    return (*changed, f"synchronous={synchronous}")


def recorded(
    folder: Path, seed: int, synchronous: str = "FULL", appends: int = 40
) -> Recording:
    """Let a ledger live for a while, now and then with several writers."""
    keys, bare = folder / "keys", folder / "bare"
    chance, disk = Random(seed), Disk(keys=keys / "people.keys")
    SqliteLedger(folder / "warm.db", keys=keys).close()
    shutil.copytree(keys, bare)
    ledger = opened(folder, keys, disk, settings_of(synchronous))
    receipts: list[tuple[int, Receipt]] = []

    def append(number: int) -> None:
        count = chance.choice([1, 1, 1, 2, 5, 30])
        entries = [
            ConsentWithdrawn(participant=f"P{one % 3}", withdrawn=AT.date())
            if one % 2
            else ProgrammeOpened(programme=f"{number}-{one}", title="x" * 200, plan_sha256="")
            for one in range(count)
        ]
        receipt = ledger.append(entries, actor="nurse", at=AT)
        receipts.append((len(disk.log), receipt))

    for number in range(appends):
        if chance.random() < 0.1:
            writers = [Thread(target=append, args=(number,)) for _ in range(3)]
            for one in writers:
                one.start()
            for one in writers:
                one.join()
        else:
            append(number)
    ledger.close()
    return Recording(disk, tuple(receipts), bare)


def image_after(log: Sequence[Operation], cut: int, chance: Random) -> dict[str, bytes]:
    """The files as they may stand when the power fails after `cut` operations."""
    files: dict[str, bytearray] = {}
    pending: list[Operation] = []
    for operation in log[:cut]:
        what, name, _, _ = operation
        if what == "sync":
            for one in [one for one in pending if one[1] == name]:
                _apply(files, one)
            pending = [one for one in pending if one[1] != name]
        elif what == "delete":
            files.pop(name, None)
            pending = [one for one in pending if one[1] != name]
        else:
            pending.append(operation)
    share = chance.choice([0.0, 0.2, 0.5, 0.8, 1.0])
    for one in pending:
        if chance.random() < share:
            _apply(files, one if chance.random() < 0.7 else _torn(one, chance))
    return {name: bytes(content) for name, content in files.items()}


def _apply(files: dict[str, bytearray], operation: Operation) -> None:
    what, name, place, content = operation
    file = files.setdefault(name, bytearray())
    if what == "truncate":
        del file[place:]
        file.extend(bytes(place - len(file)))
        return
    if len(file) < place + len(content):
        file.extend(bytes(place + len(content) - len(file)))
    file[place : place + len(content)] = content


def _torn(operation: Operation, chance: Random) -> Operation:
    """Only the sectors up to some place were written."""
    what, name, place, content = operation
    if what != "write" or len(content) <= SECTOR:
        return operation
    kept = SECTOR * chance.randrange(len(content) // SECTOR + 1)
    return what, name, place, content[:kept]


@dataclass
class Tally:
    """How many images were tried, and in how many an acknowledged record was lost."""

    images: int = 0
    lost: int = 0
    acknowledged: int = 0  # records that had been acknowledged, over all images
    kept_more: int = 0  # images with records that nobody had an answer about yet


def cut_often(recording: Recording, folder: Path, cuts: int, seed: int, tally: Tally) -> None:
    """Cut the power at random places and open what is left."""
    chance = Random(seed)
    log = recording.disk.log
    for number in range(cuts):
        cut = chance.randrange(1, len(log) + 1)
        held = [receipt for place, receipt in recording.receipts if place <= cut]
        last = max(held, key=lambda one: one.size, default=None)
        where = folder / f"image-{number}"
        where.mkdir(parents=True)
        for name, content in image_after(log, cut, chance).items():
            (where / name).write_bytes(content)
        shutil.copytree(recording.bare_keys, where / "keys")
        for place, content in recording.disk.kept:
            if place < cut:
                (where / "keys" / "people.keys").write_bytes(content)
        tally.images += 1
        tally.acknowledged += 0 if last is None else last.size
        size = _size_if_whole(where / "ledger.db", last)
        if size is None:
            tally.lost += 1
        elif size > (0 if last is None else last.size):
            tally.kept_more += 1
        shutil.rmtree(where)


def _size_if_whole(path: Path, last: Receipt | None) -> int | None:
    """Records in an image that verifies and holds all that was acknowledged; None otherwise."""
    try:
        ledger = SqliteLedger(path, keys=path.parent / "keys")
    except NanowardError:
        return None
    try:
        size = ledger.verify().size
        heads = [record.hash for record in ledger.records()]
        ledger.append(
            [ProgrammeOpened(programme="", title="", plan_sha256="")], actor="", at=AT
        )
    except NanowardError:
        return None
    finally:
        ledger.close()
    if last is not None and (size < last.size or heads[last.size - 1] != last.hash):
        return None
    return size


def lose_power(folder: Path, *, images: int, seed: int, synchronous: str = "FULL") -> Tally:
    """Many recordings, a hundred cuts of each."""
    tally = Tally()
    for number in range(-(-images // 100)):
        place = folder / str(number)
        recording = recorded(place, seed + number, synchronous)
        cut_often(recording, place, min(100, images - tally.images), seed + number, tally)
        shutil.rmtree(place)
    return tally


def fast_folder(slow: Path) -> Path:
    """A folder in memory, where the machine has one: the cuts are simulated, not suffered."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        return slow
    folder = shared / f"nanoward-{os.getpid()}-{slow.name}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
