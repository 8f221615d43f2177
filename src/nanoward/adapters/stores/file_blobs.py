"""Blobs as files named by their SHA-256; notes as small files beside them."""

import hashlib
import hmac
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from nanoward.adapters.stores.private import make_private
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256


class BrokenBlobError(IntegrityError):
    """Content is missing or does not fit its name."""

    code = "INT-030"
    next_step = "Restore the file from a copy, or remove it and run the round again."


class FileBlobs:
    """blobs/ab/abcdef... and notes/<hash of key>; every file appears whole or not at all.

    A note is sealed over its key and its blob with a secret of this folder's: one that was
    edited, or moved to another key, is no note, and what it would have recalled is made anew.
    """

    def __init__(self, path: Path) -> None:
        self._blobs = path / "blobs"
        self._notes = path / "notes"
        self._secret = path / "notes.key"

    def put(self, content: bytes) -> Sha256:
        name = Sha256(hashlib.sha256(content).hexdigest())
        path = self._path(name)
        if not path.exists():
            make_private(path.parent)
            write_whole(path, content)
        return name

    def get(self, name: Sha256) -> bytes:
        try:
            content = self._path(name).read_bytes()
        except FileNotFoundError:
            raise BrokenBlobError(f"blob {name} is missing") from None
        if hashlib.sha256(content).hexdigest() != name:
            raise BrokenBlobError(f"blob {name} holds other content than its name says")
        return content

    def has(self, name: Sha256) -> bool:
        return self._path(name).exists()

    def names(self) -> tuple[Sha256, ...]:
        return tuple(sorted(Sha256(path.name) for path in self._blobs.glob("??/*")))

    def note(self, key: str, name: Sha256) -> None:
        make_private(self._notes)
        write_whole(self._note(key), f"{name} {self._seal(key, name)}".encode())

    def noted(self, key: str) -> Sha256 | None:
        try:
            text = self._note(key).read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError):
            return None
        name, _, seal = text.partition(" ")
        if not hmac.compare_digest(seal, self._seal(key, name)):
            return None
        return Sha256(name) if self.has(Sha256(name)) else None

    def _seal(self, key: str, name: str) -> str:
        return hmac.new(self._own_secret(), f"{key}\0{name}".encode(), "sha256").hexdigest()

    def _own_secret(self) -> bytes:
        """32 bytes that only the owner of this folder can read; made on first use."""
        try:
            return self._secret.read_bytes()
        except FileNotFoundError:
            write_whole(self._secret, os.urandom(32))  # a temporary file is its owner's alone
            return self._secret.read_bytes()

    def _path(self, name: Sha256) -> Path:
        return self._blobs / name[:2] / name

    def _note(self, key: str) -> Path:
        return self._notes / hashlib.sha256(key.encode()).hexdigest()


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
