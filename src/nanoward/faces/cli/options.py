"""Options that every command has, and how every command prints."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import groupby
from typing import Any, TypeVar

import click

from nanoward.base.findings import Finding
from nanoward.base.when import whole_date

_COLUMNS = "nanoward.columns"
Command = TypeVar("Command", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A day, YYYY-MM-DD."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        if isinstance(value, date):
            return value
        try:
            return whole_date(str(value))
        except Exception as fault:  # noqa: BLE001 - click words any failure for the user
            self.fail(str(getattr(fault, "message", fault)), param, ctx)


def columns(*tables: str) -> Callable[[Command], Command]:
    """Add --column NAME=theirs for what a command reads; `told_columns` gives it to a bench."""

    def remember(
        context: click.Context, _param: click.Parameter, told: tuple[str, ...]
    ) -> tuple[str, ...]:
        pairs = []
        for one in told:
            name, sign, theirs = one.partition("=")
            if not sign:
                raise click.BadParameter(f"{one!r} is not NAME=theirs")
            pairs.append((name.strip(), theirs.strip()))
        context.meta[_COLUMNS] = (tuple(pairs), tables)
        return told

    return click.option(
        "--column",
        multiple=True,
        metavar="NAME=THEIRS",
        expose_value=False,
        callback=remember,
        help="The column NAME (or TABLE.NAME) is called THEIRS in the file. Again for more.",
    )


def told_columns() -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """What --column told of this command, and the tables that it reads."""
    context = click.get_current_context(silent=True)
    found: tuple[tuple[tuple[str, str], ...], tuple[str, ...]] = ((), ())
    return found if context is None else context.meta.get(_COLUMNS, found)


def common(command: Command) -> Command:
    """Add --json, --as-of, --seed and --quiet: as_json, as_of, seed, quiet."""
    options = (
        click.option("--json", "as_json", is_flag=True, help="Print JSON, not text."),
        click.option("--as-of", type=Day(), default=None, help="Day that the answer is for."),
        click.option("--seed", type=int, default=7, show_default=True, help="For chance."),
        click.option("--quiet", is_flag=True, help="No progress on stderr."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def print_result(result: Mapping[str, Any], text: str, *, as_json: bool) -> None:
    """The result on stdout: JSON with sorted keys, or text made for reading."""
    click.echo(json.dumps(result, default=str, indent=1, sort_keys=True) if as_json else text)


def print_findings(findings: Iterable[Finding], *, quiet: bool = False, most: int = 3) -> int:
    """Findings on stderr, a few of each code; returns the exit code, 1 where there are any.

    Notes are not told: no row was doubted or left out for them.

    quiet  warnings are not told; an error always is
    """
    told = [one for one in findings if one.severity != "note"]
    for code, some in groupby(sorted(told, key=_severity), key=lambda one: one.code):
        alike = list(some)
        if quiet and alike[0].severity != "error":
            continue
        for one in alike[:most]:
            click.echo(str(one), err=True)
        if len(alike) > most:
            click.echo(f"... and {len(alike) - most} more of {code}", err=True)
    return 1 if told else 0


def _severity(finding: Finding) -> tuple[str, str]:
    return finding.severity, finding.code


def text_table(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> str:
    """Rows as aligned text columns; floats with four significant digits, null as a dash."""
    names = list(columns)
    cells = [names, *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(names))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _cell(value: Any) -> str:
    match value:
        case None:
            return "-"
        case float():
            return f"{value:.4g}"
        case list() | tuple():
            return "; ".join(str(one) for one in value)
    return str(value)
