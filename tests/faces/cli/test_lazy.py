import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from nanoward.faces.cli import COMMANDS, SUMMARIES, cli


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_can_be_loaded_and_helps(name: str) -> None:
    told = CliRunner().invoke(cli, [name, "--help"])
    assert told.exit_code == 0, told.output
    assert "Usage" in told.output


def test_an_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(cli, ["cure"]).exit_code == 2
    assert isinstance(cli, click.Group)


@pytest.mark.parametrize("name", sorted(SUMMARIES))
def test_the_summary_of_a_command_is_its_own(name: str) -> None:
    """Where this fails: write the first paragraph of the command's help into SUMMARIES."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert not command.hidden
    shown = click.Command(name, help=SUMMARIES[name])
    for limit in (45, 500):
        assert shown.get_short_help_str(limit) == command.get_short_help_str(limit)


def test_help_loads_no_command() -> None:
    """In a process of its own: processor time is 0.04 s, 0.24 with all commands."""
    asked = (
        "import sys; from nanoward.faces.cli import cli; cli.main(['--help'], 'n', None, False)"
    )
    told = "print([name for name in sys.modules if name.startswith('nanoward.base.entries')])"
    done = subprocess.run(
        [sys.executable, "-c", f"{asked}; {told}"], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(f"  {name} " in done.stdout for name in COMMANDS)
