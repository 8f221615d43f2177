"""One process at a time on a programme; a process that dies lets go.

The lock is a file that only its owner can open. One that others could open, or that is
another's, is replaced by a fresh one: whoever holds the old one holds nobody up.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nanoward.adapters.stores.private import FILE, FOLDER, OTHERS, not_ours
from nanoward.base.errors import OutsideError


class ProgrammeBusyError(OutsideError):
    """Another process works on the programme."""

    code = "OUT-021"
    next_step = "Wait until it has ended; nothing was done here."


@contextmanager
def locked(path: Path, *, wait_s: float = 0) -> Iterator[None]:
    """Hold the lock file, or raise ProgrammeBusyError: at once, or after so many seconds."""
    until = time.monotonic() + wait_s
    place = _taken(path)
    while place is None:
        if time.monotonic() >= until:
            raise ProgrammeBusyError(f"another process works on {path.parent.parent}")
        time.sleep(0.02)
        place = _taken(path)
    try:
        yield
    finally:
        os.close(place)


def _taken(path: Path) -> int | None:
    place = _opened(path)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        mine, now = os.fstat(place), path.stat()
    except (BlockingIOError, FileNotFoundError):
        os.close(place)
        return None
    if mine.st_ino != now.st_ino:  # it was replaced meanwhile
        os.close(place)
        return None
    return place


def _opened(path: Path) -> int:
    """The lock file, opened; an outsider's is replaced first."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        place = os.open(path, flags, FILE)
        stood = os.fstat(place)
        if not stood.st_mode & OTHERS and stood.st_uid == os.geteuid():
            return place
        os.close(place)
        path.unlink(missing_ok=True)
        return os.open(path, flags, FILE)
    except OSError as fault:
        raise not_ours(path, fault) from fault
