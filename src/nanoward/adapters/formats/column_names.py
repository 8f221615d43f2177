"""Which names of columns may be told, and for which tables: `--column`, and [columns]."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nanoward.adapters.formats.clinical.sdtm_variables import EVERYWHERE, USED
from nanoward.base.errors import UsageError
from nanoward.base.near_misses import nearest
from nanoward.base.tables import ADJUSTMENTS, CONTACTS, EVENTS, MARKERS, SAMPLES, VARIANTS

SDTM = tuple(f"sdtm.{domain}" for domain in sorted(USED))
SHAPES = {one.name: one for one in (SAMPLES, CONTACTS, EVENTS, VARIANTS, ADJUSTMENTS, MARKERS)}


OPEN = ("events", "table")  # every name may be a column: a covariate, a scale
EVERY_TABLE = (*SHAPES, *SDTM)


class BadColumnError(UsageError):
    """A column was told under a name that cannot be."""

    code = "FMT-091"
    next_step = (
        "Write NAME=theirs, or TABLE.NAME=theirs, with a NAME of docs/reference/tables.md."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnsSection:
    """The keys of [columns]: what the programme's files call their columns.

    NAME  a column of docs/reference/tables.md, to the files' name of it in every table that
          knows it; or a table (samples, contacts, variants, events, adjustments, markers, AE,
          DM, LB ...) to a table of those
    """

    NAME: str | Mapping[str, str] = ""


def columns_section(section: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """[columns] as names by table; BadColumnError for a name that no table knows."""
    return aliases(pairs_of(section), EVERY_TABLE)


def aliases(
    pairs: Sequence[tuple[str, str]], tables: Sequence[str]
) -> dict[str, dict[str, str]]:
    """Our names to theirs, by table.

    pairs   (NAME or TABLE.NAME, theirs); of an event table every name may be a covariate's,
            where it is the first of the tables or told as `events.NAME`
    tables  those that a command or a programme reads; "sdtm" for all domains
    Raises BadColumnError for a name that no table knows, or that is told twice.
    """
    found: dict[str, dict[str, str]] = {}
    tables = [one for told in tables for one in (SDTM if told == "sdtm" else (told,))]
    for told, theirs in pairs:
        table, _, name = told.rpartition(".")
        if not name.strip() or not theirs.strip():
            raise BadColumnError(f"{told}={theirs} names no column")
        for role in _roles(told, table, name, tables):
            own = found.setdefault(role, {})
            ours = _spelled(role, name)
            if ours in own:
                raise BadColumnError(
                    f"{ours} of {role} is told twice: {own[ours]} and {theirs}"
                )
            if theirs.casefold() in (one.casefold() for one in own.values()):
                raise BadColumnError(f"{theirs!r} of {role} is told for two columns")
            own[ours] = theirs
    return found


def pairs_of(section: Mapping[str, object]) -> list[tuple[str, str]]:
    """[columns] of programme.toml: NAME = "theirs", or a table of them for each table."""
    found = []
    for key, value in section.items():
        several = value.items() if isinstance(value, Mapping) else ((None, value),)
        for name, theirs in several:
            if not isinstance(theirs, str):
                raise BadColumnError(f"[columns] {name or key} is no text in quotes")
            found.append((key if name is None else f"{key}.{name}", theirs))
    return found


def _roles(told: str, table: str, name: str, tables: Sequence[str]) -> list[str]:
    if table:
        asked = table.casefold().removeprefix("sdtm.")
        known = [one for one in tables if asked == one.casefold().removeprefix("sdtm.")]
        if not known:
            raise BadColumnError(
                f"{told}: no table {table!r} is read; there is {_list(tables)}"
            )
        if not _knows(known[0], name):
            raise BadColumnError(
                f"{told}: {known[0]} has no column {name!r}{_near(known, name)}"
            )
        return known
    known = [one for one in tables if _declares(one, name)]
    if tables and tables[0] in OPEN:  # what the command is about
        known = known or [one for one in tables[:1] if _knows(one, name)]
    if not known:
        what = f"no column is called {name!r} in {_list(tables)}"
        raise BadColumnError(f"{what}{_near(tables, name)}")
    return known


def _list(tables: Sequence[str]) -> str:
    return ", ".join(tables) or "what is read here"


def _near(tables: Sequence[str], name: str) -> str:
    every = {one for table in tables for one in _columns(table)}
    close = nearest(name, every, 0.7)
    return f"; is {close} meant?" if close else ""


def _columns(role: str) -> tuple[str, ...]:
    if role.startswith("sdtm."):
        return ("USUBJID", *USED.get(role[5:7], ()), *EVERYWHERE)
    shape = SHAPES.get(role)
    return tuple(one.name for one in shape.columns if one.name != "line") if shape else ()


def _declares(role: str, name: str) -> bool:
    return any(one.casefold() == name.casefold() for one in _columns(role))


def _knows(role: str, name: str) -> bool:
    """Whether a table may hold the column; of open ones every name but `line` may be one."""
    named = name.replace("_", "a").isalnum() and name.casefold() != "line"
    return (role in OPEN and named) or _declares(role, name)


def _spelled(role: str, name: str) -> str:
    return next((one for one in _columns(role) if one.casefold() == name.casefold()), name)
