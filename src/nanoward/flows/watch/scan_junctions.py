"""Junctions of the agent with something else in a sample's reads."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from nanoward.base.errors import NotInDataError
from nanoward.base.findings import Finding
from nanoward.ports.formats import Formats
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.agent_segments import agent_segments, agent_strands
from nanoward.watch.sequences.junctions import (
    BEYOND,
    LEAST,
    BrokenRead,
    Junction,
    broken_reads,
    junctions,
    seen_share,
)

MOST = 1_000_000  # broken reads that are held of a sample


class NoAgentSequenceError(NotInDataError):
    """No sequence of the agent could be read."""

    code = "WCH-021"
    next_step = "Give the agent's sequence as FASTA: --agent."


@dataclass(frozen=True, slots=True, kw_only=True)
class JunctionScan:
    """What a pass over one sample said of junctions.

    depth  reads that span a place of the agent with enough on both sides, on average
    limit  share of the agent's copies whose junction would have been seen at 95 %
    """

    junctions: tuple[Junction, ...]
    reads: int
    depth: float
    limit: float
    findings: tuple[Finding, ...] = ()

    @property
    def chimeras(self) -> tuple[Junction, ...]:
        return tuple(one for one in self.junctions if one.kind == "chimera")

    def as_rows(self) -> list[dict[str, Any]]:
        return [asdict(one) | {"told": one.told} for one in self.junctions]


def scan_junctions(
    sample: Sequence[ReadFile], agent: Sequence[tuple[str, bytes]], formats: Formats
) -> JunctionScan:
    """Look for break points of the agent that two distinct reads or more share."""
    rows: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for path, content in agent:
        read = formats.read("reference", path, content)
        findings += read.findings
        rows += read.table.select("contig", "sequence").rows()
    if not rows:
        raise NoAgentSequenceError("no sequence of the agent was read")
    strands = agent_strands([letters for _, letters in rows])
    reads = letters = own = 0
    broken: list[BrokenRead] = []
    for file in sample:
        blocks = formats.blocks(file)
        for block, _ in blocks:
            found = np.zeros((len(block.where), 6), np.int64)
            written, agents = agent_segments(
                block.text, block.where, strands, LEAST, BEYOND, found
            )
            found = found[:written]
            texts = [
                block.text[start : start + length].tobytes().decode("ascii", "replace").upper()
                for start, length, _ in block.where[found[:, 0]].tolist()
            ]
            broken += broken_reads(texts, found, len(strands.letters))[: MOST - len(broken)]
            reads, own = reads + len(block.where), own + agents
            letters += int(block.where[:, 1].sum())
        findings += blocks.findings
    if len(broken) >= MOST:
        findings.append(_too_many(sample[0].name))
    contigs = [(name, len(one)) for name, one in rows]
    mean = letters / max(reads, 1)
    spanning = max(mean - LEAST - BEYOND, 0.0) / max(mean, 1.0)
    depth = own / sum(size for _, size in contigs) * spanning
    return JunctionScan(
        junctions=junctions(broken, strands.letters, contigs, depth),
        reads=reads,
        depth=depth,
        limit=seen_share(depth),
        findings=tuple(findings),
    )


def _too_many(name: str) -> Finding:
    return Finding(
        code="WCH-022",
        severity="warning",
        message=f"{MOST:,} reads break off the agent's sequence; the rest was not looked at",
        next_step="Compare the sample's agent with --agent: most of it may be another",
        file=name,
    )
