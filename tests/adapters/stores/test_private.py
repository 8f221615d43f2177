import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nanoward.adapters.stores.private import (
    NotOursError,
    not_ours,
    private_file,
    private_folder,
)
from nanoward.adapters.stores.row_store import State
from nanoward.adapters.stores.sqlite_rows import SqliteRows


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.hazard("H-98")
def test_a_folder_that_others_could_read_is_closed_with_all_that_is_in_it(
    tmp_path: Path,
) -> None:
    kept = tmp_path / ".nanoward"
    (kept / "blobs").mkdir(parents=True)
    (kept / "blobs" / "one").write_text("x")
    for path, open_mode in (
        (kept, 0o755),
        (kept / "blobs", 0o777),
        (kept / "blobs/one", 0o644),
    ):
        path.chmod(open_mode)
    private_folder(kept)
    assert [mode(one) for one in (kept, kept / "blobs", kept / "blobs/one")] == [
        0o700, 0o700, 0o600,
    ]  # fmt: skip


def test_a_file_is_made_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = private_file(tmp_path / "new" / "ledger.db")
    finally:
        os.umask(before)
    assert (mode(file), mode(file.parent)) == (0o600, 0o700)
    file.write_text("kept")
    file.chmod(0o666)
    private_file(file)
    assert (mode(file), file.read_text()) == (0o600, "kept")


def test_whoever_cannot_write_is_told_whose_it_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotOursError, match="exists"):
        private_file(tmp_path / "file" / "below")
    os.chown(tmp_path, 4242, -1) if os.geteuid() == 0 else None
    told = not_ours(tmp_path / "gone" / "x", PermissionError(13, "Permission denied"))
    if os.geteuid() == 0:
        assert f"{tmp_path} is user 4242's, and you are user 0" in told.message


@pytest.mark.hazard("H-108")
def test_a_ledger_that_is_open_keeps_its_locks_when_it_is_opened_once_more(
    tmp_path: Path,
) -> None:
    """Closing any descriptor of a file drops the locks of SQLite's connections to it.

    Another process then believes to be the last one and takes the log away, and whoever still
    has the ledger open writes into a file that nobody will ever read.
    """
    path = tmp_path / "a.db"
    first = SqliteRows(path)
    first.begin(State(key="k", size=0, seal=b"", note=""))
    second = SqliteRows(path)
    second.close()
    private_file(path)
    code = (
        "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\n"
        "c.execute('SELECT * FROM state').fetchall()\nc.close()"
    )
    asked = [sys.executable, "-c", code, str(path)]
    subprocess.run(asked, check=True)
    assert path.with_name("a.db-wal").exists()
    first.close()
