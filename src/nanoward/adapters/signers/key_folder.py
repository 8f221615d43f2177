"""The folder of a programme's keys: ledger.key, people.keys; readable by its owner only."""

import os
from collections.abc import Callable
from pathlib import Path

from nanoward.adapters.signers.file_signer import FileSigner, MissingKeyError, make_signer
from nanoward.adapters.signers.people_keys import PeopleKeys
from nanoward.base.errors import IntegrityError


class LostLedgerError(IntegrityError):
    """Keys have been used, but the ledger that they were used for is not there."""

    code = "INT-026"
    next_step = (
        "Bring the ledger back from its copy, or move .nanoward/keys away to begin a new one. "
        "Nothing was written."
    )


class KeyFolder:
    """Opens or makes the keys of one ledger."""

    def __init__(self, path: Path, chance: Callable[[int], bytes] = os.urandom) -> None:
        self._path = path
        self._chance = chance

    def is_begun(self) -> bool:
        """Whether the ledger's key was made."""
        return (self._path / "ledger.key").exists()

    def signer(self, *, begun: bool) -> FileSigner:
        """The ledger's signer; made when neither ledger nor key is there yet.

        begun  the ledger is there: its key must be there too
        """
        path = self._path / "ledger.key"
        if begun or path.exists():
            if not begun and len(self.people()):
                raise LostLedgerError(f"{self._path} holds keys of a ledger that is not there")
            return FileSigner(path)
        if (self._path / "people.keys").exists():
            raise MissingKeyError(f"{path} is not there")
        return make_signer(path, name=f"nanoward/{os.urandom(8).hex()}")

    def people(self) -> PeopleKeys:
        """The keys of people."""
        return PeopleKeys(self._path / "people.keys", self._chance)
