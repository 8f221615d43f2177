"""Type the samples of plain files, without a programme or a ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding
from nanoward.base.tables import SAMPLES
from nanoward.catalogue import CatalogueRules
from nanoward.catalogue.rules import NATURAL_IDENTITY
from nanoward.flows.catalogue.sample_typing import ReadsAll, analyse
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.formats import Formats, ParsedTable
from nanoward.ports.progress import Progress
from nanoward.ports.runner import Runner

Files = Mapping[str, tuple[str, bytes]]  # role to path and content


SEQUENCES = (".fa", ".fasta", ".fas", ".fna", ".fa.gz", ".fasta.gz", ".fas.gz", ".fna.gz")


class NoReferenceError(UsageError):
    """Variants alone do not say what stands where nothing was seen."""

    code = "CAT-012"
    next_step = "Name the agent's reference: --reference reference.fasta"


def sequenced_role(path: str) -> str:
    """ "genomes" for a FASTA file by its name, else "variants"."""
    return "genomes" if path.lower().endswith(SEQUENCES) else "variants"


def type_files(
    files: Files, rules: CatalogueRules, formats: Formats, runner: Runner, progress: Progress
) -> Outcome:
    """Profiles, factors, aligned consensus and adaptation of the samples in plain files.

    Without a samples table every sample stands for a participant of its own name; without a
    reference the first sample, by name, stands in for it.
    """
    readings = _readings(files, formats)
    tables = {role: reading.table for role, reading in readings.items()}
    findings = [one for reading in readings.values() for one in reading.findings]
    typed = type_tables(tables, findings, rules, runner, progress)
    account = ((role, one) for role, reading in readings.items() for one in reading.account)
    return replace(typed, account=tuple(account))


def type_tables(
    read: Mapping[str, pl.DataFrame],
    findings: Sequence[Finding],
    rules: CatalogueRules,
    runner: Runner,
    progress: Progress,
) -> Outcome:
    """As `type_files`, of tables that were read already; findings of reading go along."""
    tables = dict(read)
    if "samples" not in tables:
        tables["samples"] = samples_by_name(tables)
    if "reference" not in tables:
        tables["reference"] = first_sample(tables)
        least = min(rules.least_identity, NATURAL_IDENTITY)  # it is no agent's reference
        rules = replace(rules, lineage_column="", least_identity=least)
    typed = analyse(tables, rules, ReadsAll(runner=runner, progress=progress))
    return replace(
        typed,
        tables={**typed.tables, "samples": tables["samples"]},
        findings=(*findings, *typed.findings),
    )


def read_files(
    files: Files, formats: Formats
) -> tuple[dict[str, pl.DataFrame], Sequence[Finding]]:
    """Tables by role, and what is wrong with the files."""
    readings = _readings(files, formats)
    findings = [one for reading in readings.values() for one in reading.findings]
    return {role: reading.table for role, reading in readings.items()}, findings


def _readings(files: Files, formats: Formats) -> dict[str, ParsedTable]:
    return {role: formats.read(role, path, content) for role, (path, content) in files.items()}


def samples_by_name(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """A samples table for files that come without one."""
    names = {
        name
        for role in ("genomes", "variants")
        if role in tables
        for name in tables[role]["sample"].to_list()
    }
    return frame_of(SAMPLES, ({"sample": one, "participant": one} for one in sorted(names)))


def first_sample(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The consensus of the first sample, by name, as reference."""
    if "genomes" not in tables:
        raise NoReferenceError("there are variants but no reference")
    genomes = tables["genomes"].sort("sample", "contig", "run")
    return (
        genomes.filter(pl.col("sample") == pl.col("sample").first())
        .unique("contig", keep="first", maintain_order=True)
        .select("contig", "sequence")
    )
