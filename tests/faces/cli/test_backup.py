from pathlib import Path

from tests.faces.cli.programme.programme_folder import said, typed
from tests.faces.service.participant.me_world import make_home


def test_backup_and_restore_are_typed(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    word, keys, file = tmp_path / "word", tmp_path / "keys", tmp_path / "b.tar"
    word.write_text("secret\n")
    word.chmod(0o600)
    box = ("--keys", keys, "--password-file", word)
    taken = said("backup", home, file, *box)
    assert said("restore", file, tmp_path / "new", *box) == taken
    assert typed("verify", tmp_path / "new").exit_code == 0
    assert typed("restore", file, tmp_path / "new", *box).exit_code != 0


def test_a_backup_without_a_word_on_keys_is_refused(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    refused = typed("backup", home, tmp_path / "b.tar")
    assert "USE-253" in str(getattr(refused.exception, "code", ""))
    assert not (tmp_path / "b.tar").exists()
    assert typed("backup", home, tmp_path / "b.tar", "--without-keys").exit_code == 0
