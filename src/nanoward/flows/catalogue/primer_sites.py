"""Primers of an amplicon scheme on an agent's index, from their BED file or table."""

import numpy as np
import polars as pl

from nanoward.base.findings import Finding
from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.ports.formats import Formats
from nanoward.sequencing.primer_masking import PrimerSites


def primer_sites(
    file: tuple[str, bytes] | None, agent: AgentIndex, formats: Formats
) -> tuple[PrimerSites | None, tuple[Finding, ...]]:
    """Sites of a BED file (name, content), and what is wrong with it; None without a file."""
    if file is None:
        return None, ()
    read = formats.read("primers", *file)
    sites, wrong = sites_on(read.table, agent, file[0])
    return sites, (*read.findings, *wrong)


def sites_on(
    primers: pl.DataFrame, agent: AgentIndex, name: str = "data/primers.bed"
) -> tuple[PrimerSites, tuple[Finding, ...]]:
    """PRIMERS as positions of the index; primers beyond the reference are told."""
    starts = dict(zip(agent.contigs, agent.starts, strict=True))
    lengths = dict(zip(agent.contigs, agent.lengths, strict=True))
    found: dict[str, list[tuple[int, int]]] = {"+": [], "-": []}
    lost: list[str] = []
    columns = ("contig", "first", "last", "strand", "name")
    for contig, first, last, strand, label in primers.select(columns).rows():
        if contig not in starts or last > lengths[contig]:
            lost.append(label)
            continue
        found[strand].append((starts[contig] + first - 1, starts[contig] + last))
    told: tuple[Finding, ...] = ()
    if lost:
        told = (
            Finding(
                code="CAT-057",
                severity="error",
                message=f"{len(lost)} primers ({', '.join(lost[:3])} ...) lie beyond the "
                "reference; their letters were not trimmed",
                next_step="Name contigs in the BED file as the reference does",
                file=name,
            ),
        )
    return PrimerSites(forward=_sorted(found["+"]), backward=_sorted(found["-"])), told


def _sorted(rows: list[tuple[int, int]]) -> np.ndarray:
    return np.array(sorted(rows), np.int64).reshape(-1, 2)
