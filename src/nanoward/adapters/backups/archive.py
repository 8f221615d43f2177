"""A programme as one tar file, taken while it runs; given back whole, or not at all.

The exit's spool is copied first and the ledgers after it, so that whatever the spool calls
carried stands in the copy of the ledger; blobs come last, so that all that is named is there.
"""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import IO, Any

from nanoward.adapters.stores.ledger_choice import DSN
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.errors import InputError, IntegrityError, OutsideError, UsageError

MANIFEST, VERSION = "backup.json", 1
KEPT = ".nanoward"
LEDGERS: Mapping[str, str] = {  # name of the file to the folder of its keys; in this order
    "exit.db": "exit-keys", "lane.db": "lane-keys", "ledger.db": "keys",
}  # fmt: skip
LEFT_OUT = (".lock", ".sock", "-wal", "-shm", "-journal", ".ticket", ".part")
LEFT_OUT_NAMES = frozenset({"lock", "__pycache__"})
PAGES, PIECE = 4096, 1 << 20
FOLDER, FILE = 0o700, 0o600


class BackupThereError(UsageError):
    """There is something already where a backup, or what is in one, would be written."""

    code = "USE-251"
    next_step = "Name a file or folder that is not there yet; nothing was written."


class BackupElsewhereError(UsageError):
    """The programme's ledger is in PostgreSQL, which has its own backup."""

    code = "USE-252"
    next_step = (
        "Use pg_dump for the ledger, and copy the folder; see docs/howto/run-the-service.md"
    )


class BrokenBackupError(IntegrityError):
    """A backup does not hold what it says it holds; nothing was given back."""

    code = "INT-064"
    next_step = "Use another backup. This file was changed, cut off, or never was one."


class BackupNotWrittenError(OutsideError):
    """The backup could not be written; there is no half file."""

    code = "OUT-084"
    next_step = "Free room on the disk, or name another folder."


def is_key(path: Path) -> bool:
    """Whether a file below .nanoward is a key, or holds keys."""
    return path.suffix in (".key", ".keys") or any("keys" in part for part in path.parts[:-1])


def take_backup(programme: Path, file: Path) -> dict[str, Any]:
    """Write everything but the keys to a file; the manifest.

    BackupThereError, BackupElsewhereError, BackupNotWrittenError.
    """
    kept = programme / KEPT
    if not (kept / "ledger.db").exists() and not (kept / DSN).exists():
        raise InputError(f"{programme} has no ledger to back up")
    if (kept / DSN).exists():
        raise BackupElsewhereError(f"{kept / DSN} says that the ledger is elsewhere")
    if file.exists():
        raise BackupThereError(f"{file} is there already")
    try:
        with whole_file(file) as out, TemporaryDirectory(dir=file.parent) as room:
            return _written(programme, out, Path(room))
    except FileExistsError:
        raise BackupThereError(f"{file} is there already") from None
    except OSError as fault:
        raise BackupNotWrittenError(f"{file}: {fault.strerror or fault}") from fault


def _written(programme: Path, out: IO[bytes], room: Path) -> dict[str, Any]:
    kept, files = programme / KEPT, dict[str, str]()
    heads: dict[str, Any] = {}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in _databases(kept):
            copy = room / "copy.db"
            copy_database(path, copy)
            if path.name in LEDGERS and path.parent == kept:
                heads[path.name] = _head(copy, kept / LEDGERS[path.name])
            _add(tar, copy, f"{KEPT}/{path.relative_to(kept).as_posix()}", files)
            for end in ("", "-wal", "-shm", "-journal"):
                copy.with_name(copy.name + end).unlink(missing_ok=True)
        for path in _plain_files(programme):
            _add(tar, path, path.relative_to(programme).as_posix(), files)
        manifest = {"version": VERSION, "ledgers": heads, "files": files}
        content = json.dumps(manifest, sort_keys=True).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(content), FILE
        tar.addfile(info, io.BytesIO(content))
    return manifest


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite file that others write to meanwhile."""
    with (
        closing(sqlite3.connect(source, timeout=30)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=PAGES)
        new.execute("PRAGMA journal_mode=DELETE")


def _head(copy: Path, keys: Path) -> dict[str, Any]:
    ledger = SqliteLedger(copy, keys=keys)
    try:
        head = ledger.head()
        return {"size": head.size, "hash": head.hash}
    finally:
        ledger.close()


def _databases(kept: Path) -> list[Path]:
    first = [kept / name for name in LEDGERS if (kept / name).exists()]
    others = sorted(path for path in kept.rglob("*.db") if path not in first)
    return [*first, *(one for one in others if one.is_file())]


def _plain_files(programme: Path) -> Iterator[Path]:
    """Every other file but keys; what others name comes after what names it."""
    kept = programme / KEPT
    outside = [path for path in sorted(programme.rglob("*")) if kept not in path.parents]
    inside = sorted(kept.rglob("*"), key=lambda path: ("blobs" in path.parts, str(path)))
    for path in (*outside, *inside):
        below = path.relative_to(kept) if kept in path.parents else None
        if path.is_symlink() or not path.is_file() or path.name in LEFT_OUT_NAMES:
            continue
        if path.name.endswith(LEFT_OUT) or LEFT_OUT_NAMES & set(path.parts):
            continue
        if below is None or not (is_key(below) or path.suffix == ".db"):
            yield path


class _Digested:
    """Reads a file and takes its digest on the way; what is missing at its end is zeros."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        found = self._file.read(size)
        self.digest.update(found)
        return found


