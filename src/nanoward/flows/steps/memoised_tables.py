"""Computing only what new material changes: results are kept by the names of their inputs."""

import hashlib
import json
from collections.abc import Callable, Mapping

import polars as pl

from nanoward.base.canonical import sha256_of
from nanoward.base.errors import IntegrityError
from nanoward.base.ids import Sha256
from nanoward.flows.steps.parquet import parquet_of, table_of
from nanoward.ports.blobs import Blobs
from nanoward.ports.ports import Ports


class MemoKey(str):
    """Name of a computation, which knows of what it was made.

    step    what it does
    inputs  digest of each input by its name; "software" among them
    """

    __slots__ = ("inputs", "step")
    step: str
    inputs: Mapping[str, str]


def memo_key(step: str, software: str, **inputs: object) -> MemoKey:
    """Name of a computation: what it does, its software, and all that it depends on.

    software  see source_digest.py
    Inputs are JSON values (hashes of content, rules, seeds); dates are written with str().
    """
    text = json.dumps([step, software, inputs], sort_keys=True, default=str)
    key = MemoKey(f"{step}:{hashlib.sha256(text.encode()).hexdigest()}")
    key.step = step
    key.inputs = {name: _short(one) for name, one in {"software": software, **inputs}.items()}
    return key


def _short(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def always(_: Mapping[str, pl.DataFrame]) -> bool:
    """Keep the tables, whatever they say."""
    return True


def memoised_tables(
    ports: Ports,
    key: MemoKey,
    make: Callable[[], Mapping[str, pl.DataFrame]],
    *,
    keep: Callable[[Mapping[str, pl.DataFrame]], bool] = always,
) -> tuple[dict[str, pl.DataFrame], bool]:
    """The tables that `make` gives, from an earlier run where there was one.

    keep     whether tables that were made now may answer a later run too
    returns  the tables by name, and whether they were recalled (False: computed now)
    """
    blobs = ports.blobs
    noted = blobs.noted(key)
    if noted is not None:
        names: dict[str, Sha256] = json.loads(blobs.get(noted))
        ports.meter.recall(key.step, "")
        return {name: table_of(blobs.get(sha)) for name, sha in names.items()}, True
    ports.meter.recall(key.step, changed_inputs(blobs, key))
    tables = dict(make())
    if not keep(tables):
        return tables, False
    contents = [parquet_of(table) for table in tables.values()]
    kept = dict(zip(tables, map(sha256_of, contents), strict=True))
    told = [json.dumps(one, sort_keys=True).encode() for one in (kept, dict(key.inputs))]
    *_, index, inputs = blobs.put_all([*contents, *told])
    blobs.note(key, index)
    blobs.note(f"last:{key.step}", inputs)
    return tables, False


def changed_inputs(blobs: Blobs, key: MemoKey) -> str:
    """Which inputs differ from those of the last time that this step was computed."""
    noted = blobs.noted(f"last:{key.step}")
    if noted is None:
        return "for the first time"
    try:
        before: dict[str, str] = json.loads(blobs.get(noted))
    except IntegrityError:
        return "what the last time stood on is lost"
    changed = [
        name
        for name in sorted(key.inputs.keys() | before.keys())
        if key.inputs.get(name) != before.get(name)
    ]
    return f"changed: {', '.join(changed)}" if changed else "it was not kept"


def content_hash(table: pl.DataFrame | None) -> str:
    """SHA-256 over a table's columns and rows in their sorted order, or "" without a table."""
    if table is None:
        return ""
    plain = [name for name, kind in table.schema.items() if not kind.is_nested()]
    ordered = table.sort(plain, maintain_order=True) if plain else table
    return sha256_of(parquet_of(ordered))
