from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.relays.relay_files import HeartbeatFile, RefusedFolder, put_file

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_the_last_tick_is_remembered_and_a_broken_file_is_none(tmp_path: Path) -> None:
    beat = HeartbeatFile(tmp_path / "ticked")
    assert beat.last() is None
    beat.beat(NOON)
    assert beat.last() == NOON
    for text in ("soon", "2026-03-02T12:00:00", ""):
        (tmp_path / "ticked").write_text(text)
        assert beat.last() is None
    HeartbeatFile(tmp_path / "no" / "folder").beat(NOON)


def test_a_refused_file_is_kept_whole_and_once(tmp_path: Path) -> None:
    kept = RefusedFolder(tmp_path / "refused")
    for _ in range(2):
        kept.keep("ab12", b"whole")
    (file,) = (tmp_path / "refused").iterdir()
    assert (file.name, file.read_bytes()) == ("ab12", b"whole")
    assert file.parent.stat().st_mode & 0o77 == 0


def test_a_couriers_file_is_never_overwritten(tmp_path: Path) -> None:
    put_file(tmp_path / "out", "a.dat", b"one")
    with pytest.raises(FileExistsError):
        put_file(tmp_path / "out", "a.dat", b"two")
    assert (tmp_path / "out" / "a.dat").read_bytes() == b"one"
