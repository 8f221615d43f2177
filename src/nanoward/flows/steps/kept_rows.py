"""Rows that depend on one subject alone are made once for each state that the subject was in.

A step whose rows speak of one person (sample, run) each names all that a subject's rows depend
on by a digest. Rows of subjects whose digest is that of the last time are taken from there,
the others are made now. What is taken depends on digests alone: the same material gives the
same rows, whichever rounds were held before.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

import polars as pl

from nanoward.base.ids import Sha256
from nanoward.flows.steps.memoised_tables import MemoKey
from nanoward.flows.steps.parquet import parquet_of, table_of
from nanoward.ports.blobs import Blobs

Tables = dict[str, pl.DataFrame]


def digest_of(*parts: Any) -> str:
    """64 hexadecimal digits over JSON values; days are written with str()."""
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def nobody(_: Mapping[str, pl.DataFrame]) -> Collection[str]:
    """All rows are kept."""
    return ()


def kept_rows(
    blobs: Blobs,
    key: MemoKey,
    digests: Mapping[str, str],
    make: Callable[[Sequence[str]], Mapping[str, pl.DataFrame]],
    *,
    by: str = "participant",
    lost: Callable[[Mapping[str, pl.DataFrame]], Collection[str]] = nobody,
) -> tuple[Tables, int]:
    """All rows of all subjects, unsorted, and of how many subjects they were made now.

    key      the step, its software, and what all subjects' rows depend on alike
    digests  subject to the digest of what its rows depend on beside that
    make     the tables of some subjects, each with the column `by`, which names the subject
    lost     of tables made now, the subjects whose rows are to be made again the next time
    """
    known, before = _last(blobs, key)
    changed = [who for who, digest in sorted(digests.items()) if known.get(who) != digest]
    if before and not changed and len(known) == len(digests):
        return before, 0
    made = dict(make(changed))
    still = pl.Series(sorted(digests.keys() - set(changed)), dtype=pl.String)
    tables = {
        name: pl.concat([before[name].filter(pl.col(by).is_in(still.implode())), table])
        if name in before
        else table
        for name, table in made.items()
    }
    contents = [parquet_of(table.rechunk()) for table in tables.values()]
    names = blobs.put_all(contents)
    gone = lost(made)
    held = {who: digest for who, digest in digests.items() if who not in gone}
    index = {"subjects": held, "tables": dict(zip(tables, names, strict=True))}
    blobs.note(key, blobs.put(json.dumps(index, sort_keys=True).encode()))
    return tables, len(changed)


def _last(blobs: Blobs, key: MemoKey) -> tuple[dict[str, str], Tables]:
    """Subjects of the last time with their digests, and their rows."""
    noted = blobs.noted(key)
    if noted is None:
        return {}, {}
    index = json.loads(blobs.get(noted))
    names: dict[str, Sha256] = index["tables"]
    if not all(blobs.has(name) for name in names.values()):
        return {}, {}
    return index["subjects"], {name: table_of(blobs.get(one)) for name, one in names.items()}
