"""Parts of a report kept from round to round: one is made anew where anything it reads changed.

While a part is made it is noted what it reads of its round: tables, the figures of a room, the
plan, the day. A part depends on nothing else, so that it is the same wherever all of these are.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.base.plan import Plan
from nanoward.flows.round.round import Round
from nanoward.flows.steps.parquet import parquet_of
from nanoward.ports.blobs import Blobs

ALL_TABLES = "*"


class TracedTables(Mapping[str, pl.DataFrame]):
    """Tables that note which of them were asked for; all, where somebody goes through them."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], asked: set[tuple[str, str]]) -> None:
        self._tables, self._asked = tables, asked

    def __getitem__(self, name: str) -> pl.DataFrame:
        self._asked.add(("table", name))
        return self._tables[name]

    def __contains__(self, name: object) -> bool:
        self._asked.add(("table", str(name)))
        return name in self._tables

    def __iter__(self) -> Iterator[str]:
        self._asked.add(("table", ALL_TABLES))
        return iter(self._tables)

    def __len__(self) -> int:
        self._asked.add(("table", ALL_TABLES))
        return len(self._tables)


class TracedFacts(Mapping[str, Mapping[str, Any]]):
    """Figures by room that note whose were asked for."""

    def __init__(self, facts: Mapping[str, Mapping[str, Any]], asked: set[tuple[str, str]]):
        self._facts, self._asked = facts, asked

    def __getitem__(self, room: str) -> Mapping[str, Any]:
        self._asked.add(("facts", room))
        return self._facts[room]

    def __iter__(self) -> Iterator[str]:
        self._asked.add(("facts", ALL_TABLES))
        return iter(self._facts)

    def __len__(self) -> int:
        self._asked.add(("facts", ALL_TABLES))
        return len(self._facts)


class TracedRound(Round):
    """A round that notes what is read of it: (kind, name), see `reads_of`."""

    __slots__ = ("_round", "asked")
    _round: Round
    asked: set[tuple[str, str]]

    def __init__(self, round_: Round) -> None:
        object.__setattr__(self, "_round", round_)
        object.__setattr__(self, "asked", set[tuple[str, str]]())

    @property
    def plan(self) -> Plan:
        self.asked.add(("plan", ""))
        return self._round.plan

    @property
    def as_of(self) -> date:
        self.asked.add(("as_of", ""))
        return self._round.as_of

    @property
    def tables(self) -> Mapping[str, pl.DataFrame]:
        return TracedTables(self._round.tables, self.asked)

    @property
    def facts(self) -> Mapping[str, Mapping[str, Any]]:
        return TracedFacts(self._round.facts, self.asked)

    @property
    def provenance(self) -> Mapping[str, Any]:
        self.asked.add(("provenance", ""))
        return self._round.provenance


class KeptSections:
    """Parts of reports among the blobs of a programme.

    software  digest of the sources that make them; language  of their words
    """

    def __init__(self, blobs: Blobs, software: str, language: str = "en") -> None:
        self._blobs, self._key = blobs, f"{language}:{software}"
        self._fresh: dict[str, tuple[bytes, dict[str, str]]] = {}
        self.recalled: list[str] = []

    def text(self, name: str, round_: Round, make: Callable[[Round], str]) -> str:
        """The part called `name`: from an earlier round where all that it read is the same."""
        kept = self._known(name, round_)
        if kept is not None:
            self.recalled.append(name)
            return kept
        traced = TracedRound(round_)
        made = make(traced)
        self._fresh[name] = made.encode("utf-8"), reads_of(round_, traced.asked)
        return made

    def keep(self) -> None:
        """Keep what was made now, all at once."""
        contents = []
        for text, reads in self._fresh.values():
            told = {"text": sha256_of(text), "reads": reads}
            contents += [text, json.dumps(told, sort_keys=True).encode()]
        for name, index in zip(self._fresh, self._blobs.put_all(contents)[1::2], strict=True):
            self._blobs.note(self._noted(name), index)
        self._fresh = {}

    def _noted(self, name: str) -> str:
        return f"section:{name}:{self._key}"

    def _known(self, name: str, round_: Round) -> str | None:
        noted = self._blobs.noted(self._noted(name))
        if noted is None:
            return None
        try:
            told = json.loads(self._blobs.get(noted))
            asked = {
                (kind, rest) for kind, _, rest in (one.partition(":") for one in told["reads"])
            }
            if reads_of(round_, asked) != told["reads"]:
                return None
            return self._blobs.get(Sha256(told["text"])).decode("utf-8")
        except IntegrityError:
            return None


def reads_of(round_: Round, asked: set[tuple[str, str]]) -> dict[str, str]:
    """Digest of each thing asked of a round, by "kind:name"; "" of what it has not."""
    return {f"{kind}:{name}": _digest(round_, kind, name) for kind, name in sorted(asked)}


def _digest(round_: Round, kind: str, name: str) -> str:
    if kind == "table":
        if name == ALL_TABLES:
            return _told({one: _table_hash(round_, one) for one in sorted(round_.tables)})
        return _table_hash(round_, name) if name in round_.tables else ""
    if kind == "facts":
        if name == ALL_TABLES:
            return _told({room: dict(facts) for room, facts in round_.facts.items()})
        return _told(dict(round_.facts[name])) if name in round_.facts else ""
    if kind == "plan":
        return sha256_of(repr(round_.plan).encode())
    return _told(dict(round_.provenance)) if kind == "provenance" else round_.as_of.isoformat()


def _table_hash(round_: Round, name: str) -> str:
    return round_.hashes.get(name) or sha256_of(parquet_of(round_.tables[name]))


def _told(value: object) -> str:
    return sha256_of(json.dumps(value, sort_keys=True, default=str).encode())
