"""Packs made before, with the people behind their open numbers, held against a new one."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from nanoward.base.canonical import sha256_of
from nanoward.base.entries import KINDS, RoundHeld, entry_of, kind_of
from nanoward.base.entries.council import PackMade
from nanoward.base.errors import RefusedError
from nanoward.base.ids import Sha256
from nanoward.flows.steps.parquet import table_of
from nanoward.ports.ports import Ports
from nanoward.programme.council.charter import CouncilRefusedError
from nanoward.programme.council.disclosure import EarlierPack, earlier_disclosures
from nanoward.programme.council.pack_tables import (
    OPEN,
    PackTable,
    PeopleBits,
    pack_tables,
    people_bits,
)

PEOPLE_TABLES = ("standings", "adverse_events", "grades")  # whose rows are of people


class EarlierPackTellsError(CouncilRefusedError):
    """An arm could be got from this pack's open tables and those of an earlier one."""

    code = "PRG-197"
    next_step = "Leave the rows out that are named: council pack --leave-out TABLE/ROW"


class EarlierPackUnreadError(RefusedError):
    """Whose people stood behind an earlier pack cannot be told: nothing can be compared."""

    code = "PRG-198"
    next_step = "Put the tables of that round back from a copy, as the ledger names them."


def keep_people_tables(ports: Ports, held: RoundHeld) -> None:
    """Keep what a pack was made from by its hash: a round held again writes its files anew."""
    contents = (_content(ports, held, name) for name in PEOPLE_TABLES)
    ports.blobs.put_all([one for one in contents if one is not None])


def refuse_if_earlier_tell(
    ports: Ports,
    tables: Sequence[PackTable],
    known: PeopleBits,
    earlier: Iterable[PackMade],
) -> None:
    """Nothing where no arm can be got from TABLES and any earlier pack.

    EarlierPackTellsError names rows and packs; EarlierPackUnreadError where one is unknown.
    """
    rounds: dict[int, RoundHeld] = {}
    places: Mapping[str, int] = known.place
    told = []
    for made in earlier:
        rounds = rounds or _rounds(ports)
        pack = _earlier_pack(ports, made, rounds.get(made.head_size), places)
        places = {**places, **pack.known.place}
        told += [
            f"{' with '.join(one.cells)}: {one.told}"
            for one in earlier_disclosures(tables, known, pack)
        ]
    if told:
        raise EarlierPackTellsError(f"an arm can be got by subtraction: {'; '.join(told)}")


def _rounds(ports: Ports) -> dict[int, RoundHeld]:
    """Rounds by the number of their record."""
    found = {}
    for record in ports.ledger.records(kind=kind_of(RoundHeld)):
        entry = entry_of(record.kind, record.body, KINDS)
        if isinstance(entry, RoundHeld):
            found[record.seq] = entry
    return found


def _earlier_pack(
    ports: Ports, made: PackMade, held: RoundHeld | None, places: Mapping[str, int]
) -> EarlierPack:
    """The open rows that were shown, their people counted again and held against what was told.

    places  of people who are known already
    """
    contents = {name: _content(ports, held, name) for name in PEOPLE_TABLES} if held else {}
    tables = {name: table_of(one) for name, one in contents.items() if one is not None}
    if "standings" not in tables:
        raise EarlierPackUnreadError(f"the round of pack {made.pack} has no standings")
    known = people_bits(tables["standings"], places)
    shown = _shown(ports, made)
    kept = []
    for table in pack_tables(tables, known, {arm: arm for arm in known.arms}):
        if table.part == OPEN:
            cells = [one for one in table.cells if one.people]
            own = tuple(one for one in cells if shown.get((table.name, one.row)) == one.value)
            kept.append(replace(table, cells=own))
    found = {(table.name, cell.row) for table in kept for cell in table.cells}
    if lost := sorted("/".join(one) for one in shown.keys() - found):
        raise EarlierPackUnreadError(
            f"{', '.join(lost)} of pack {made.pack} cannot be counted again"
        )
    return EarlierPack(name=made.pack, tables=tuple(kept), known=known)


def _shown(ports: Ports, made: PackMade) -> dict[tuple[str, str], float]:
    """(table, row) to the people that an open part told."""
    rows = json.loads(ports.blobs.get(Sha256(made.open_sha256)))["numbers"]
    return {
        (one["table"], one["row"]): one["value"] for one in rows if one["column"] == "people"
    }


def _content(ports: Ports, held: RoundHeld, name: str) -> bytes | None:
    """A table of a round as the ledger names it, or None where the round had none."""
    path = f"tables/{name}.parquet"
    named = dict(one.rsplit("=", 1) for one in held.tables).get(path)
    if named is None:
        return None
    content = ports.folder.round_file(held.round, path)
    if content is not None and sha256_of(content) == named:
        return content
    if not ports.blobs.has(Sha256(named)):
        raise EarlierPackUnreadError(f"{path} of the round of {held.round} is not kept")
    return ports.blobs.get(Sha256(named))
