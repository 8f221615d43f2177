"""The ledger of reads: who looked at whose data, who signed in, whom a door refused."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from nanoward.base.entries import Entry
from nanoward.base.errors import OutsideError
from nanoward.ports.ledger import Record
from nanoward.programme.access.rights import Grant


class LooksDownError(OutsideError):
    """Reads cannot be recorded, so that nothing of people is shown."""

    code = "OUT-240"
    next_step = "Make room on the disk of .nanoward/looks.db. Stop and leave go on meanwhile."


class Looks(Protocol):
    """Keeps reads in a ledger of their own, at most a second later."""

    def note(self, account: str, grant: Grant, subject: str, what: str, at: datetime) -> None:
        """Take down that somebody looks; LooksDownError where it cannot be kept."""
        ...

    def tell(self, entry: Entry, actor: str, at: datetime) -> None:
        """Take down another thing of the doors: a sign-in, a refusal."""
        ...

    def flush(self) -> None:
        """Have everything on the disk that was taken down so far; LooksDownError."""
        ...

    def about(self, person: str) -> Iterator[Record]:
        """Reads of one person's data, and of pages about more than one."""
        ...

    def records(self, *, after: int = 0) -> Iterator[Record]:
        """Everything, in order."""
        ...

    def close(self) -> None:
        """Keep what is waiting, and let go."""
        ...
