"""Folders and files that nobody else can read: 0700 and 0600, whatever the umask says."""

import errno
import os
import stat
from pathlib import Path

from nanoward.base.errors import OutsideError

OTHERS = stat.S_IRWXG | stat.S_IRWXO
FOLDER, FILE = 0o700, 0o600


class NotOursError(OutsideError):
    """A folder or file is another user's, or cannot be written; nothing was done."""

    code = "OUT-062"
    next_step = "Run the command as the user whose programme it is, or make the disk writable."


def private_folder(path: Path) -> Path:
    """Make a programme's own folder, or close one that others could read, with all in it.

    NotOursError where it is another user's, or the disk is read-only.
    """
    try:
        path.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        if path.stat().st_mode & OTHERS:
            path.chmod(FOLDER)
            for folder, _, files in os.walk(path):
                Path(folder).chmod(FOLDER)
                for name in files:
                    _close(Path(folder) / name)
    except OSError as fault:
        raise not_ours(path, fault) from fault
    return path


def make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner alone."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=FOLDER, exist_ok=True)


def private_file(path: Path) -> Path:
    """Make an empty file, or close one that others could read. Its content stays.

    A file that is there is not opened: a process that closes any descriptor of a file gives up
    all its POSIX locks on it, and SQLite's would be gone while its connections go on ("How To
    Corrupt An SQLite Database File", section 2.2).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=FOLDER)
        _create(path)
        if path.stat().st_mode & OTHERS:
            path.chmod(FILE)
    except OSError as fault:
        raise not_ours(path, fault) from fault
    return path


def not_ours(path: Path, fault: OSError) -> NotOursError:
    """What to tell: whose it is, and who asked."""
    mine = os.geteuid()
    for place in (path, *path.parents):
        try:
            owner = place.stat().st_uid
        except OSError:
            continue
        whose = "" if owner == mine else f"; {place} is user {owner}'s, and you are user {mine}"
        return NotOursError(f"{path}: {fault.strerror or fault}{whose}")
    return NotOursError(f"{path}: {fault.strerror or fault}")


def _create(path: Path) -> None:
    if path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, FILE))
    except FileExistsError:
        return


def _close(path: Path) -> None:
    if not path.is_symlink() and path.stat().st_mode & OTHERS:
        path.chmod(FILE)
