"""A table of the last round that was held, as it was written and hashed."""

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import KINDS, RoundHeld, entry_of, kind_of
from nanoward.base.errors import IntegrityError, UsageError
from nanoward.flows.steps.parquet import table_of
from nanoward.ports.ports import Ports


class NoRoundError(UsageError):
    """No round was held in this programme, or its files are not there."""

    code = "PRG-032"
    next_step = "Hold a round first: nanoward round PROGRAMME"


class RoundFileError(IntegrityError):
    """A file of a round is not the one that the ledger names."""

    code = "PRG-033"
    next_step = "Hold the round again: it writes its files anew."


def last_round_held(ports: Ports) -> RoundHeld:
    """The entry of the round that was concluded last; NoRoundError where there was none."""
    held = _held(ports)
    if not held:
        raise NoRoundError("no round was held")
    return held[-1]


def _held(ports: Ports) -> list[RoundHeld]:
    return [
        entry
        for record in ports.ledger.records(kind=kind_of(RoundHeld))
        if isinstance(entry := entry_of(record.kind, record.body, KINDS), RoundHeld)
    ]


def last_round_table(ports: Ports, name: str) -> pl.DataFrame:
    """The table `name` of the round that was concluded last."""
    held = _held(ports)
    path = f"tables/{name}.parquet"
    content = ports.folder.round_file(held[-1].round, path) if held else None
    if content is None:
        raise NoRoundError(f"no round with a table {name} was held")
    if f"{path}={sha256_of(content)}" not in held[-1].tables:
        raise RoundFileError(f"{path} of the round of {held[-1].round} was changed")
    return table_of(content)
