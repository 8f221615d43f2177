"""Rounds that were held, found at the cost of their number, however long the ledger."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import KINDS, RoundHeld, entry_of, kind_of
from nanoward.flows.queries.last_round import NoRoundError, RoundFileError
from nanoward.flows.steps.parquet import table_of
from nanoward.ports.ports import Ports

KIND = kind_of(RoundHeld)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRecord:
    """A round as it stands on the ledger: its record's number and moment, and its entry."""

    seq: int
    at: datetime
    held: RoundHeld


def rounds_held(ports: Ports) -> list[RoundRecord]:
    """Every round that was concluded, oldest first; one held again counts each time."""
    found = []
    for record in ports.ledger.about("", kinds=(KIND,)):
        entry = entry_of(record.kind, record.body, KINDS)
        if isinstance(entry, RoundHeld):
            found.append(RoundRecord(seq=record.seq, at=record.at, held=entry))
    return found


def round_of(ports: Ports, name: str = "") -> RoundRecord:
    """The last round of a name (its day), or the last of all; NoRoundError."""
    for one in reversed(rounds_held(ports)):
        if not name or one.held.round == name:
            return one
    raise NoRoundError(f"no round of {name} was held" if name else "no round was held")


def table_names(record: RoundRecord) -> tuple[str, ...]:
    """Names of its tables, sorted."""
    paths = (one.split("=", 1)[0] for one in record.held.tables)
    ends = (one.removeprefix("tables/") for one in paths if one.startswith("tables/"))
    return tuple(sorted(one.removesuffix(".parquet") for one in ends))


def table_in(ports: Ports, record: RoundRecord, name: str) -> pl.DataFrame:
    """A table of a round, held against its hash; NoRoundError, RoundFileError."""
    held, path = record.held, f"tables/{name}.parquet"
    if name not in table_names(record):
        raise NoRoundError(f"the round of {held.round} has no table {name}")
    content = ports.folder.round_file(held.round, path)
    if content is None:
        raise NoRoundError(f"{path} of the round of {held.round} is not there")
    if f"{path}={sha256_of(content)}" not in held.tables:
        raise RoundFileError(f"{path} of the round of {held.round} was changed")
    return table_of(content)
