from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from nanoward.faces.cli.passwords import OpenPasswordError, password_of


@pytest.mark.hazard("H-82")
def test_a_password_is_read_from_a_file_of_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "word"
    file.write_text("secret\n")
    file.chmod(0o600)
    assert password_of(file) == "secret"
    for mode in (0o640, 0o604, 0o660):
        file.chmod(mode)
        with pytest.raises(OpenPasswordError, match="others may read word"):
            password_of(file)


def test_a_password_is_asked_for_and_a_new_one_twice() -> None:
    @click.command()
    @click.option("--new", is_flag=True)
    def asks(*, new: bool) -> None:
        click.echo(password_of(None, new=new))

    assert CliRunner().invoke(asks, [], input="secret\n").stdout.strip() == "secret"
    assert CliRunner().invoke(asks, ["--new"], input="a\na\n").stdout.strip() == "a"
    assert CliRunner().invoke(asks, ["--new"], input="a\nb\n").exit_code == 1


@pytest.mark.hazard("H-82")
@pytest.mark.parametrize("path", sorted(Path("src/nanoward/faces/cli").rglob("*.py")), ids=str)
def test_no_command_takes_a_password_as_an_argument(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "password_option" not in text
    assert '"--password"' not in text
