"""A group whose commands are imported only when they are called or described."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Commands by name, each at "module:attribute"."""

    def __init__(self, *, commands_at: Mapping[str, str], **settings: Any) -> None:
        super().__init__(**settings)
        self.commands_at = commands_at

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(self.commands_at)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.commands_at:
            return None
        module, attribute = self.commands_at[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command
