"""Known others in a sample's reads: one pass, distinct reads, earlier samples struck."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from nanoward.base.errors import NotInDataError
from nanoward.base.findings import Finding
from nanoward.ports.formats import Formats
from nanoward.ports.progress import Progress
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.kmer_scan import scan_block, scan_table
from nanoward.sequencing.kmers.kmer_words import half_index, strike_near
from nanoward.sequencing.kmers.private_kmers import (
    AT_ONCE,
    CANDIDATES,
    MOST,
    SHORT,
    PrivateIndex,
    private_index,
)
from nanoward.watch.sequences.known_others import (
    KnownOther,
    ReadTally,
    known_others,
    unseen_kmers,
)

Named = tuple[str, bytes]


class NoCatalogueError(NotInDataError):
    """No sequence of a known other could be read."""

    code = "WCH-020"
    next_step = "Give FASTA of what to look for: --known, --known-each."


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """FASTA files: whom to look for, and who is innocent.

    known       each file one entry
    known_each  each record one entry
    innocent    relatives that may be there
    """

    known: Sequence[Named] = ()
    known_each: Sequence[Named] = ()
    innocent: Sequence[Named] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadScan:
    """What a pass over one sample said."""

    others: tuple[KnownOther, ...]
    reads: int
    baselines: int
    findings: tuple[Finding, ...] = ()

    def rows(self, subject: str, day: date) -> pl.DataFrame:
        """Rows of COUNTS: distinct reads of each entry, among all reads."""
        return pl.DataFrame(
            {
                "stream": [f"reads of {one.name} in {subject}" for one in self.others],
                "day": [day] * len(self.others),
                "count": [one.reads for one in self.others],
                "exposure": [float(self.reads)] * len(self.others),
            },
            schema_overrides={"count": pl.Int64, "day": pl.Date},
        )

    def as_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "name": one.name,
                "state": one.state,
                "reads": one.reads,
                "kmers": one.kmers,
                "coverage": one.coverage,
                "limit": one.limit,
                "told": one.told,
            }
            for one in self.others
        ]


def scan_reads(
    sample: Sequence[ReadFile],
    catalogue: Catalogue,
    baselines: Sequence[ReadFile],
    formats: Formats,
    progress: Progress,
) -> ReadScan:
    """Look for every entry in a sample.

    baselines  earlier samples of the same person: what they show is nobody's private k-mer
    """
    entries, innocents, findings = _sequences(catalogue, formats)
    if not entries:
        raise NoCatalogueError("no sequence was read of anything to look for")
    lengths = [sum(map(len, one)) for one in entries.values()]
    with progress("choosing private k-mers", 1) as step:
        most = CANDIDATES if baselines else MOST
        index = private_index(entries, innocents, most=most)
        step(1)
    unseen: tuple[float, ...] = ()
    if baselines:
        index, unseen, told = strike_baselines(index, lengths, baselines, formats)
        findings += told
    tally, told = tally_reads(sample, index, formats)
    told_from = len(baselines) + len(innocents)
    return ReadScan(
        others=known_others(index, tally, lengths, told_from, unseen),
        reads=tally.reads,
        baselines=len(baselines),
        findings=(*findings, *told),
    )


def strike_baselines(
    index: PrivateIndex, lengths: Sequence[int], files: Sequence[ReadFile], formats: Formats
) -> tuple[PrivateIndex, tuple[float, ...], list[Finding]]:
    """Strike what earlier samples show at no or one substitution, and say what they may hide.

    returns  the index with as many k-mers as are used, k-mers that a relative may have still
             by entry, findings
    """
    slots = np.flatnonzero(index.owner)
    same, near = np.zeros(len(slots), np.int64), np.zeros(len(slots), np.int64)
    findings: list[Finding] = []
    for first in range(0, len(slots), AT_ONCE):
        some = slots[first : first + AT_ONCE]
        halves = half_index(index.keys[some], index.owner[some])
        counts = same[first : first + AT_ONCE], near[first : first + AT_ONCE]
        for file in files:
            blocks = formats.blocks(file)
            for block, _ in blocks:
                strike_near(block.text, block.where, halves, -1, *counts)
            findings += blocks.findings if first == 0 else ()
    owner = index.owner[slots] - 1
    unseen = tuple(
        unseen_kmers(same[owner == at], near[owner == at]) for at in range(len(index.names))
    )
    struck = np.zeros(len(index.keys), bool)
    struck[slots[near > 0]] = True
    short = [one < SHORT for one in lengths]
    return index.without(struck).lowest(MOST, short), unseen, findings


def _sequences(
    catalogue: Catalogue, formats: Formats
) -> tuple[Mapping[str, list[str]], list[list[str]], list[Finding]]:
    entries: dict[str, list[str]] = {}
    innocents: list[list[str]] = []
    findings: list[Finding] = []
    for path, content in (*catalogue.known, *catalogue.known_each, *catalogue.innocent):
        read = formats.read("reference", path, content)
        findings += read.findings
        rows = read.table.select("contig", "sequence").rows()
        if (path, content) in catalogue.innocent:
            innocents.append([sequence for _, sequence in rows])
        elif (path, content) in catalogue.known_each:
            for contig, sequence in rows:
                entries.setdefault(contig, []).append(sequence)
        elif rows:
            entries[path.rsplit("/", 1)[-1]] = [sequence for _, sequence in rows]
    return entries, innocents, findings


def tally_reads(
    files: Sequence[ReadFile], index: PrivateIndex, formats: Formats
) -> tuple[ReadTally, list[Finding]]:
    """One pass over files of reads; the same letters count once for an entry."""
    table, seen = scan_table(index), np.zeros(len(index.keys), np.int64)
    prints: list[np.ndarray] = []
    reads = letters = 0
    findings: list[Finding] = []
    for file in files:
        blocks = formats.blocks(file)
        for block, _ in blocks:
            room = np.zeros((2 * len(block.where) + 16, 2), np.uint64)
            written = scan_block(block.text, block.where, table, seen, room)
            prints.append(np.unique(room[: min(written, len(room))], axis=0))
            reads += len(block.where)
            letters += int(block.where[:, 1].sum())
        findings += blocks.findings
    every = np.unique(np.concatenate(prints), axis=0) if prints else np.zeros((0, 2), np.uint64)
    distinct = np.bincount(every[:, 0].astype(np.int64), minlength=len(index.names) + 1)[1:]
    return ReadTally(reads=reads, letters=letters, distinct=distinct, seen=seen), findings
