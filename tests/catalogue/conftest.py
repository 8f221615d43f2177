"""Reads of known truth, counted."""

from collections.abc import Callable

import pytest

from nanoward.adapters.formats.sequences.fastq import FastqBlocks
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import AgentIndex, agent_index
from nanoward.catalogue.calling.variant_calls import ReadCalls, read_calls
from nanoward.catalogue.identity.identity_test import Identity, IdentityRules, identity_of_reads
from nanoward.catalogue.identity.read_qc_findings import settled_identity
from nanoward.ports.reads import ReadFile
from nanoward.sequencing.pileup import pileup_of_block
from nanoward.sequencing.pileup_counts import add_batch, empty_tally
from nanoward.sequencing.read_identity import (
    IndexedReference,
    add_block,
    empty_sketch,
    on_reference,
)

Calls = Callable[..., tuple[ReadCalls, AgentIndex]]
Judged = Callable[..., tuple[ReadCalls, AgentIndex, Identity]]


@pytest.fixture
def judged() -> Judged:
    """(reference, first, second, rules) to the calls, the agent and the gate's verdict."""

    def judge(
        reference: str, first: bytes, second: bytes, rules: CallingRules | None = None
    ) -> tuple[ReadCalls, AgentIndex, Identity]:
        agent = agent_index({"c": reference})
        rules = rules or CallingRules()
        blocks = FastqBlocks(
            ReadFile(name="1", content=first), ReadFile(name="2", content=second)
        )
        tally, sketch, of = empty_tally(len(agent.codes)), empty_sketch(), 0
        for pair in blocks:
            sheet = pileup_of_block(pair, agent.codes, agent.index, blocks.offset)
            add_batch(tally, sheet, drop_duplicates=not rules.keep_duplicates)
            scale = (blocks.offset, rules.good)
            add_block(
                sketch,
                pair,
                IndexedReference(agent.codes, agent.index),
                scale,
                on_reference(sheet),
            )
            of += len(pair[0].where)
        gate = IdentityRules(
            length=len(reference), least=rules.least_identity, in_parts=rules.keep_duplicates
        )
        calls = read_calls(tally, agent, rules)
        walked = identity_of_reads(sketch, of, gate)
        return calls, agent, settled_identity(walked, calls, agent, gate)

    return judge


@pytest.fixture
def calls_of(judged: Judged) -> Calls:
    """(reference, first, second, rules) to the calls and the agent."""

    def calls(
        reference: str, first: bytes, second: bytes, rules: CallingRules | None = None
    ) -> tuple[ReadCalls, AgentIndex]:
        return judged(reference, first, second, rules)[:2]

    return calls
