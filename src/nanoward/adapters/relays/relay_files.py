"""What messages keep beside the ledger: the last tick, and files that were refused."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from nanoward.adapters.stores.file_blobs import write_whole
from nanoward.adapters.stores.private import make_private


class HeartbeatFile:
    """One moment in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self) -> datetime | None:
        try:
            found = datetime.fromisoformat(self._path.read_text(encoding="utf-8").strip())
        except (OSError, ValueError):
            return None
        return found if found.tzinfo is not None else None

    def beat(self, now: datetime) -> None:
        with suppress(OSError):  # a full disk must not stop a notice
            self._path.write_text(now.astimezone(UTC).isoformat() + "\n", encoding="utf-8")


class RefusedFolder:
    """Files by their SHA-256, each whole or not there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, name: str, content: bytes) -> None:
        target = self._path / name
        if not target.exists():
            make_private(self._path)
            write_whole(target, content)


def put_file(folder: Path, name: str, content: bytes) -> None:
    """A file for a courier, whole; another of its name is never overwritten."""
    target = folder / name
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    write_whole(target, content)
