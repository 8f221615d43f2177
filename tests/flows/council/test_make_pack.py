"""Packs: deterministic, graded, refused where nobody could open them."""

from pathlib import Path
from typing import Any

import pytest
from tests.faces.cli.programme.programme_folder import make
from tests.flows.council.council_programme import council_programme, hold_round, tables_of

from nanoward.flows.council import make_pack as make_pack_module
from nanoward.flows.council.council_state import NoRoundForPackError
from nanoward.flows.council.make_pack import make_pack, pack_json
from nanoward.programme.council.charter import CouncilRefusedError
from nanoward.wiring.council import open_council


@pytest.mark.hazard("H-357")
def test_a_pack_is_a_function_of_ledger_day_and_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked, refuse = [], make_pack_module.refuse_if_earlier_tell

    def counted(ports: Any, kept: Any, known: Any, packs: Any) -> None:
        checked.append(len(packs))
        refuse(ports, kept, known, packs)

    monkeypatch.setattr(make_pack_module, "refuse_if_earlier_tell", counted)
    ward = council_programme(tmp_path)
    with open_council(ward.folder, quiet=True) as desk:
        first = make_pack(desk, by="a")
        assert set(checked) == {0}
        once = len(checked)
        second = make_pack(desk, by="b")
        assert len(checked) == once  # the same again needs no look at itself
        assert first.open_part == second.open_part
        assert first.made == second.made
        head = desk.ports.ledger.head()
    assert head.size > 0
    tables = tables_of(ward.folder)
    beds = tables["findings"].rename({"code": "resource"}).with_columns(taken=3)
    hold_round(ward.folder, {**tables, "capacity": beds})
    with open_council(ward.folder, quiet=True) as desk:
        third = make_pack(desk, by="a")
        assert 1 in checked[once:]
    assert third.name != first.name
    assert not any("_by_arm" in one["name"] for one in pack_json(third)["numbers"])


def test_without_members_or_a_round_there_is_no_pack(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    folder = make(tmp_path / "a", "P1")
    with open_council(folder, quiet=True) as desk, pytest.raises(CouncilRefusedError):
        make_pack(desk, by="a")
    (tmp_path / "b").mkdir()
    keys = f"{'a' * 64} {'b' * 64}"
    more = f'[programme.council.members]\nanna = "{keys}"\n'
    folder = make(tmp_path / "b", "P1", more=more)
    with open_council(folder, quiet=True) as desk, pytest.raises(NoRoundForPackError):
        make_pack(desk, by="a")
