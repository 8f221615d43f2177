"""Wiring of the console: drafts of forms, and readers of files with names of columns."""

from pathlib import Path
from typing import TYPE_CHECKING

from nanoward.adapters.stores.private import private_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nanoward.base.plan import Plan
    from nanoward.ports.formats import Formats
    from nanoward.ports.service.drafts import Drafts


def open_drafts(path: str) -> "Drafts":
    """Drafts of the forms of a programme, kept beside its accounts."""
    from nanoward.adapters.accounts.sqlite_drafts import SqliteDrafts

    return SqliteDrafts(private_folder(Path(path) / ".nanoward") / "drafts.db")


def formats_of(plan: "Plan", role: str, columns: "Mapping[str, str]") -> "Formats":
    """Readers with the plan's names of columns, and those that were told now for one table."""
    from nanoward.adapters.formats.column_names import EVERY_TABLE, pairs_of
    from nanoward.wiring import open_bench

    table = role.removeprefix("sdtm.")
    told = {f"{table}.{name}": theirs for name, theirs in columns.items() if table}
    known = dict(pairs_of(plan.section("columns")))
    pairs = [*(known | told).items()]
    return open_bench(quiet=True, columns=(pairs, EVERY_TABLE)).formats
