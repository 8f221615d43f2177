"""One key per person, in one file. To destroy the key is to erase the person.

A line reads "id key name": 32 and 64 hexadecimal digits, and the name in hexadecimal. A line
is added and synced before anything is sealed with its key. Erasing writes zeros over key and
name where they stand, and adds a line of zeros for who read the file before; the id stays, so
that an erased person and a lost key are told apart.

The file is read once, and then only what was added. Whoever asks after one person does not
parse everybody's line: a few names are looked for in the bytes as they are.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Concatenate, ParamSpec, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nanoward.adapters.stores.file_blobs import sync_folder
from nanoward.audit.leaves import KEY_ID
from nanoward.base.errors import IntegrityError, OutsideError
from nanoward.base.names import identity_of

FEW = 24  # look-ups in the bytes before all lines are parsed
SMALL = 4_096  # bytes that are parsed at once


class BadPeopleKeysError(IntegrityError):
    """The file of people's keys is damaged, or lacks a key that was not erased."""

    code = "INT-025"
    next_step = "Bring .nanoward/keys/people.keys back from its copy. Nothing was written."


Given = ParamSpec("Given")
Told = TypeVar("Told")


def _alone(
    method: Callable[Concatenate["PeopleKeys", Given], Told],
) -> Callable[Concatenate["PeopleKeys", Given], Told]:
    """One thread at a time: what is parsed and what is still raw belong together."""

    @wraps(method)
    def held(self: "PeopleKeys", /, *args: Given.args, **named: Given.kwargs) -> Told:
        with self.threads:
            return method(self, *args, **named)

    return held


