"""Type files of reads without a programme: VCF, consensus FASTA, tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from nanoward import __version__
from nanoward.base.findings import Finding, Undecided
from nanoward.base.tables import COVERAGE
from nanoward.catalogue.calling.calling_rules import CallingRules
from nanoward.catalogue.identity.identity_undecided import undecided_identities
from nanoward.catalogue.output.call_tables import (
    consensus_fasta,
    limit_table,
    vcf_text,
)
from nanoward.flows.catalogue.index_reference import ReferenceFile, index_reference
from nanoward.flows.catalogue.primer_sites import primer_sites
from nanoward.flows.catalogue.read_analysis import analyse, sample_of
from nanoward.flows.catalogue.sample_files import files_by_sample
from nanoward.flows.steps.parquet import parquet_of
from nanoward.maths.frames import frame_of
from nanoward.ports.blobs import Blobs
from nanoward.ports.formats import Formats, Use
from nanoward.ports.progress import Progress
from nanoward.ports.reads import ReadFile


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedFiles:
    """What was found, and the files to write.

    summaries  one row per sample that could be typed
    factors    one row per variant
    files      name to content: SAMPLE.vcf, SAMPLE.fasta; factors, limits, coverage (.parquet)
    account    sample, and what became of one thing that stood in its files
    """

    summaries: tuple[Mapping[str, object], ...] = ()
    factors: tuple[Mapping[str, object], ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    account: tuple[tuple[str, Use], ...] = ()


def call_read_files(
    paths: Sequence[str],
    reference: ReferenceFile,
    rules: CallingRules,
    formats: Formats,
    progress: Progress,
    *,
    threads: int = 1,
    kept: Blobs | None = None,
) -> TypedFiles:
    """Type every sample of these files of reads against a reference FASTA.

    kept  where the index of the reference is kept for the next time
    """
    agent, told = index_reference(reference, formats, kept)
    summaries: list[Mapping[str, object]] = []
    factors: list[Mapping[str, object]] = []
    coverage: list[Mapping[str, object]] = []
    findings: list[Finding] = list(told)
    files: dict[str, bytes] = {}
    limits: list[pl.DataFrame] = []
    account: list[tuple[str, Use]] = []
    sites, wrong = primer_sites(reference.primers, agent, formats)
    findings += wrong

    def opened(path: str) -> ReadFile:
        is_cram = path.lower().endswith(".cram")
        return ReadFile(name=path, path=path, reference=agent.fasta() if is_cram else None)

    for sample, held in files_by_sample(paths).items():
        findings += held.findings(sample)
        asked = sample_of(sample, held.lanes, opened, sites)
        with progress(f"typing {sample}", 0) as step:
            found = analyse(asked, agent, rules, formats, threads=threads, step=step)
        findings += found.typed.findings
        account += [(sample, one) for one in found.typed.account]
        summaries += found.summary
        factors += found.factors
        coverage += found.coverage
        if found.calls is None:
            continue
        limits.append(limit_table(sample, found.calls, agent))
        vcf = vcf_text(sample, found.variants, agent, __version__)
        files[f"{sample}.vcf"] = vcf.encode()
        fasta = consensus_fasta(sample, found.calls, agent)
        files[f"{sample}.fasta"] = fasta.encode()
    files["limits.parquet"] = parquet_of(pl.concat([_LIMITS, *limits]))
    files["factors.parquet"] = parquet_of(_frame(factors))
    files["coverage.parquet"] = parquet_of(frame_of(COVERAGE, coverage))
    return TypedFiles(
        summaries=tuple(summaries),
        factors=tuple(factors),
        files=files,
        findings=tuple(findings),
        undecided=undecided_identities(summaries),
        account=tuple(account),
    )


def _frame(rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=FACTOR_SCHEMA)


_LIMITS = pl.DataFrame(
    schema={
        "sample": pl.String,
        "contig": pl.String,
        "first": pl.Int64,
        "last": pl.Int64,
        "limit": pl.Float64,
    }
)
FACTOR_SCHEMA = {
    "sample": pl.String,
    "contig": pl.String,
    "position": pl.Int64,
    "ref": pl.String,
    "alt": pl.String,
    "frequency": pl.Float64,
    "depth": pl.Int64,
    "forward": pl.Int64,
    "backward": pl.Int64,
    "quality": pl.Float64,
    "strain": pl.String,
    "evidence": pl.String,
}
