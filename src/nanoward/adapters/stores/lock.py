"""One process at a time on a programme; a process that dies lets go."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from nanoward.base.errors import OutsideError


class ProgrammeBusyError(OutsideError):
    """Another process works on the programme."""

    code = "OUT-021"
    next_step = "Wait until it has ended; nothing was done here."


@contextmanager
def locked(path: Path, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock file, or raise ProgrammeBusyError: at once, or after so many seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait_s
    with path.open("a") as file:
        while not _taken(file):
            if time.monotonic() >= until:
                raise ProgrammeBusyError(f"another round holds {path.parent.parent}")
            time.sleep(0.05)
        yield


def _taken(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
