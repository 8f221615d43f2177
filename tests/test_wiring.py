from pathlib import Path

import pytest

from nanoward.adapters.stores.lock import ProgrammeBusyError
from nanoward.base.errors import InputError, UsageError
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


@pytest.mark.hazard("H-264")
def test_a_programme_remembers_the_names_of_its_columns(tmp_path: Path) -> None:
    plan = 'name = "p"\n[columns]\nparticipant = "Proband"\n[columns.events]\nID = "SUBJ"\n'
    (tmp_path / "programme.toml").write_text(plan, encoding="utf-8")
    with open_ports(str(tmp_path), quiet=True, use="read") as ports:
        read = ports.formats.read(
            "samples", "s.csv", b"sample,Proband,taken\nS1,P1,2026-03-01\n"
        )
        events = ports.formats.read("events", "e.csv", b"SUBJ,TIME,AMT,DV\n1,0,0,2\n")
    assert read.table["participant"].to_list() == ["P1"]
    assert events.table["ID"].to_list() == ["1"]
    (tmp_path / "programme.toml").write_text(plan.replace("participant", "nosuch"))
    with (
        pytest.raises(UsageError, match="nosuch"),
        open_ports(str(tmp_path), quiet=True, use="read"),
    ):
        pass
