"""A group that still answers to the names that its commands had before."""

from collections.abc import Mapping
from typing import Any

import click


class RenamedGroup(click.Group):
    """Commands under the field's word; an old word works for one release and says so.

    renamed  old name to new; old ones stand in DEPRECATED.md and in no help
    """

    def __init__(self, *, renamed: Mapping[str, str], **settings: Any) -> None:
        super().__init__(**settings)
        self.renamed = renamed

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        new = self.renamed.get(cmd_name)
        if new is None:
            return super().get_command(ctx, cmd_name)
        click.echo(f"{cmd_name!r} is called {new!r} now, see DEPRECATED.md", err=True)
        return super().get_command(ctx, new)
