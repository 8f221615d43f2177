"""Wiring of backups: an archive of a programme, and a box of its keys."""

from pathlib import Path
from typing import Any


def back_up(programme: str, file: str, keys: str | None, password: str) -> dict[str, Any]:
    """Take a backup while the programme runs; its keys go to a file of their own.

    keys  None: they are kept by other means
    """
    from nanoward.adapters.backups.archive import take_backup
    from nanoward.adapters.backups.key_box import keys_of, write_box

    manifest = take_backup(Path(programme), Path(file))
    if keys is not None:  # after the ledgers: nobody's key is missing
        write_box(Path(keys), keys_of(Path(programme)), password)
    return manifest


def restore(file: str, programme: str, keys: str, password: str) -> dict[str, Any]:
    """Give a programme back to a folder that is empty or not there; the manifest."""
    from nanoward.adapters.backups.archive import give_back
    from nanoward.adapters.backups.key_box import read_box

    return give_back(Path(file), read_box(Path(keys), password), Path(programme))
