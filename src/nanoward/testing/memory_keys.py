"""Keys that are gone with the process: a ledger's own, and those of people.

Both come out of one seed, so that two ledgers with the same records have the same root. For
tests alone: whoever reads this file has the keys.
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nanoward.adapters.signers.people_keys import PeopleKeys
from nanoward.audit.leaves import KEY_ID
from nanoward.audit.notes import LOG, VerifierKey

NAME = "memory"


def counted_chance(seed: str = NAME) -> Callable[[int], bytes]:
    """Bytes that look random and are the same each time: two ledgers draw alike."""
    drawn = 0

    def draw(count: int) -> bytes:
        nonlocal drawn
        drawn += 1
        return hashlib.shake_256(f"{seed} {drawn}".encode()).digest(count)

    return draw


class MemorySigner:
    """A ledger's key out of a seed, as FileSigner has it out of a file."""

    def __init__(self, seed: str = NAME) -> None:
        raw = hashlib.sha256(seed.encode()).digest()
        self._secret = Ed25519PrivateKey.from_private_bytes(raw)
        self._key = VerifierKey(
            name=NAME, kind=LOG, public=self._secret.public_key().public_bytes_raw()
        )
        self._seal = hashlib.sha256(b"seal" + raw).digest()

    @property
    def key(self) -> VerifierKey:
        return self._key

    def sign(self, message: bytes) -> bytes:
        return self._secret.sign(message)

    def seal(self, message: bytes) -> bytes:
        return hashlib.sha256(self._seal + message).digest()


class MemoryPeople(PeopleKeys):
    """Keys of people in memory: found, made and erased as those of a file are."""

    def __init__(self, chance: Callable[[int], bytes]) -> None:
        super().__init__(Path(NAME), chance)

    def erase(self, person: str) -> bool:
        with self.threads:
            mine = self.known_ids(person)
            for ident in mine:
                self._drop(ident)
        return bool(mine)

    def _refresh(self) -> None:
        """Nobody else adds to what is in memory."""

    def _make(self, people: Sequence[str]) -> None:
        for number, name in enumerate(sorted({one for one in people if not self._knows(one)})):
            ident, key = self._chance(KEY_ID), self._chance(32)
            line = f"{ident.hex()} {key.hex()} {name.encode().hex() or '-'}"
            self._take(number, line.encode())
