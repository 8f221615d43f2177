"""One key per person, in one file. To destroy the key is to erase the person.

A line reads "id key name": 32 and 64 hexadecimal digits, and the name in hexadecimal. A line
is added and synced before anything is sealed with its key. Erasing writes zeros over key and
name where they stand; the id stays, so that an erased person and a lost key are told apart.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nanoward.adapters.stores.file_blobs import sync_folder
from nanoward.audit.leaves import KEY_ID
from nanoward.base.errors import IntegrityError, OutsideError


class BadPeopleKeysError(IntegrityError):
    """The file of people's keys is damaged, or lacks a key that was not erased."""

    code = "INT-025"
    next_step = "Bring .nanoward/keys/people.keys back from its copy. Nothing was written."


class PeopleKeys:
    """Keys by person (for writing) and by id (for reading)."""

    def __init__(
        self, path: Path, chance: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._path = path
        self._chance = chance
        self._read = 0
        self._ids: dict[str, bytes] = {}
        self._names: dict[bytes, str] = {}
        self._keys: dict[bytes, bytes | None] = {}
        self._ciphers: dict[tuple[bytes, ...], AESGCM | None] = {}
        self._refresh()

    def __len__(self) -> int:
        return len(self._keys)

    def ids_of(self, people: Sequence[str]) -> tuple[bytes, ...]:
        """The ids of people's keys; keys that are new are on the disk when this returns."""
        ids = self._ids
        if any(name not in ids for name in people):
            self._make(people)
        return tuple(ids[name] for name in people)

    def cipher(self, ids: tuple[bytes, ...]) -> AESGCM | None:
        """What seals for all these people at once; None where one of them was erased."""
        if ids not in self._ciphers:
            if any(one not in self._keys for one in ids):
                self._refresh()
            self._ciphers[ids] = self._joined(ids)
        return self._ciphers[ids]

    def has(self, person: str) -> bool:
        """Whether there is a key of this person."""
        self._refresh()
        return person in self._ids

    def name_of(self, ident: bytes) -> str | None:
        """Whose key this is; None for somebody who was erased."""
        if ident not in self._keys:
            self._refresh()
        if ident not in self._keys:
            raise BadPeopleKeysError(f"{self._path.name} lacks the key {ident.hex()}")
        return self._names.get(ident)

    def erase(self, person: str) -> bool:
        """Write zeros over the person's key and name; True once that is on the disk."""
        self._refresh()
        if person not in self._ids:
            return False
        with self._held() as place:
            content = os.pread(place, os.fstat(place).st_size, 0)
            mine = person.encode().hex().encode()
            start = 0
            for line in content.splitlines(keepends=True):
                words = line.split()
                if words[2:] == [mine]:
                    zeros = b"0" * 64 + b" " + b"0" * len(words[2])
                    os.pwrite(place, zeros, start + 2 * KEY_ID + 1)
                start += len(line)
            os.fsync(place)
        ident = self._ids.pop(person)
        self._keys[ident] = None
        self._names.pop(ident, None)
        self._ciphers.clear()
        return True

    def _joined(self, ids: tuple[bytes, ...]) -> AESGCM | None:
        keys = []
        for one in ids:
            if one not in self._keys:
                raise BadPeopleKeysError(f"{self._path.name} lacks the key {one.hex()}")
            keys.append(self._keys[one])
        whole = [key for key in keys if key is not None]
        if len(whole) < len(keys):
            return None
        return AESGCM(sha256(b"nanoward joint key/1" + b"".join(whole)).digest())

    def _make(self, people: Sequence[str]) -> None:
        fresh_file = not self._path.exists()
        with self._held() as place:
            self._refresh()
            lines = []
            for name in sorted({one for one in people if one not in self._ids}):
                ident, key = self._chance(KEY_ID), self._chance(32)
                lines.append(f"{ident.hex()} {key.hex()} {name.encode().hex() or '-'}\n")
            _write_all(place, "".join(lines).encode(), os.fstat(place).st_size)
            os.fsync(place)
            if fresh_file:
                sync_folder(self._path.parent)
        self._refresh()

    def _refresh(self) -> None:
        if not self._path.exists():
            return
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]  # a torn last line was never used
        if len(whole) == self._read:
            return
        for number, line in enumerate(whole.splitlines(), 1):
            self._take(number, line.decode("ascii", "replace").split(" "))
        self._read = len(whole)

    def _take(self, number: int, words: list[str]) -> None:
        try:
            ident, key, name = (bytes.fromhex(one.replace("-", "")) for one in words)
            person = name.decode()
        except ValueError:
            raise BadPeopleKeysError(f"{self._path.name}:{number}: no key") from None
        if len(ident) != KEY_ID or len(key) != 32:
            raise BadPeopleKeysError(f"{self._path.name}:{number}: no key")
        if not any(key):
            self._keys[ident] = None
            return
        self._keys[ident] = key
        self._ids[person] = ident
        self._names[ident] = person

    @contextmanager
    def _held(self) -> Iterator[int]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            place = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(place, fcntl.LOCK_EX)
                _cut_torn_line(place)
                yield place
            finally:
                os.close(place)
        except OSError as fault:
            raise OutsideError(
                f"{self._path.name}: {fault}", next_step="Nothing was appended; see the disk."
            ) from fault


def _cut_torn_line(place: int) -> None:
    size = os.fstat(place).st_size
    content = os.pread(place, size, 0)
    whole = content.rfind(b"\n") + 1
    if whole < size:
        os.ftruncate(place, whole)


def _write_all(place: int, content: bytes, start: int) -> None:
    while content:
        written = os.pwrite(place, content, start)
        content, start = content[written:], start + written
