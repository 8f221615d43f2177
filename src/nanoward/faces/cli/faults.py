"""How a command ends that did not end well: the exit code, and what a person reads of it."""

import errno
import json
import os
import platform
import sys
import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from nanoward import __version__
from nanoward.base.errors import NanowardError, OutsideError

DISK = frozenset(
    getattr(errno, name)
    for name in ("EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EIO", "EMFILE", "ENFILE")
)
BUG = 70  # sysexits.h: EX_SOFTWARE


class DiskRefusedError(OutsideError):
    """The disk, or its owner, let nothing be read or written there."""

    code = "OUT-066"
    next_step = "Make the place readable and writable for you, or free room, and run it again."


def told_fault(fault: Exception, words: list[str]) -> NanowardError | None:
    """The fault as one of ours; None for what nobody foresaw.

    words  of the command, as they were typed
    """
    if isinstance(fault, NanowardError):
        return fault
    if isinstance(fault, OSError) and fault.errno in DISK:
        place = f"{fault.filename}: " if fault.filename else ""
        return DiskRefusedError(f"{place}{fault.strerror}{_whose(fault.filename)}")
    if isinstance(fault, MemoryError):
        return DiskRefusedError(f"out of memory at: {' '.join(words[:2])}")
    return None


def _whose(place: object) -> str:
    """Whose a place is, where it is somebody else's."""
    if not isinstance(place, str):
        return ""
    for one in (Path(place), *Path(place).parents):
        with suppress(OSError):
            owner, me = one.stat().st_uid, os.geteuid()
            return "" if owner == me else f"; {one} is user {owner}'s, and you are user {me}"
    return ""


def write_report(fault: BaseException, words: list[str], folder: str | None = None) -> Path:
    """A short file on what nobody foresaw: versions, the command, where; no data, no names.

    Arguments are left out, but for the command's own words: they may name people. Readable by
    its owner alone. OSError where it cannot be written.
    """
    lines = traceback.format_exception(fault)
    told = {
        "nanoward": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": [one for one in words[:2] if one.isalpha()],
        "options": [one.split("=")[0] for one in words if one.startswith("--")],
        "fault": type(fault).__name__,
        "where": [one for one in "".join(lines).splitlines() if one.startswith("  File ")],
    }
    place, name = tempfile.mkstemp(prefix="nanoward-fault-", suffix=".json", dir=folder)
    with os.fdopen(place, "w", encoding="utf-8") as file:
        json.dump(told, file, indent=1)
    return Path(name)


def report_text(fault: BaseException, words: list[str]) -> str:
    """What a person reads of a fault that is ours."""
    try:
        file = f"\n  a report without data is in {write_report(fault, words)}"
    except OSError:
        file = ""
    last = traceback.extract_tb(fault.__traceback__)
    where = f" at {Path(last[-1].filename).name}:{last[-1].lineno}" if last else ""
    return f"error NWD-000: a fault of ours{where}: {type(fault).__name__}: {fault}{file}"


def end_on(fault: Exception) -> int:
    """Tell a fault on stderr; returns the exit code."""
    words = sys.argv[1:]
    ours = told_fault(fault, words)
    if ours is not None:
        click.echo(f"error {ours}", err=True)
        return ours.exit_code
    click.echo(report_text(fault, words), err=True)
    return BUG
