from pathlib import Path

from tests.faces.service.participant.me_world import make_home

from nanoward.wiring.backups import back_up, restore


def test_a_programme_and_its_keys_come_back(tmp_path: Path) -> None:
    home, keys = str(make_home(tmp_path / "home")), str(tmp_path / "keys")
    told = back_up(home, str(tmp_path / "b.tar"), keys, "secret")
    assert restore(str(tmp_path / "b.tar"), str(tmp_path / "new"), keys, "secret") == told
