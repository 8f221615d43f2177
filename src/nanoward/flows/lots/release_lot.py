"""Compare a lot's reads with its spec: may it be given?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from nanoward import __version__
from nanoward.agents import AgentSpec, LotVerdict, lot_verdict
from nanoward.base.findings import Finding
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.calling.reference_index import (
    AgentIndex,
    Stretch,
    agent_index,
    positions_of,
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
from nanoward.ports.formats import Formats
from nanoward.ports.reads import ReadFile


@dataclass(frozen=True, slots=True, kw_only=True)
class LotReport:
    """The verdict on a lot; its variants are what every recipient starts with.

    files  name to content: LOT.vcf, LOT.fasta, and limits.parquet, which says at every position
           what share a variant would have needed to be seen; none where nothing was typed
    """

    lot: str
    verdict: LotVerdict
    findings: tuple[Finding, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)


def release_lot(
    lot: str,
    checked: CheckedAgent,
    reads: Sequence[ReadFile],
    rules: CallingRules,
    formats: Formats,
    *,
    threads: int = 1,
) -> LotReport:
    """Type a lot's reads against its spec and judge; findings of the spec refuse it too."""
    assert checked.spec is not None
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
    verdict = lot_verdict(
        checked.spec, rows, {name: limit[agent.span(name)] for name in agent.contigs}
    )
    reasons = [one.message for one in findings if one.severity != "note"]
    if reasons:
        verdict = LotVerdict(
            released=False,
            reasons=(*verdict.reasons, *reasons),
            differences=verdict.differences,
            limits=verdict.limits,
            blind=verdict.blind,
        )
    files = {} if typed.calls is None else _files(lot, typed.calls, agent)
    return LotReport(lot=lot, verdict=verdict, findings=findings, files=files)


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
