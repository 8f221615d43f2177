"""Type the reads of a sample: stream them, count in threads, call, and say what is wrong."""

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool

from nanoward.base.findings import Finding
from nanoward.catalogue.calling.calling_rules import CallingRules, rules_for_format
from nanoward.catalogue.calling.local_assembly import (
    coverage_gaps,
    flanks_of,
    with_gaps_closed,
)
from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.catalogue.calling.variant_calls import ReadCalls, read_calls
from nanoward.catalogue.identity.identity_test import Identity, IdentityRules, identity_of_reads
from nanoward.catalogue.identity.read_qc_findings import read_qc_findings, settled_identity
from nanoward.ports.formats import Use
from nanoward.ports.reads import ReadBlocks, ReadFile, Reads
from nanoward.sequencing.pileup import Block, PileupBatch, pileup_of_block
from nanoward.sequencing.pileup_counts import add_batch, empty_tally
from nanoward.sequencing.primer_masking import PrimerSites, primer_positions, without_primers
from nanoward.sequencing.read_identity import (
    IndexedReference,
    add_block,
    empty_sketch,
    on_reference,
)
from nanoward.sequencing.spanning_reads import SpanningReads

Pair = tuple[Block, Block | None]
FATAL = (
    "FMT-083",
    "FMT-085",
    "FMT-319",
)  # two quality scales, files of mates that do not belong together


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedReads:
    """One sample's reads; calls is None where the files cannot be used at all.

    account  what became of everything that stood in the files
    """

    sample: str
    calls: ReadCalls | None
    findings: tuple[Finding, ...]
    identity: Identity | None = None
    account: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSample:
    """The files of one sample's reads.

    first, second  reads, and their mates where there are any
    more           those of further lanes
    primers        where amplicons begin and end: letters that primers brought are not believed
    """

    sample: str
    first: ReadFile
    second: ReadFile | None = None
    more: tuple[tuple[ReadFile, ReadFile | None], ...] = ()
    primers: PrimerSites | None = None


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
    if asked.primers is not None:
        rules = replace(rules, keep_duplicates=True)
    tally = empty_tally(len(agent.codes))
    drop = not rules.keep_duplicates
    sketch, of = empty_sketch(), 0
    short = rules.technology == "short"
    wrong: list[Finding] = []
    account: list[Use] = []
    for first, second in ((asked.first, asked.second), *asked.more):
        blocks = reads.blocks(_told_scale(first, rules), _told_scale(second, rules))
        for pair, sheet in _batches(blocks, agent, rules, reads, threads):
            of += len(pair[0].where)
            own = sheet
            if asked.primers is not None:
                own = without_primers(sheet, asked.primers)
            add_batch(tally, own, drop_duplicates=drop)
            on_agent = on_reference(sheet) if short else None
            scale = (blocks.offset, rules.good)
            add_block(sketch, pair, IndexedReference(agent.codes, agent.index), scale, on_agent)
            step(int(sheet.totals[0]))
        wrong += blocks.findings
        account += blocks.account
    if any(one.code in FATAL for one in wrong):
        return TypedReads(
            sample=sample,
            calls=None,
            findings=_named(wrong, sample),
            account=tuple(account),
        )
    gate = IdentityRules(
        length=int((agent.codes < 4).sum()),
        least=rules.least_identity,
        in_parts=rules.keep_duplicates and short,
        mixed=short,
    )
    walked = identity_of_reads(sketch, of, gate)
    calls = read_calls(tally, agent, rules, watched=watched)
    if short:
        calls = _with_gaps_closed(asked, calls, agent, rules, reads)
    identity = settled_identity(walked, calls, agent, gate)
    doubts = read_qc_findings(sample, calls, agent, rules, identity)
    return TypedReads(
        sample=sample,
        calls=calls,
        findings=(*_named(wrong, sample), *doubts),
        identity=identity,
        account=tuple(account),
    )


def _with_gaps_closed(
    asked: ReadSample, calls: ReadCalls, agent: AgentIndex, rules: CallingRules, reads: Reads
) -> ReadCalls:
    """The calls with what single reads hold where most break off; the files are read again."""
    masked = (
        None if asked.primers is None else primer_positions(asked.primers, len(agent.codes))
    )
    gaps = coverage_gaps(calls, agent, masked)
    spanning = SpanningReads(flanks_of(gaps))
    if spanning.flanks:
        for first, second in ((asked.first, asked.second), *asked.more):
            blocks = reads.blocks(_told_scale(first, rules), _told_scale(second, rules))
            for pair in blocks:
                for block in pair:
                    if block is not None:
                        spanning.add(block, blocks.offset)
    return with_gaps_closed(calls, agent, gaps, spanning.told, rules)


def _told_scale(file: ReadFile | None, rules: CallingRules) -> Any:
    return None if file is None else replace(file, phred=rules.phred)


def _batches(
    blocks: ReadBlocks, agent: AgentIndex, rules: CallingRules, reads: Reads, threads: int
) -> Iterable[tuple[Pair, PileupBatch]]:
    """Blocks of a file, or of two files of mates, and what they say of the agent."""
    if rules.technology == "short":
        return _sheets(blocks, agent, lambda: blocks.offset, threads)
    from nanoward.flows.catalogue.map_long_reads import map_long_reads  # loads a compiler

    return map_long_reads(blocks, agent, rules, reads)


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
