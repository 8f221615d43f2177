"""Findings on the reads of a sample: is it our agent, is it alone, what is wrong with it?"""

from typing import Any

import numpy as np

from nanoward.base.findings import Finding, Severity
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import AgentIndex
from nanoward.catalogue.calling.variant_calls import (
    CONSENSUS,
    FEWEST_STRANGE,
    ReadCalls,
    identity_of,
    least_second_strain_alleles,
)
from nanoward.catalogue.identity.identity_test import (
    ABSENT,
    PART,
    RELATIVE,
    UNSURE,
    Identity,
    IdentityRules,
    RecurrentMismatches,
    SecondStrain,
    by_consensus,
    confirmed,
)

MANY_DUPLICATES = 0.6
QUARTER = 0.25  # of the agent that must be readable for its consensus to tell
FEW_READS = 200  # reads below which a share of them says little


def read_qc_findings(
    sample: str, calls: ReadCalls, agent: AgentIndex, rules: CallingRules, identity: Identity
) -> tuple[Finding, ...]:
    """What a reader of this sample must know."""
    told = [
        _no_reads(sample, calls),
        _not_ours(sample, calls, rules),
        _far(sample, identity, rules),
        _unsure(sample, calls, identity, rules),
        _part(sample, identity),
        _thin(sample, calls, agent),
        _mixture(sample, calls, identity),
        _duplicates(sample, calls),
        _copies(sample, calls, rules),
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


def _not_ours(sample: str, calls: ReadCalls, rules: CallingRules) -> Finding | None:
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


def settled_identity(
    walked: Identity, calls: ReadCalls, agent: AgentIndex, rules: IdentityRules
) -> Identity:
    """The gate's verdict, once the calls have told of second strains and of the consensus."""
    if not rules.mixed:
        readable = int(((calls.consensus < 4) & (agent.codes < 4)).sum())
        seen = identity_of(calls, agent) if readable >= QUARTER * rules.length else None
        walked = by_consensus(walked, seen, rules)
    other = other_strain(calls, agent)
    deep = (
        None
        if other is None
        else SecondStrain(share=other["share"], identity=other["identity"])
    )
    if walked.second is None and deep is None:
        return walked
    real = agent.codes < 4
    less = 0.5 if walked.second is None else walked.second.share
    shares = np.array([one.frequency for one in calls.letters])
    between = int(((shares > less / 2) & (shares < 1 - less / 2)).sum())
    told = RecurrentMismatches(
        deep=deep,
        depth=float(np.median(calls.depth[real])),
        between=between
        >= least_second_strain_alleles(int(((calls.consensus < 4) & real).sum())),
    )
    return confirmed(walked, told, rules)


def _far(sample: str, identity: Identity, rules: CallingRules) -> Finding | None:
    if identity.verdict != RELATIVE or identity.identity is None:
        return None
    limits = "" if identity.low is None else f", {identity.low:.2%} to {identity.high:.2%}"
    less = identity.second
    also = "" if less is None else f"; {less.share:.1%} of it is {less.identity:.2%} identical"
    return _finding(
        "CAT-027",
        "error",
        f"what lies on the agent in sample {sample} is {identity.identity:.2%} identical to it"
        f"{limits} (our agent: at least {rules.least_identity:.1%}): a relative, or far from "
        f"its spec; it is not typed as the agent{also}",
        "Check which agent the sample should hold; letters that differ more were not even laid",
        sample,
    )


def _unsure(
    sample: str, calls: ReadCalls, identity: Identity, rules: CallingRules
) -> Finding | None:
    if identity.verdict != UNSURE or not calls.tally["placed"]:
        return None
    return _finding(
        "CAT-028", "warning", f"sample {sample}: {unsure_because(identity, rules)}",
        "Sequence it deeper; until then its profile may be a relative's", sample,
    )  # fmt: skip


def unsure_because(identity: Identity, rules: CallingRules) -> str:
    """Why the gate cannot tell, in words."""
    if identity.low is None or identity.high is None:
        return (
            f"{identity.pairs} pairs lie on the agent, too few letters to tell whose they are"
        )
    return (
        f"{identity.pairs:,} pairs lie on the agent and are {identity.low:.2%} to "
        f"{identity.high:.2%} identical to it; ours are at least {rules.least_identity:.1%}: "
        "it cannot be told whether they are ours or a relative's"
    )


def _part(sample: str, identity: Identity) -> Finding | None:
    if identity.verdict != PART:
        return None
    return _finding(
        "CAT-029",
        "warning",
        f"{identity.pairs:,} pairs of sample {sample} lie on few places of the agent "
        f"({identity.spread:.0%} of what as many would reach): a part of it, or another "
        "organism that shares these",
        "For amplicons give --amplicon ([reads] keep_duplicates = true); else look for what "
        "it is",
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
    if len(calls.strangers) < FEWEST_STRANGE:
        return None
    readable = int(((calls.consensus < 4) & (agent.codes < 4)).sum())
    strange = [one.frequency for one in calls.strangers]
    if len(strange) < least_second_strain_alleles(readable):
        return None
    return {
        "share": float(np.median(strange)),
        "identity": 1.0 - len(strange) / max(readable, 1),
        "letters": len(strange),
    }


def _mixture(sample: str, calls: ReadCalls, identity: Identity) -> Finding | None:
    less = identity.second
    if less is None or identity.verdict in (RELATIVE, ABSENT):
        return None
    how = (
        f"{len(calls.strangers):,} letters that come together on reads"
        if calls.strangers
        else "by pairs of two kinds"
    )
    return _finding(
        "CAT-024",
        "warning",
        f"sample {sample} holds a second strain at about {less.share:.1%} "
        f"(about {less.identity:.2%} identical where it shows; {how})",
        "Its letters are not told as the agent's variants where they show as its; look for "
        "contamination or a second infection",
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


def _copies(sample: str, calls: ReadCalls, rules: CallingRules) -> Finding | None:
    minor = [one.frequency for one in calls.letters if one.frequency <= CONSENSUS]
    if not minor or not rules.keep_duplicates or rules.technology != "short":
        return None
    return _finding(
        "CAT-030",
        "note",
        f"{len(minor):,} minor variants of sample {sample} ({min(minor):.2%} to "
        f"{max(minor):.2%}) stand on pairs of which none is known for a copy: an error of "
        "the first rounds of copying looks the same",
        "Believe those that a second library of the same sample shows too",
        sample,
    )
