"""Compare a lot's reads with its spec: may it be given?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from nanoward import __version__
from nanoward.agents import (
    AgentSpec,
    LotStructure,
    LotVerdict,
    lot_verdict,
    require_lot_name,
)
from nanoward.agents.release import GUARDED
from nanoward.base.findings import Finding
from nanoward.catalogue.calling.calling_rules import CallingRules, rules_for_format
from nanoward.catalogue.calling.reference_index import (
    AgentIndex,
    Stretch,
    agent_index,
    positions_of,
)
from nanoward.catalogue.calling.structural_changes import (
    StructuralEvidence,
    structural_evidence,
    structural_limit,
    uneven_contigs,
)
from nanoward.catalogue.calling.variant_calls import ReadCalls
from nanoward.catalogue.output.call_tables import (
    called_variants,
    consensus_fasta,
    factor_rows,
    limit_table,
    vcf_text,
)
from nanoward.flows.agents.check_agents import CheckedAgent, guarded_stretches
from nanoward.flows.catalogue.call_reads import ReadSample, call_reads
from nanoward.flows.steps.parquet import parquet_of
from nanoward.ports.formats import Formats, Use
from nanoward.ports.reads import ReadFile


@dataclass(frozen=True, slots=True, kw_only=True)
class LotReport:
    """The verdict on a lot; its variants are what every recipient starts with.

    files  name to content: LOT.vcf, LOT.fasta, and limits.parquet, which says at every position
           what share a variant would have needed to be seen; none where nothing was typed
    account  what became of everything that stood in the files of reads
    """

    lot: str
    verdict: LotVerdict
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    account: tuple[Use, ...] = ()


def release_lot(
    lot: str,
    checked: CheckedAgent,
    reads: Sequence[ReadFile],
    rules: CallingRules,
    formats: Formats,
    *,
    threads: int = 1,
) -> LotReport:
    """Type a lot's reads against its spec and judge; findings of the spec refuse it too.

    BadLotNameError where the lot's name is no safe name of a file.
    """
    require_lot_name(lot)
    assert checked.spec is not None
    absent = sorted({one.name for one in checked.spec.contigs} - set(checked.sequences))
    if absent:
        return _without_letters(lot, checked, absent)
    agent = agent_index(dict(checked.sequences))
    second = reads[1] if len(reads) > 1 else None
    typed = call_reads(
        ReadSample(sample=lot, first=reads[0], second=second),
        agent,
        rules,
        formats,
        threads=threads,
        watched=guarded_positions(checked.spec, agent),
    )
    findings = (*checked.findings, *typed.findings)
    blind = np.full(len(agent.codes), np.nan, np.float32)
    variants = [] if typed.calls is None else called_variants(typed.calls, agent)
    rows = factor_rows(lot, variants)
    limit = blind if typed.calls is None else typed.calls.limit
    structure = None
    if typed.calls is not None:
        structure = _structure(checked.spec, reads, agent, rules, formats)
    verdict = lot_verdict(
        checked.spec,
        rows,
        {name: limit[agent.span(name)] for name in agent.contigs},
        structure,
        {name: text.upper() for name, text in checked.sequences.items()},
    )
    reasons = [one.message for one in findings if one.severity != "note"]
    if reasons:
        verdict = replace(verdict, released=False, reasons=(*verdict.reasons, *reasons))
    files = {} if typed.calls is None else _files(lot, typed.calls, agent)
    return LotReport(
        lot=lot, verdict=verdict, findings=findings, files=files, account=typed.account
    )


def _without_letters(lot: str, checked: CheckedAgent, absent: Sequence[str]) -> LotReport:
    """A lot is refused unread where the letters of a contig of its spec are not here."""
    reasons = [
        f"contig {name} of the spec has no letters: the lot was not read" for name in absent
    ]
    reasons += [one.message for one in checked.findings if one.severity != "note"]
    verdict = LotVerdict(
        released=False, reasons=tuple(reasons), differences=(), limits={}, blind={}
    )
    return LotReport(lot=lot, verdict=verdict, findings=tuple(checked.findings))


def _structure(
    spec: AgentSpec,
    reads: Sequence[ReadFile],
    agent: AgentIndex,
    rules: CallingRules,
    formats: Formats,
) -> LotStructure | None:
    """A second look at short reads for what letters do not show; None for other reads.

    Parts that were amplified begin and end where their primers lie: they tell no structure.
    """
    rules = rules_for_format(rules, reads[0].name)
    if rules.technology != "short" or rules.keep_duplicates:
        return None
    blocks = formats.blocks(reads[0], reads[1] if len(reads) > 1 else None)
    stretches = guarded_stretches(spec)
    evidence = structural_evidence(blocks, agent, lambda: blocks.offset)
    limits = {
        one.name: structural_limit(evidence, positions(agent, one.contig, one.first, one.last))
        for one in spec.loci
        if (one.contig, one.first, one.last) in stretches and one.contig in agent.contigs
    }
    limits["whole agent"] = structural_limit(evidence, slice(0, len(agent.codes)))
    return LotStructure(reasons=tuple(structural_reasons(spec, evidence, agent)), limits=limits)


def positions(agent: AgentIndex, contig: str, first: int, last: int) -> slice:
    """Where a stretch of a contig, 1-based with both ends, lies in the row of contigs."""
    start = agent.span(contig).start
    return slice(start + first - 1, start + last)


def structural_reasons(
    spec: AgentSpec, evidence: StructuralEvidence, agent: AgentIndex
) -> list[str]:
    """Why the structure of a lot is not that of its spec, in words."""
    told = []
    for one in evidence.changes:
        within = [
            locus
            for locus in spec.loci
            if locus.contig == one.contig and locus.first - 1 <= one.position <= locus.last + 1
        ]
        within.sort(key=lambda locus: (locus.role not in GUARDED, locus.name))
        where = f"{within[0].role} locus {within[0].name}" if within else "the backbone"
        told.append(
            f"{KINDS[one.kind]} at {one.contig}:{one.position} in {where}: {one.fragments} "
            f"fragments at a depth of {one.depth:.0f}"
        )
    if evidence.unknown:
        told.append(
            f"reads hold about {evidence.unknown:,} letters of DNA that is no part of the agent"
        )
    guarded = [one.contig for one in spec.loci if one.role in GUARDED]
    lengths = dict(zip(agent.contigs, agent.lengths, strict=True))
    told += [
        f"contig {name} with kill or safety loci is read {share:.2f} times as deeply as "
        f"{longest}: some cells lack it"
        for name, longest, share in uneven_contigs(evidence.deep, lengths, guarded)
    ]
    return told


KINDS = {
    "break": "structural change (reads break off)",
    "mates": "structural change (pairs lie too far apart, turned, or on another contig)",
    "unplaced": "structural change (mates lie nowhere on the agent)",
}


def _files(lot: str, calls: ReadCalls, agent: AgentIndex) -> dict[str, bytes]:
    variants = called_variants(calls, agent)
    return {
        f"{lot}.vcf": vcf_text(lot, variants, agent, __version__).encode(),
        f"{lot}.fasta": consensus_fasta(lot, calls, agent).encode(),
        "limits.parquet": parquet_of(limit_table(lot, calls, agent)),
    }


def guarded_positions(spec: AgentSpec, agent: AgentIndex) -> np.ndarray:
    """Positions of kill and safety loci, where rarer variants are looked for."""
    return positions_of((Stretch(*one) for one in guarded_stretches(spec)), agent)
