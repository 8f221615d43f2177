"""Old command words work for one release, say so, and stand in DEPRECATED.md."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from nanoward.faces.cli.audit.ledger import group as ledger
from nanoward.faces.cli.clearance.commands import group as clearance
from nanoward.faces.cli.renamed import RenamedGroup

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("group", [ledger, clearance], ids=lambda one: str(one.name))
def test_every_old_word_leads_to_a_command_and_is_told(group: click.Group) -> None:
    assert isinstance(group, RenamedGroup)
    assert group.renamed
    page = (ROOT / "DEPRECATED.md").read_text()
    for old, new in group.renamed.items():
        by_old = CliRunner().invoke(group, [old, "--help"])
        assert by_old.exit_code == 0
        assert f"{old!r} is called {new!r} now" in by_old.stderr
        assert old not in group.list_commands(click.Context(group))
        assert new in group.list_commands(click.Context(group))
        assert f"`nanoward {group.name} {old}`" in page
