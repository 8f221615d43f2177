"""Type the reads of a sample: stream them, count in threads, call, and say what is wrong."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from nanoward.base.findings import Finding
from nanoward.catalogue.calling.calling_rules import CallingRules, rules_for_format
from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.catalogue.calling.variant_calls import ReadCalls, read_calls
from nanoward.catalogue.identity.identity_test import Identity, IdentityRules, identity_of_reads
from nanoward.catalogue.identity.read_qc_findings import read_qc_findings, settled_identity
from nanoward.ports.reads import ReadFile, Reads
from nanoward.sequencing.pileup import Block, PileupBatch, pileup_of_block
from nanoward.sequencing.pileup_counts import add_batch, empty_tally
from nanoward.sequencing.read_identity import (
    IndexedReference,
    add_block,
    empty_sketch,
    on_reference,
)

Pair = tuple[Block, Block | None]
FATAL = ("FMT-083", "FMT-085")  # two quality scales, files of mates that do not belong together


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedReads:
    """One sample's reads; calls is None where the files cannot be used at all."""

    sample: str
    calls: ReadCalls | None
    findings: tuple[Finding, ...]
    identity: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSample:
    """The files of one sample's reads: one, or two of mates."""

    sample: str
    first: ReadFile
    second: ReadFile | None = None


def call_reads(
    asked: ReadSample,
    agent: AgentIndex,
    rules: CallingRules,
    reads: Reads,
    *,
    threads: int = 1,
    watched: Bool[np.ndarray, " L"] | None = None,
    step: Callable[[int], None] = lambda _: None,
) -> TypedReads:
    """The calls of one sample; the same whatever the number of threads.

    watched  positions (kill and safety loci) that are tested on their own, for rarer variants
    step     called with the number of reads just counted
    """
    sample, rules = asked.sample, rules_for_format(rules, asked.first.name)
    blocks = reads.blocks(asked.first, asked.second)
    tally = empty_tally(len(agent.codes))
    drop = not rules.keep_duplicates
    sketch, of = empty_sketch(), 0
    short = rules.technology == "short"
    if short:
        sheets = _sheets(blocks, agent, lambda: blocks.offset, threads)
    else:
        from nanoward.flows.catalogue.map_long_reads import map_long_reads  # loads a compiler

        sheets = map_long_reads(blocks, agent, rules, reads)
    for pair, sheet in sheets:
        of += len(pair[0].where)
        add_batch(tally, sheet, drop_duplicates=drop)
        on_agent = on_reference(sheet) if short else None
        scale = (blocks.offset, rules.good)
        add_block(sketch, pair, IndexedReference(agent.codes, agent.index), scale, on_agent)
        step(int(sheet.totals[0]))
    wrong = blocks.findings
    if any(one.code in FATAL for one in wrong):
        return TypedReads(sample=sample, calls=None, findings=_named(wrong, sample))
    gate = IdentityRules(
        length=int((agent.codes < 4).sum()),
        least=rules.least_identity,
        in_parts=rules.keep_duplicates and short,
        mixed=short,
    )
    walked = identity_of_reads(sketch, of, gate)
    calls = read_calls(tally, agent, rules, watched=watched)
    identity = settled_identity(walked, calls, agent, gate)
    doubts = read_qc_findings(sample, calls, agent, rules, identity)
    return TypedReads(
        sample=sample,
        calls=calls,
        findings=(*_named(wrong, sample), *doubts),
        identity=identity,
    )


def _sheets(
    blocks: Iterable[Pair],
    agent: AgentIndex,
    offset: Callable[[], int],
    threads: int,
) -> Iterable[tuple[Pair, PileupBatch]]:
    """Blocks and their sheets as the file has them; at most two blocks a thread are held."""
    if threads == 1:
        for pair in blocks:
            yield pair, pileup_of_block(pair, agent.codes, agent.index, offset())
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[tuple[Pair, Future[PileupBatch]]] = deque()
        for pair in blocks:
            asked = pool.submit(pileup_of_block, pair, agent.codes, agent.index, offset())
            waiting.append((pair, asked))
            if len(waiting) >= 2 * threads:
                first, sheet = waiting.popleft()
                yield first, sheet.result()
        while waiting:
            first, sheet = waiting.popleft()
            yield first, sheet.result()


def _named(findings: Iterable[Finding], sample: str) -> tuple[Finding, ...]:
    return tuple(
        Finding(**{**one.as_row(), "subject": one.subject or sample}) for one in findings
    )


def read_pairs(names: Iterable[str]) -> dict[str, tuple[str, str | None]]:
    """Files of reads by sample: SAMPLE_1 and SAMPLE_2 (or _R1, _R2) are mates.

    names  paths or file names; a file without a mate stands alone under its whole stem
    """
    found: dict[str, dict[str, str]] = {}
    for name in sorted(names):
        stem = _stem(name)
        for mark in ("_R1_001", "_R2_001", "_R1", "_R2", "_1", "_2"):
            if stem.endswith(mark):
                side = "2" if "2" in mark.removesuffix("_001") else "1"
                found.setdefault(stem.removesuffix(mark), {})[side] = name
                break
        else:
            found.setdefault(stem, {})["1"] = name
    return {
        sample: (sides.get("1", sides.get("2", "")), sides.get("2") if "1" in sides else None)
        for sample, sides in sorted(found.items())
    }


def _stem(name: str) -> str:
    stem = name.rsplit("/", 1)[-1]
    for end in (".gz", ".fastq", ".fq", ".bam", ".cram", ".sam", ".fasta", ".fa", ".fna"):
        if stem.lower().endswith(end):
            stem = stem[: -len(end)]
    return stem
