"""Computing only what new material changes: results are kept by the names of their inputs."""

import hashlib
import json
from collections.abc import Callable, Mapping
from hashlib import sha256

import polars as pl

from nanoward.base.ids import Sha256
from nanoward.flows.steps.parquet import parquet_of, table_of
from nanoward.ports.blobs import Blobs


def memo_key(step: str, version: str, **inputs: object) -> str:
    """Name of a computation: what it does, its version, and all that it depends on.

    Inputs are JSON values (hashes of content, rules, seeds); dates are written with str().
    """
    text = json.dumps([step, version, inputs], sort_keys=True, default=str)
    return f"{step}:{hashlib.sha256(text.encode()).hexdigest()}"


def memoised_tables(
    blobs: Blobs, key: str, make: Callable[[], Mapping[str, pl.DataFrame]]
) -> tuple[dict[str, pl.DataFrame], bool]:
    """The tables that `make` gives, from an earlier run where there was one.

    returns  the tables by name, and whether they were recalled (False: computed now)
    """
    noted = blobs.noted(key)
    if noted is not None:
        names: dict[str, Sha256] = json.loads(blobs.get(noted))
        return {name: table_of(blobs.get(sha)) for name, sha in names.items()}, True
    tables = dict(make())
    kept = {name: blobs.put(parquet_of(table)) for name, table in tables.items()}
    blobs.note(key, blobs.put(json.dumps(kept, sort_keys=True).encode()))
    return tables, False


def content_hash(table: pl.DataFrame | None) -> str:
    """SHA-256 over a table's rows in their sorted order, or "" without a table."""
    if table is None:
        return ""
    rows = sorted(json.dumps(row, default=str) for row in table.rows())
    return sha256(json.dumps([table.columns, rows]).encode()).hexdigest()
