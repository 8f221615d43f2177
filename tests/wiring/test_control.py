from datetime import UTC, datetime
from pathlib import Path

import pytest

from nanoward.adapters.stores.lock import ProgrammeBusyError
from nanoward.base.entries import ProgrammeOpened
from nanoward.base.errors import InputError
from nanoward.wiring.control import (
    hold_lane,
    lane_socket,
    make_signing_key,
    open_lane,
    open_lane_ledger,
    plan_fault,
    read_signing_key,
)


def a_programme(folder: Path) -> str:
    (folder / "programme.toml").write_text('name = "ward"\n')
    return str(folder)


def test_the_lane_has_a_store_and_keys_of_its_own(tmp_path: Path) -> None:
    path = a_programme(tmp_path)
    assert open_lane_ledger(path) is None
    lane = open_lane_ledger(path, make=True)
    assert lane is not None
    opened = ProgrammeOpened(programme="ward", title="", plan_sha256="")
    lane.append([opened], actor="nurse", at=datetime(2026, 11, 23, tzinfo=UTC))
    lane.close()
    kept = tmp_path / ".nanoward"
    assert (kept / "lane.db").exists()
    assert (kept / "lane-keys").is_dir()
    assert not (kept / "ledger.db").exists()
    assert lane_socket(path).parent == kept


@pytest.mark.hazard("H-451")
def test_the_last_plan_that_could_be_read_counts_and_why_is_told(tmp_path: Path) -> None:
    path, plan = a_programme(tmp_path), tmp_path / "programme.toml"
    plan.write_text('name = "ward"\n[control]\nagent = "A1"\nspec_sha256 = "55"\n')
    assert plan_fault(path) == ""
    plan.write_text('name = "ward"\n[control]\nagent = 1\n')
    assert "agent is missing or no text" in plan_fault(path)
    with open_lane(path) as desk:
        assert desk.plan.agent == "A1"
    plan.write_text('name = "ward"\n[control]\nagent = "A2"\nspec_sha256 = "55"\n')
    with open_lane(path) as desk:
        assert desk.plan.agent == "A2"


def test_a_lane_that_never_read_a_plan_has_none_to_go_by(tmp_path: Path) -> None:
    path = a_programme(tmp_path)
    (tmp_path / "programme.toml").write_text('name = "ward"\n[control]\nagent = 1\n')
    with pytest.raises(InputError), open_lane(path):
        pass


@pytest.mark.hazard("H-31")
def test_one_process_works_the_lane(tmp_path: Path) -> None:
    path = a_programme(tmp_path)
    with hold_lane(path), pytest.raises(ProgrammeBusyError), hold_lane(path):
        pass


def test_a_person_s_key_is_read_with_its_password_only(tmp_path: Path) -> None:
    file = str(tmp_path / "key")
    made = make_signing_key(file, "secret")
    assert read_signing_key(file, "secret").key == made.key
    with pytest.raises(Exception, match=r"password|key"):
        read_signing_key(file, "guess")