def _add(tar: tarfile.TarFile, path: Path, name: str, files: dict[str, str]) -> None:
    with suppress(FileNotFoundError), path.open("rb") as file:  # it may have gone meanwhile
        info = tarfile.TarInfo(name)
        info.size, info.mode = os.fstat(file.fileno()).st_size, FILE
        read = _Digested(file)
        tar.addfile(info, read)
        files[name] = read.digest.hexdigest()


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that gets its name when all of it is on the disk; a kill leaves nothing.

    Where the system knows no nameless files, a kill leaves one that ends in .part.
    FileExistsError where the name was taken meanwhile.
    """
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_RDWR, FILE)
    except (AttributeError, OSError):
        yield from _named_file(path)
        return
    with os.fdopen(handle, "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:  # with a folder's descriptor alone it is linkat, which follows
            source = f"/proc/self/fd/{file.fileno()}"
            os.link(source, path.name, dst_dir_fd=folder, follow_symlinks=True)
            os.fsync(folder)
        finally:
            os.close(folder)


def _named_file(path: Path) -> Iterator[IO[bytes]]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def give_back(file: Path, keys: Mapping[str, bytes], programme: Path) -> dict[str, Any]:
    """Write a programme out of a backup and its keys, after every digest and head held.

    keys  path below .nanoward to content
    BackupThereError, BrokenBackupError, BackupNotWrittenError
    """
    if programme.exists() and (not programme.is_dir() or any(programme.iterdir())):
        raise BackupThereError(f"{programme} is there, and not empty")
    programme.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix=f".{programme.name}.", suffix=".part", dir=programme.parent))
    try:
        manifest = _unpacked(file, fresh)
        for name, content in keys.items():
            _put(fresh / KEPT / _safe(name), content)
        _verified(fresh, manifest)
        if programme.exists():
            programme.rmdir()
        fresh.rename(programme)
        _sync_folder(programme.parent)
    except OSError as fault:
        raise BackupNotWrittenError(f"{programme}: {fault.strerror or fault}") from fault
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return manifest


def _unpacked(file: Path, fresh: Path) -> dict[str, Any]:
    found, told = dict[str, str](), b""
    try:
        with tarfile.open(file, mode="r:") as tar:
            for one in tar:
                content = tar.extractfile(one) if one.isreg() else None
                if content is None:
                    raise BrokenBackupError(f"{one.name} is no plain file")
                if one.name == MANIFEST:
                    told = content.read()
                else:
                    found[one.name] = _poured(content, fresh / _safe(one.name))
        manifest: dict[str, Any] = json.loads(told)
        version, files = manifest["version"], manifest["files"]
    except (tarfile.TarError, ValueError, KeyError, TypeError, EOFError) as fault:
        raise BrokenBackupError(f"{file} cannot be read: {fault}") from None
    if version != VERSION:
        raise BrokenBackupError(f"{file} is of version {version!r}")
    wrong = sorted(
        name for name in files.keys() | found.keys() if files.get(name) != found.get(name)
    )
    if wrong:
        raise BrokenBackupError(f"{len(wrong)} files are not as they were, first {wrong[0]}")
    return manifest


def _poured(content: IO[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE), "wb") as out:
        while piece := content.read(PIECE):
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _put(path: Path, content: bytes) -> None:
    _poured(io.BytesIO(content), path)


def _safe(name: str) -> Path:
    """A path that stays below the folder it is put in."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise BrokenBackupError(f"{name!r} would be written elsewhere")
    return path


def _verified(fresh: Path, manifest: Mapping[str, Any]) -> None:
    """Every ledger is recomputed and ends in the head that the manifest tells."""
    for name, told in manifest["ledgers"].items():
        if name not in LEDGERS:
            raise BrokenBackupError(f"{name} is no ledger")
        ledger = SqliteLedger(fresh / KEPT / name, keys=fresh / KEPT / LEDGERS[name])
        try:
            head = ledger.verify()
        finally:
            ledger.close()
        if {"size": head.size, "hash": head.hash} != told:
            raise BrokenBackupError(f"{name} ends at {head.size}, not at {told['size']}")
