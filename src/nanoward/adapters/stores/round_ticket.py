"""Of two rounds that are held at once the one that began last goes on; the other stops."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.adapters.stores.lock import locked
from nanoward.base.errors import OutsideError

WAIT_S = 60.0  # for acts, which are short


class RoundSupersededError(OutsideError):
    """Another round of the programme began later, with newer material."""

    code = "OUT-065"
    next_step = "Nothing more was written here; read the report of the round that goes on."


class RoundTicket:
    """Drawn when a round begins; whoever draws a later one takes its place.

    A round that crashes leaves a ticket behind that holds up nobody.
    """

    def __init__(self, kept: Path) -> None:
        self._kept, self.name = kept, secrets.token_hex(16)
        write_whole(self._file, self.name.encode())

    @property
    def _file(self) -> Path:
        return self._kept / "round.ticket"

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around each append: nobody acts meanwhile, and this round is still the newest."""
        with locked(self._kept / "lock", wait_s=WAIT_S):
            self.require()
            yield

    def require(self) -> None:
        """RoundSupersededError where a later round began."""
        try:
            now = self._file.read_text(encoding="ascii")
        except FileNotFoundError:  # .nanoward was made anew meanwhile
            now = ""
        if now != self.name:
            raise RoundSupersededError("another round of this programme began later")
