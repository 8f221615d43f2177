"""Passwords of keys: asked for, or read from a file of their owner's; never an argument."""

import stat
from pathlib import Path

import click

from nanoward.base.errors import UsageError

OTHERS = stat.S_IRWXG | stat.S_IRWXO
password_file = click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="File with the key's password, readable by you alone; asked for where not given.",
)


class OpenPasswordError(UsageError):
    """Others than its owner may read the file of a password."""

    code = "USE-065"
    next_step = "Run `chmod 600` on the file."


def password_of(
    file: Path | None, *, prompt: str = "Password of the key", new: bool = False
) -> str:
    """The password, from a file or from whoever sits there."""
    if file is None:
        found: str = click.prompt(prompt, hide_input=True, confirmation_prompt=new, err=True)
        return found
    if file.stat().st_mode & OTHERS:
        raise OpenPasswordError(f"others may read {file.name}")
    return file.read_text(encoding="utf-8").rstrip("\r\n")
