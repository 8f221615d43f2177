from pathlib import Path

import pytest

from nanoward.adapters.stores.lock import ProgrammeBusyError
from nanoward.base.errors import InputError
from nanoward.wiring import open_bench, open_folder, open_lane_beside, open_ports
from nanoward.wiring.control import open_lane_ledger


def a_programme(folder: Path) -> str:
    (folder / "programme.toml").write_text('name = "ward"\n')
    return str(folder)


def test_a_site_has_all_its_parts_and_lets_go_of_them(tmp_path: Path) -> None:
    path = a_programme(tmp_path)
    for _ in range(2):
        with open_ports(path, quiet=True, workers=1) as ports:
            assert ports.folder.plan().name == "ward"
            assert ports.ledger.verify().size == 0
    assert open_folder(path).plan().name == "ward"
    assert open_bench(quiet=True).runner.map(str, [1]) == ["1"]


def test_a_programme_is_opened_by_one_at_a_time(tmp_path: Path) -> None:
    path = a_programme(tmp_path)
    with open_ports(path, quiet=True), pytest.raises(ProgrammeBusyError), open_ports(path):
        pass


def test_a_folder_without_a_programme_gets_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(InputError), open_ports(str(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_round_reads_what_the_kill_lane_did(tmp_path: Path) -> None:
    path = a_programme(tmp_path)
    with open_lane_beside(path) as lane:
        assert lane is None
    made = open_lane_ledger(path, make=True)
    assert made is not None
    made.close()
    with open_lane_beside(path) as lane:
        assert lane is not None
        assert lane.head().size == 0
