"""Lay long reads or an assembly's contigs block by block and count what they say."""

from collections.abc import Iterator

import numpy as np

from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.ports.reads import Aligner, ReadBlocks, Reads
from nanoward.sequencing.long_read_pileup import Alignments, long_read_batch
from nanoward.sequencing.pileup import Block, PileupBatch


def map_long_reads(
    blocks: ReadBlocks, agent: AgentIndex, rules: CallingRules, reads: Reads
) -> Iterator[tuple[tuple[Block, None], PileupBatch]]:
    """Blocks and their sheets as the file has them; reads of mates are taken one by one."""
    aligner = reads.aligner(agent.sequences(), rules.technology)
    for pair in blocks:
        for block in pair:
            if block is not None:
                laid = _laid(block, agent, aligner)
                sheet = long_read_batch(block, laid, agent.codes, (blocks.offset, rules.good))
                yield (block, None), sheet


def _laid(block: Block, agent: AgentIndex, aligner: Aligner) -> Alignments:
    starts = dict(zip(agent.contigs, agent.starts, strict=True))
    hits: list[tuple[int, int, int, int, int]] = []
    ends: list[int] = []
    steps: list[tuple[int, int]] = []
    for row, (first, length, _) in enumerate(block.where.tolist()):
        letters = block.text[first : first + length].tobytes().decode("latin-1")
        for one in aligner.hits(letters):
            hits.append((row, starts[one.contig] + one.place, one.at, one.back, len(steps)))
            steps += one.steps
            ends.append(len(steps))
    return Alignments(
        hits=np.array(hits, np.int64).reshape(-1, 5),
        ends=np.array(ends, np.int64),
        steps=np.array(steps, np.int32).reshape(-1, 2),
    )
