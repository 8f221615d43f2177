"""Blobs as files named by their SHA-256; notes as small files beside them."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from nanoward.adapters.stores.private import make_private
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256

Place = tuple[Path, int, int]  # pack, first byte, length


class BrokenBlobError(IntegrityError):
    """Content is missing or does not fit its name."""

    code = "INT-030"
    next_step = "Restore the file from a copy, or remove it and run the round again."


class FileBlobs:
    """blobs/ab/abcdef..., blobs/packs/ and notes/<hash of key>; every file appears whole or
    not at all. What is put at once stands in one pack (BlobPacks).

    A note is sealed over its key and its blob with a secret of this folder's: one that was
    edited, or moved to another key, is no note, and what it would have recalled is made anew.
    """

    def __init__(self, path: Path) -> None:
        self._blobs = path / "blobs"
        self._packs = BlobPacks(self._blobs / "packs")
        self._notes = path / "notes"
        self._seal = NoteSeal(path / "notes.key")

    def put(self, content: bytes) -> Sha256:
        name = Sha256(hashlib.sha256(content).hexdigest())
        path = self._path(name)
        if not self.has(name):
            make_private(path.parent)
            write_whole(path, content)
        return name

    def put_all(self, contents: Sequence[bytes]) -> tuple[Sha256, ...]:
        names = tuple(Sha256(hashlib.sha256(one).hexdigest()) for one in contents)
        fresh = {
            name: content
            for name, content in zip(names, contents, strict=True)
            if not self.has(name)
        }
        self._packs.add(fresh)
        return names

    def get(self, name: Sha256) -> bytes:
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            packed = self._packs.content(name)
            if packed is None:
                raise BrokenBlobError(f"blob {name} is missing") from None
            content = packed
        if hashlib.sha256(content).hexdigest() != name:
            raise BrokenBlobError(f"blob {name} holds other content than its name says")
        return content

    def has(self, name: Sha256) -> bool:
        return self._path(name).exists() or name in self._packs

    def names(self) -> tuple[Sha256, ...]:
        # not ".abc": a file that was being written when its process was killed
        alone = {Sha256(path.name) for path in self._blobs.glob("??/[0-9a-f]*")}
        return tuple(sorted(alone | self._packs.names()))

    def note(self, key: str, name: Sha256) -> None:
        make_private(self._notes)
        write_whole(self._note(key), f"{name} {self._seal.seal(key, name)}".encode())

    def noted(self, key: str) -> Sha256 | None:
        try:
            text = self._note(key).read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        name, _, seal = text.partition(" ")
        if not self._seal.fits(key, name, seal):
            return None
        return Sha256(name) if self.has(Sha256(name)) else None

    def _path(self, name: Sha256) -> Path:
        return self._blobs / name[:2] / name

    def _note(self, key: str) -> Path:
        return self._notes / hashlib.sha256(key.encode()).hexdigest()


class NoteSeal:
    """Seals notes over their key and blob with 32 bytes that only the owner of a file can read.

    file  made on first use
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def seal(self, key: str, name: str) -> str:
        """Hexadecimal; of this key and this name alone."""
        return hmac.new(self._secret(), f"{key}\0{name}".encode(), "sha256").hexdigest()

    def fits(self, key: str, name: str, seal: str) -> bool:
        """Whether a seal was made here for this key and name."""
        return hmac.compare_digest(seal.encode(), self.seal(key, name).encode())

    def owner(self) -> str:
        """A name of whoever holds this secret, which tells nothing of it."""
        return hmac.new(self._secret(), b"owner of notes", "sha256").hexdigest()[:16]

    def _secret(self) -> bytes:
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            write_whole(self._file, os.urandom(32))  # a temporary file is its owner's alone
            return self._file.read_bytes()


class BlobPacks:
    """Many blobs in one file: what a step keeps costs one file and one sync.

    A pack begins with one line of JSON, pairs of name and length, and goes on with the contents
    one behind the other. Packs are never changed. What other processes add is seen when it is
    asked for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[str, Place] = {}
        self._read: set[str] = set()
        self._seen_ns = -1

    def add(self, contents: Mapping[Sha256, bytes]) -> None:
        """Keep contents under their names, all or none."""
        if not contents:
            return
        sizes = [[name, len(content)] for name, content in contents.items()]
        whole = b"".join([json.dumps(sizes).encode(), b"\n", *contents.values()])
        make_private(self._path)
        write_whole(self._path / f"{hashlib.sha256(whole).hexdigest()}.pack", whole)
        self._look()

    def content(self, name: Sha256) -> bytes | None:
        """What stands under a name, as it stands there; None where nothing does."""
        place = self._place(name)
        if place is None:
            return None
        path, first, length = place
        try:
            with path.open("rb") as file:
                file.seek(first)
                return file.read(length)
        except FileNotFoundError:
            return None

    def names(self) -> set[Sha256]:
        """All names in all packs."""
        self._look()
        return {Sha256(name) for name, (path, _, _) in self._places.items() if path.exists()}

    def __contains__(self, name: str) -> bool:
        place = self._place(Sha256(name))
        return place is not None and place[0].exists()

    def _place(self, name: Sha256) -> Place | None:
        if name not in self._places:
            self._look()
        return self._places.get(name)

    def _look(self) -> None:
        """Read the first line of packs that were not seen yet."""
        try:
            changed_ns = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return
        if changed_ns == self._seen_ns:
            return
        for path in sorted(self._path.glob("*.pack")):
            if path.name not in self._read:
                self._read.add(path.name)
                self._places |= _places_in(path)
        self._seen_ns = changed_ns


def _places_in(path: Path) -> dict[str, Place]:
    """Where each content of a pack stands; nothing where its first line cannot be read."""
    try:
        with path.open("rb") as file:
            line = file.readline()
        at, found = len(line), {}
        for name, length in json.loads(line):
            found[str(name)] = (path, at, int(length))
            at += int(length)
    except (OSError, ValueError, TypeError):
        return {}
    return found


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the power fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Have the names in a folder survive a power cut, as fsync does for a file's content."""
    place = os.open(path, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
