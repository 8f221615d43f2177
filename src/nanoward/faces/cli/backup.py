"""nanoward backup and restore: a programme as one file, and its keys as another."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from nanoward.base.errors import UsageError
from nanoward.faces.cli.options import common, print_result
from nanoward.faces.cli.passwords import password_file, password_of


class KeysNotSaidError(UsageError):
    """Nobody said where the keys go, and a backup without them cannot be opened."""

    code = "USE-253"
    next_step = "Give --keys FILE, or --without-keys where the keys are kept by other means."


@click.command()
@click.argument("programme", type=click.Path(exists=True, file_okay=False))
@click.argument("file", type=click.Path(dir_okay=False))
@click.option(
    "--keys", type=click.Path(dir_okay=False), default=None, help="File for the keys."
)
@click.option("--without-keys", is_flag=True, help="The keys are kept by other means.")
@password_file
@common
def backup(
    programme: str, file: str, *, keys: str | None, without_keys: bool,
    password_file: Path | None, as_json: bool, **_: Any,
) -> None:  # fmt: skip
    """Back PROGRAMME up to FILE while it runs; whole or not at all, never over another.

    Keys go to a file of their own, encrypted with a password, in place of the one before:
    who was erased is then gone from the backups too. Without its keys nobody opens a backup.
    """
    from nanoward.wiring.backups import back_up

    if keys is None and not without_keys:
        raise KeysNotSaidError("the keys are not in FILE, and --keys names no file for them")
    password = password_of(password_file, new=True) if keys else ""
    told = back_up(programme, file, keys, password)
    print_result(_told(told), _text(told, f"{file} holds"), as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.argument("programme", type=click.Path(file_okay=False))
@click.option("--keys", type=click.Path(exists=True, dir_okay=False), required=True)
@password_file
@common
def restore(
    file: str, programme: str, *, keys: str, password_file: Path | None, as_json: bool, **_: Any
) -> None:
    """Give a programme back from FILE to PROGRAMME, which must be empty or not there.

    Every file is held against its digest, and every ledger is recomputed up to the head that
    the backup tells. Exit code 5 where anything is wrong; then nothing was written.
    """
    from nanoward.wiring.backups import restore as given_back

    told = given_back(file, programme, keys, password_of(password_file))
    print_result(_told(told), _text(told, f"{programme} has"), as_json=as_json)


def _told(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {"files": len(manifest["files"]), "ledgers": manifest["ledgers"]}


def _text(manifest: Mapping[str, Any], begins: str) -> str:
    heads = [
        f"{name}: {one['size']} records, {one['hash'][:16]}"
        for name, one in manifest["ledgers"].items()
    ]
    return "\n".join([f"{begins} {len(manifest['files'])} files", *heads])