class PeopleKeys:
    """Keys by person (for writing) and by id (for reading); threads may share them."""

    def __init__(
        self, path: Path, chance: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self.threads = RLock()
        self._path = path
        self._chance = chance
        self._forget()
        self._refresh()

    @_alone
    def __len__(self) -> int:
        self._parse_all()
        return len(self._keys)

    @_alone
    def ids_of(self, people: Sequence[str]) -> tuple[bytes, ...]:
        """The ids of people's keys; keys that are new are on the disk when this returns."""
        names = [identity_of(one) for one in people]
        if not all(self._knows(name) for name in names):
            self._make(names)
            for name in names:
                self._knows(name)
        return tuple(self._ids[name][0] for name in names)

    @_alone
    def known_ids(self, person: str) -> tuple[bytes, ...]:
        """Every id under which this person was written; none for somebody unknown."""
        self._refresh()
        name = identity_of(person)
        return tuple(self._ids[name]) if self._knows(name) else ()

    @_alone
    def people(self) -> tuple[str, ...]:
        """Everybody whose key is there."""
        self._refresh()
        self._parse_all()
        return tuple(self._ids)

    @_alone
    def cipher(self, ids: tuple[bytes, ...]) -> AESGCM | None:
        """What seals for all these people at once; None where one of them was erased."""
        if ids not in self._ciphers:
            if any(not self._holds(one) for one in ids):
                self._refresh()
            self._ciphers[ids] = self._joined(ids)
        return self._ciphers[ids]

    @_alone
    def has(self, person: str) -> bool:
        """Whether there is a key of this person."""
        return bool(self.known_ids(person))

    @_alone
    def name_of(self, ident: bytes) -> str | None:
        """Whose key this is; None for somebody who was erased."""
        if not self._holds(ident):
            self._refresh()
        if not self._holds(ident):
            raise BadPeopleKeysError(f"{self._path.name} lacks the key {ident.hex()}")
        return self._names.get(ident)

    @_alone
    def erase(self, person: str) -> bool:
        """Write zeros over the person's keys and names; True once that is on the disk."""
        mine = self.known_ids(person)
        if not mine:
            return False
        with self._held() as place:
            size = os.fstat(place).st_size
            content = os.pread(place, size, 0)
            start, gone = 0, b""
            for line in content.splitlines(keepends=True):
                ident, _, name = line.split()
                if bytes.fromhex(ident.decode()) in mine:
                    zeros = b"0" * 64 + b" " + b"0" * len(name)
                    os.pwrite(place, zeros, start + 2 * KEY_ID + 1)
                    gone += ident + b" " + b"0" * 64 + b" -\n"
                start += len(line)
            os.fsync(place)
            _write_all(place, gone, size)
            os.fsync(place)
        for ident_ in mine:
            self._drop(ident_)
        return True

    # --- what is known so far ---

    def _forget(self) -> None:
        self._read, self._lines, self._asked = 0, 0, 0
        self._raw = b""  # lines that nobody has parsed yet
        self._ids: dict[str, list[bytes]] = {}
        self._names: dict[bytes, str] = {}
        self._keys: dict[bytes, bytes | None] = {}
        self._ciphers: dict[tuple[bytes, ...], AESGCM | None] = {}

    def _drop(self, ident: bytes) -> None:
        name = self._names.pop(ident, None)
        if name is not None:
            rest = [one for one in self._ids.get(name, ()) if one != ident]
            self._ids[name] = rest
            if not rest:
                del self._ids[name]
        self._keys[ident] = None
        self._ciphers.clear()

    def _knows(self, name: str) -> bool:
        if self._raw and not self._few():
            self._parse_all()
        if self._raw and (not name.isascii() or not name):
            self._parse_all()
        if self._raw:  # every writing of the name holds its letters
            self._look(name.encode().hex().encode())
        return name in self._ids

    def _holds(self, ident: bytes) -> bool:
        if ident not in self._keys and self._raw:
            if self._few():
                self._look(ident.hex().encode())
            else:
                self._parse_all()
        return ident in self._keys

    def _few(self) -> bool:
        self._asked += 1
        return self._asked <= FEW

    def _look(self, wanted: bytes) -> None:
        """Take every line of the raw bytes that holds these digits."""
        at = self._raw.find(wanted)
        while at >= 0:
            start = self._raw.rfind(b"\n", 0, at) + 1
            end = self._raw.find(b"\n", at)
            line = self._raw[start:end]
            try:
                self._take(0, line)
            except BadPeopleKeysError:  # lines are counted for the message alone
                self._take(self._raw.count(b"\n", 0, start) + 1, line)
            at = self._raw.find(wanted, end)

    def _parse_all(self) -> None:
        raw, self._raw = self._raw, b""
        for number, line in enumerate(raw.splitlines(), 1):
            self._take(number, line)

    def _refresh(self) -> None:
        """Read what was added since; all of it where the file became shorter."""
        try:
            with self._path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < self._read:
                    self._forget()
                file.seek(self._read)
                content = file.read()
        except FileNotFoundError:
            return
        whole = content[: content.rfind(b"\n") + 1]  # a torn last line was never used
        if not whole:
            return
        if not self._read and len(whole) > SMALL:
            self._raw, self._lines = whole, whole.count(b"\n")
        else:
            for number, line in enumerate(whole.splitlines(), self._lines + 1):
                self._take(number, line)
            self._lines += whole.count(b"\n")
        self._read += len(whole)

    def _take(self, number: int, line: bytes) -> None:
        try:
            words = line.decode("ascii", "replace").split(" ")
            ident, key, name = (bytes.fromhex(one.replace("-", "")) for one in words)
            person = identity_of(name.decode())
        except ValueError:
            raise BadPeopleKeysError(f"{self._path.name}:{number}: no key") from None
        if len(ident) != KEY_ID or len(key) != 32:
            raise BadPeopleKeysError(f"{self._path.name}:{number}: no key")
        if not any(key):
            self._drop(ident)
        elif ident not in self._keys:
            self._keys[ident] = key
            self._names[ident] = person
            self._ids.setdefault(person, []).append(ident)

    def _joined(self, ids: tuple[bytes, ...]) -> AESGCM | None:
        keys = []
        for one in ids:
            if not self._holds(one):
                raise BadPeopleKeysError(f"{self._path.name} lacks the key {one.hex()}")
            keys.append(self._keys[one])
        whole = [key for key in keys if key is not None]
        if len(whole) < len(keys):
            return None
        return AESGCM(sha256(b"nanoward joint key/1" + b"".join(whole)).digest())

    # --- writing ---

    def _make(self, people: Sequence[str]) -> None:
        fresh_file = not self._path.exists()
        with self._held() as place:
            self._refresh()
            lines = []
            for name in sorted({one for one in people if not self._knows(one)}):
                ident, key = self._chance(KEY_ID), self._chance(32)
                lines.append(f"{ident.hex()} {key.hex()} {name.encode().hex() or '-'}\n")
            _write_all(place, "".join(lines).encode(), self._read)
            os.fsync(place)
            if fresh_file:
                sync_folder(self._path.parent)
        self._refresh()

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
    """A line that was cut off in the middle is taken away: looked for from the end."""
    size = whole = os.fstat(place).st_size
    while whole and os.pread(place, 1, whole - 1) != b"\n":
        whole -= 1
    if whole < size:
        os.ftruncate(place, whole)


def _write_all(place: int, content: bytes, start: int) -> None:
    while content:
        written = os.pwrite(place, content, start)
        content, start = content[written:], start + written
