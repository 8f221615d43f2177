"""Findings on the reads of a sample: is it our agent, is it alone, what is wrong with it?"""

from typing import Any

import numpy as np

from nanoward.base.findings import Finding, Severity
from nanoward.catalogue.agent_index import AgentIndex
from nanoward.catalogue.read_calls import ReadCalls, fewest_strange
from nanoward.catalogue.read_rules import ReadRules

MANY_DUPLICATES = 0.6
FEW_READS = 200  # reads below which a share of them says little


def read_doubts(
    sample: str, calls: ReadCalls, agent: AgentIndex, rules: ReadRules
) -> tuple[Finding, ...]:
    """What a reader of this sample must know."""
    told = [
        _no_reads(sample, calls),
        _not_ours(sample, calls, rules),
        _far(sample, calls, agent, rules),
        _thin(sample, calls, agent),
        _mixture(sample, calls, agent),
        _duplicates(sample, calls),
    ]
    return tuple(one for one in told if one is not None)


def _finding(code: str, severity: Severity, message: str, next_step: str, who: str) -> Finding:
    return Finding(
        code=code, severity=severity, message=message, next_step=next_step, subject=who
    )


def _no_reads(sample: str, calls: ReadCalls) -> Finding | None:
    if calls.tally["placed"]:
        return None
    return _finding(
        "CAT-021",
        "error",
        f"none of {calls.tally['reads']:,} reads of sample {sample} lies on the agent",
        "Check that it is this agent's reference and this sample's file; nothing was typed",
        sample,
    )


def _not_ours(sample: str, calls: ReadCalls, rules: ReadRules) -> Finding | None:
    reads, placed = calls.tally["reads"], calls.tally["placed"]
    if not placed or reads < FEW_READS or placed >= rules.least_placed * reads:
        return None
    return _finding(
        "CAT-022",
        "warning",
        f"{placed:,} of {reads:,} reads of sample {sample} lie on the agent "
        f"({placed / reads:.2%}): most of it is something else",
        "Read its profile with care, or raise the share of the agent before sequencing",
        sample,
    )


def identity_of(calls: ReadCalls, agent: AgentIndex) -> float | None:
    """Share of the readable bases that the consensus has in common with the agent."""
    readable = (calls.consensus < 4) & (agent.codes < 4)
    if not readable.any():
        return None
    return float((calls.consensus == agent.codes)[readable].mean())


def _far(sample: str, calls: ReadCalls, agent: AgentIndex, rules: ReadRules) -> Finding | None:
    identity = identity_of(calls, agent)
    if identity is None or identity >= rules.least_identity:
        return None
    return _finding(
        "CAT-027",
        "warning",
        f"what lies on the agent in sample {sample} is {identity:.2%} identical to it "
        f"(our agent: at least {rules.least_identity:.0%}): a relative, or far from its spec",
        "Check which agent the sample should hold; letters that differ more were not even laid",
        sample,
    )


def _thin(sample: str, calls: ReadCalls, agent: AgentIndex) -> Finding | None:
    real = agent.codes < 4
    dark = float(((calls.consensus == 4) & real).sum() / real.sum())
    if not calls.tally["placed"] or dark < 0.5:
        return None
    return _finding(
        "CAT-023",
        "warning",
        f"{dark:.0%} of the agent could not be read in sample {sample}",
        "Sequence it deeper; what lies there is unknown, not absent",
        sample,
    )


def other_strain(calls: ReadCalls, agent: AgentIndex) -> dict[str, Any] | None:
    """Share and likeness of a second strain, by letters that come together on pairs.

    share     median share of its letters
    identity  1 - its letters per readable base
    """
    readable = int(((calls.consensus < 4) & (agent.codes < 4)).sum())
    strange = [one.frequency for one in calls.strangers]
    if len(strange) < fewest_strange(readable):
        return None
    return {
        "share": float(np.median(strange)),
        "identity": 1.0 - len(strange) / max(readable, 1),
        "letters": len(strange),
    }


def _mixture(sample: str, calls: ReadCalls, agent: AgentIndex) -> Finding | None:
    other = other_strain(calls, agent)
    if other is None:
        return None
    return _finding(
        "CAT-024",
        "warning",
        f"sample {sample} holds a second strain at about {other['share']:.1%} "
        f"(at most {other['identity']:.2%} identical where it shows, "
        f"{other['letters']:,} letters that come together on reads)",
        "Its letters are not told as the agent's variants; look for contamination or "
        "a second infection",
        sample,
    )


def _duplicates(sample: str, calls: ReadCalls) -> Finding | None:
    pairs, doubled = calls.tally["pairs"], calls.tally["duplicates"]
    if not pairs or doubled <= MANY_DUPLICATES * pairs:
        return None
    return _finding(
        "CAT-025",
        "warning",
        f"{doubled / pairs:.0%} of the pairs of sample {sample} lie where an earlier one does "
        "and were left out",
        "For amplicons set [reads] keep_duplicates = true (--amplicon); else make the library "
        "from more material",
        sample,
    )
