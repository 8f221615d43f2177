"""A backup is whole or not there; what is given back ends in the head that was told."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.faces.service.participant.me_world import ME, make_home

from nanoward.adapters.backups.archive import (
    BackupElsewhereError,
    BackupNotWrittenError,
    BackupThereError,
    BrokenBackupError,
    copy_database,
    give_back,
    is_key,
    take_backup,
    whole_file,
)
from nanoward.adapters.backups.key_box import keys_of
from nanoward.adapters.stores.exit_spool import open_spool
from nanoward.adapters.stores.sqlite_ledger import SqliteLedger
from nanoward.base.entries import ReadingTaken
from nanoward.base.errors import InputError
from nanoward.faces.way_out import say

NOW = datetime(2026, 6, 29, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_home(tmp_path_factory.mktemp("backup") / "home")
    say(str(folder), "stop", ME)
    return folder


@pytest.fixture
def taken(home: Path, tmp_path: Path) -> tuple[Path, dict[str, bytes]]:
    take_backup(home, tmp_path / "b.tar")
    return tmp_path / "b.tar", keys_of(home)


def head_of(folder: Path) -> tuple[int, str]:
    ledger = SqliteLedger(folder / ".nanoward" / "ledger.db")
    head = ledger.verify()
    ledger.close()
    return head.size, head.hash


def test_what_is_given_back_is_the_programme(
    home: Path, taken: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    file, keys = taken
    manifest = give_back(file, keys, tmp_path / "again")
    assert head_of(tmp_path / "again") == head_of(home)
    assert manifest["ledgers"]["ledger.db"]["size"] == head_of(home)[0]
    assert keys_of(tmp_path / "again") == keys
    before = (home / "programme.toml").read_bytes()
    assert (tmp_path / "again" / "programme.toml").read_bytes() == before
    blobs = sorted(one.name for one in (home / ".nanoward" / "blobs").rglob("*"))
    assert blobs
    again = tmp_path / "again" / ".nanoward" / "blobs"
    assert sorted(one.name for one in again.rglob("*")) == blobs


def test_a_backup_holds_no_key(taken: tuple[Path, dict[str, bytes]]) -> None:
    file, keys = taken
    assert keys
    with tarfile.open(file) as tar:
        assert not [one for one in tar.getnames() if is_key(Path(one))]
    content = file.read_bytes()
    assert not [name for name, key in keys.items() if len(key) > 16 and key in content]


@pytest.mark.hazard("H-420")
@pytest.mark.parametrize("fault", ["a bit", "cut off", "one file more", "a name that climbs"])
def test_a_backup_that_was_changed_gives_nothing_back(
    taken: tuple[Path, dict[str, bytes]], tmp_path: Path, fault: str
) -> None:
    file, keys = taken
    if fault == "a bit":
        content = bytearray(file.read_bytes())
        content[content.find(b"capacity")] ^= 1
        file.write_bytes(content)
    elif fault == "cut off":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        name = "data/more.csv" if fault == "one file more" else "../outside"
        with tarfile.open(file, "a") as tar:
            info = tarfile.TarInfo(name)
            info.size = 1
            tar.addfile(info, io.BytesIO(b"x"))
    with pytest.raises(BrokenBackupError):
        give_back(file, keys, tmp_path / "again")
    assert [one.name for one in tmp_path.iterdir()] == ["b.tar"]
    assert not (tmp_path.parent / "outside").exists()


@pytest.mark.hazard("H-420")
def test_a_manifest_that_tells_another_head_gives_nothing_back(
    home: Path, tmp_path: Path
) -> None:
    take_backup(home, tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as old, tarfile.open(tmp_path / "c.tar", "w") as new:
        for one in old:
            content = old.extractfile(one)
            assert content is not None
            told = content.read()
            if one.name == "backup.json":
                manifest = json.loads(told)
                manifest["ledgers"]["ledger.db"]["size"] -= 1
                told = json.dumps(manifest).encode()
                one.size = len(told)
            new.addfile(one, io.BytesIO(told))
    with pytest.raises(BrokenBackupError, match=r"ledger\.db ends at"):
        give_back(tmp_path / "c.tar", keys_of(home), tmp_path / "again")


def test_nothing_is_written_over(
    home: Path, taken: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    file, keys = taken
    with pytest.raises(BackupThereError):
        take_backup(home, file)
    with pytest.raises(BackupThereError):
        give_back(file, keys, tmp_path)
    (tmp_path / "empty").mkdir()
    give_back(file, keys, tmp_path / "empty")
    with pytest.raises(InputError):
        take_backup(tmp_path / "nowhere", tmp_path / "d.tar")


def test_a_ledger_elsewhere_is_told(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "p"
    (folder / ".nanoward").mkdir(parents=True)
    (folder / ".nanoward" / "ledger.dsn").write_text("host=db")
    with pytest.raises(BackupElsewhereError):
        take_backup(folder, tmp_path / "d.tar")


@pytest.mark.hazard("H-421")
def test_a_backup_taken_while_people_leave_loses_no_leave(tmp_path: Path) -> None:
    """What the copied spool calls carried stands in the copied ledger."""
    home = make_home(tmp_path / "home")
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            say(str(home), "leave", f"L{number}")
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            take_backup(home, tmp_path / f"{number}.tar")
    finally:
        over.set()
        writer.join()
    for number in range(4):
        again = tmp_path / f"again-{number}"
        give_back(tmp_path / f"{number}.tar", keys_of(home), again)
        spool = open_spool(again / ".nanoward")
        carried = {
            one.body["notice"]
            for one in spool.records(kind="exit.NoticeCarried")
            if one.body["to"] == "ledger"
        }
        spool.close()
        ledger = SqliteLedger(again / ".nanoward" / "ledger.db")
        held = {one.body["notice"] for one in ledger.records(kind="clearance.ConsentWithdrawn")}
        ledger.close()
        assert carried <= held


@pytest.mark.hazard("H-420")
def test_a_kill_during_a_backup_leaves_no_half_file(home: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from nanoward.adapters.backups import archive\n"
        "def slow(source, target):\n    print('copying', flush=True); time.sleep(60)\n"
        "archive.copy_database = slow\n"
        "archive.take_backup(Path(sys.argv[1]), Path(sys.argv[2]))\n"
    )
    command = [sys.executable, "-c", code, str(home), str(tmp_path / "out" / "b.tar")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    assert not [one for one in (tmp_path / "out").iterdir() if one.is_file()]


def test_a_file_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a") as file:
        file.write(b"x")
        assert not (tmp_path / "a").exists()
    assert (tmp_path / "a").read_bytes() == b"x"
    with pytest.raises(FileExistsError), whole_file(tmp_path / "a") as file:
        file.write(b"y")
    assert (tmp_path / "a").read_bytes() == b"x"


def test_a_system_without_nameless_files_leaves_none_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "O_TMPFILE")
    with pytest.raises(RuntimeError), whole_file(tmp_path / "a"):
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []
    with whole_file(tmp_path / "a") as file:
        file.write(b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_database_is_copied_while_it_is_written_to(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / "a.db")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE t (n)")
    db.execute("INSERT INTO t VALUES (1)")
    db.commit()
    db.execute("INSERT INTO t VALUES (2)")  # not committed
    copy_database(tmp_path / "a.db", tmp_path / "b.db")
    db.close()
    copy = sqlite3.connect(tmp_path / "b.db")
    assert copy.execute("SELECT n FROM t").fetchall() == [(1,)]
    copy.close()


def test_the_ledger_that_is_restored_goes_on(
    taken: tuple[Path, dict[str, bytes]], tmp_path: Path
) -> None:
    file, keys = taken
    give_back(file, keys, tmp_path / "again")
    ledger = SqliteLedger(tmp_path / "again" / ".nanoward" / "ledger.db")
    size = ledger.head().size
    reading = ReadingTaken(participant=ME, quantity="pulse", value=1.0, unit="/min", at=NOW)
    assert ledger.append([reading], actor="nurse", at=NOW).size == size + 1
    ledger.close()


def test_a_backup_that_cannot_be_written_is_told_and_leaves_nothing(
    home: Path, tmp_path: Path
) -> None:
    with pytest.raises(BackupNotWrittenError) as fault:
        take_backup(home, tmp_path / "nowhere" / "b.tar")
    assert fault.value.code == "OUT-084"
    assert list(tmp_path.iterdir()) == []
