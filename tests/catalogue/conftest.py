"""Reads of known truth, counted."""

from collections.abc import Callable

import pytest

from nanoward.adapters.formats.fastq import FastqBlocks
from nanoward.catalogue.agent_index import AgentIndex, agent_index
from nanoward.catalogue.read_calls import ReadCalls, read_calls
from nanoward.catalogue.read_rules import ReadRules
from nanoward.maths.read_counting import read_block
from nanoward.maths.read_tally import add_sheet, empty_tally
from nanoward.ports.reads import ReadFile

Calls = Callable[..., tuple[ReadCalls, AgentIndex]]


@pytest.fixture
def calls_of() -> Calls:
    """(reference, first, second, rules) to the calls and the agent."""

    def calls(
        reference: str, first: bytes, second: bytes, rules: ReadRules | None = None
    ) -> tuple[ReadCalls, AgentIndex]:
        agent = agent_index({"c": reference})
        rules = rules or ReadRules()
        blocks = FastqBlocks(
            ReadFile(name="1", content=first), ReadFile(name="2", content=second)
        )
        tally = empty_tally(len(agent.codes))
        for pair in blocks:
            sheet = read_block(pair, agent.codes, agent.index, blocks.offset)
            add_sheet(tally, sheet, drop_duplicates=not rules.keep_duplicates)
        return read_calls(tally, agent, rules), agent

    return calls
