"""One process at a time on a programme; a process that dies lets go."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nanoward.base.errors import OutsideError


class ProgrammeBusyError(OutsideError):
    """Another process works on the programme."""

    code = "OUT-021"
    next_step = "Wait until it has ended; nothing was done here."


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file, or raise ProgrammeBusyError at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProgrammeBusyError(f"another round holds {path.parent.parent}") from None
        yield
