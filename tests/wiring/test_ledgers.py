from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.base.entries import ProgrammeOpened
from nanoward.wiring import ledgers
from nanoward.wiring.ledgers import NoLaneError, open_ledger, open_scratch_ledger, write_file

AT = datetime(2026, 11, 23, tzinfo=UTC)
OPENED = ProgrammeOpened(programme="ward", title="", plan_sha256="")


def test_a_ledger_opened_alone_is_the_one_of_its_programme(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_text('name = "ward"\n')
    with open_ledger(str(tmp_path), quiet=True) as site:
        head = site.ledger.append([OPENED], actor="nurse", at=AT)
    with open_ledger(str(tmp_path), quiet=True) as site:
        assert site.ledger.verify().hash == head.hash


def test_a_scratch_ledger_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_scratch_ledger(str(tmp_path)) as site:
        site.ledger.append([OPENED], actor="nurse", at=AT)
        assert list(tmp_path.iterdir())
    assert not list(tmp_path.iterdir())


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    write_file(str(tmp_path / "note"), "text")
    assert (tmp_path / "note").read_text() == "text"


def test_a_programme_without_a_kill_lane_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoLaneError) as fault:
        ledgers._lane_in(tmp_path / ".nanoward", restoring=False)
    assert fault.value.code == "USE-016"
