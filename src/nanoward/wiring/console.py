"""Wiring of the console: drafts of forms, and the key under which people go by pseudonyms."""

import hashlib
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.adapters.stores.private import private_file, private_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nanoward.base.plan import Plan
    from nanoward.ports.formats import Formats
    from nanoward.ports.service.drafts import Drafts

KEY_BYTES = 32


def open_drafts(path: str) -> "Drafts":
    """Drafts of the forms of a programme, kept beside its accounts."""
    from nanoward.adapters.accounts.sqlite_drafts import SqliteDrafts

    return SqliteDrafts(private_folder(Path(path) / ".nanoward") / "drafts.db")


def pseudonym_key(path: str) -> bytes:
    """The programme's key of pseudonyms and of what forms carry; made where there is none."""
    file = private_folder(Path(path) / ".nanoward") / "pseudonyms.key"
    if not file.exists() or file.stat().st_size < KEY_BYTES:
        private_file(file)
        file.write_bytes(secrets.token_bytes(KEY_BYTES))
    return hashlib.sha256(file.read_bytes()).digest()


def formats_of(plan: "Plan", role: str, columns: "Mapping[str, str]") -> "Formats":
    """Readers with the plan's names of columns, and those that were told now for one table."""
    from nanoward.adapters.formats.column_names import EVERY_TABLE, pairs_of
    from nanoward.wiring import open_bench

    table = role.removeprefix("sdtm.")
    told = {f"{table}.{name}": theirs for name, theirs in columns.items() if table}
    known = dict(pairs_of(plan.section("columns")))
    pairs = [*(known | told).items()]
    return open_bench(quiet=True, columns=(pairs, EVERY_TABLE)).formats
