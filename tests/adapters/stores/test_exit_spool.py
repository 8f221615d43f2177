import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.stores.exit_spool import ROOM, ExitSpool, free_bytes, open_spool
from nanoward.base.entries.exit import NoticeGiven

AT = datetime(2026, 11, 30, tzinfo=UTC)


def given(n: int) -> NoticeGiven:
    return NoticeGiven(notice=f"n{n}", participant=f"P{n}", wish="leave", given=AT, by="x")


@pytest.mark.hazard("H-96")
def test_room_is_kept_in_the_file_and_notices_grow_neither_file_nor_journal(
    tmp_path: Path,
) -> None:
    spool = open_spool(tmp_path)
    file, journal = tmp_path / "exit.db", tmp_path / "exit.db-journal"
    assert free_bytes(file) >= ROOM
    sizes = file.stat().st_size, journal.stat().st_size
    for n in range(40):
        spool.append([given(n)], actor="exit", at=AT)
    assert (file.stat().st_size, journal.stat().st_size) == sizes
    assert spool.verify().size == 40
    spool.close()
    for path in (file, journal, tmp_path / "exit-keys" / "people.keys"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.hazard("H-96")
def test_a_disk_that_takes_no_more_takes_a_notice(tmp_path: Path) -> None:
    """RLIMIT_FSIZE at the sizes that stand: no file may grow by a byte."""
    spool = open_spool(tmp_path)
    spool.append([given(0)], actor="exit", at=AT)
    spool.close()
    most = max(one.stat().st_size for one in tmp_path.rglob("*") if one.is_file())
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "sys.path.insert(0, sys.argv[2])\n"
        "from test_exit_spool import AT, given\n"
        "from nanoward.adapters.stores.exit_spool import open_spool\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "try:\n"
        "    Path(sys.argv[1], 'fill').write_bytes(b'x' * 99_999_999)\n"
        "    sys.exit('the disk is not full')\n"
        "except OSError:\n"
        "    pass\n"
        "spool = open_spool(Path(sys.argv[1]))\n"
        "for n in range(1, 30):\n"
        "    spool.append([given(n)], actor='exit', at=AT)\n"
        "spool.close()\n"
    )
    here = str(Path(__file__).parent)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path), here], check=True, env=env)
    again = open_spool(tmp_path)
    assert again.verify().size == 30
    again.close()


def test_a_spool_that_nobody_used_is_empty_and_one_that_is_used_is_seen(tmp_path: Path) -> None:
    seen = ExitSpool(tmp_path)
    assert (list(seen.about("P1")), list(seen.records()), seen.head().size) == ([], [], 0)
    assert seen.verify().size == 0
    assert not (tmp_path / "exit.db").exists()
    other = open_spool(tmp_path)
    other.append([given(1)], actor="exit", at=AT)
    assert [one.body["notice"] for one in seen.about("P1")] == ["n1"]
    assert (seen.head().size, seen.verify().size, len(list(seen.records()))) == (1, 1, 1)
    seen.append([given(2)], actor="exit", at=AT)
    assert other.head().size == 2
    seen.close()
    other.close()
