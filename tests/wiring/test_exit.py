from pathlib import Path

import pytest

from nanoward.adapters.stores.disk_folder import NoProgrammeError
from nanoward.adapters.stores.lock import ProgrammeBusyError
from nanoward.wiring.exit import (
    exit_socket,
    hold_exit,
    is_known,
    kept_folder,
    known_people,
    open_exit,
    open_exit_spool,
)


def test_a_folder_without_a_programme_gets_nothing(tmp_path: Path) -> None:
    with pytest.raises(NoProgrammeError):
        kept_folder(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.hazard("H-96")
def test_the_way_out_opens_with_a_plan_that_nobody_can_read(tmp_path: Path) -> None:
    (tmp_path / "programme.toml").write_bytes(b"\xff = = [")
    with open_exit_spool(str(tmp_path)) as none:
        assert none is None
    with open_exit(str(tmp_path), lane=lambda _: {"stopped": []}) as ports:
        assert ports.spool.head().size == 0
        with ports.ledger() as ledger:
            assert ledger.head().size == 0
    with open_exit_spool(str(tmp_path)) as spool:
        assert spool is not None
    assert exit_socket(str(tmp_path)).name == "exit.sock"


def test_one_process_works_the_way_out(tmp_path: Path) -> None:
    (tmp_path / ".nanoward").mkdir()
    with hold_exit(str(tmp_path)), pytest.raises(ProgrammeBusyError), hold_exit(str(tmp_path)):
        pass


def test_everybody_known_is_named_unless_the_person_is(tmp_path: Path) -> None:
    (tmp_path / ".nanoward").mkdir()
    with open_exit(str(tmp_path), lane=lambda _: {}) as ports, ports.ledger() as ledger:
        from datetime import date

        from nanoward.base.entries import ConsentWithdrawn

        left = ConsentWithdrawn(participant="P1", withdrawn=date(2026, 1, 1))
        ledger.append([left], actor="x", at=ports.clock.now())
    assert is_known(str(tmp_path), "P1 ")
    assert not is_known(str(tmp_path), "p1")
    assert known_people(str(tmp_path)) == ("P1",)
