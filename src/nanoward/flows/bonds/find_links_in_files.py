"""Type samples and find bonds on plain files, without a programme or a ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from nanoward.base.errors import UsageError
from nanoward.base.findings import Finding
from nanoward.base.tables import SAMPLES
from nanoward.bonds import (
    BondRules,
    contacts_by_pair,
    group_table,
    lot_samples,
    people_to_compare,
    stratum_bonds,
)
from nanoward.bonds.direction.dates import doses_of, odds_by_pair
from nanoward.catalogue import (
    CatalogueRules,
    adaptation_table,
    check_common_contigs,
    reference_by_lineage,
    sample_materials,
)
from nanoward.flows.bonds.explain_bonds import Beside, explain_bonds
from nanoward.flows.bonds.find_links import (
    alone,
    bond_facts,
    by_stratum,
    judge,
    suspects_of,
    unsequenced,
)
from nanoward.flows.catalogue.type_samples import (
    open_questions,
    read_samples,
    reading_tables,
    typing_facts,
)
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.maths.frames import frame_of
from nanoward.ports.formats import Formats
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
    tables, findings = read_files(files, formats)
    return type_tables(tables, findings, rules, runner, progress)


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
        rules = replace(rules, lineage_column="")
    reference = reference_by_lineage(tables["reference"], rules)
    materials, unknown = sample_materials(tables, rules)
    check_common_contigs(materials, reference)
    readings = read_samples(materials, reference, rules, runner, progress)
    found = reading_tables(readings)
    found["adaptation"] = adaptation_table(
        found["profiles"], found["aligned"], found["factors"]
    )
    return Outcome(
        tables={**found, "samples": tables["samples"]},
        findings=(*findings, *unknown, *(doubt for one in readings for doubt in one.findings)),
        undecided=open_questions(found["profiles"]),
        facts=typing_facts(found["profiles"], found["factors"]),
        computed=len(readings),
    )


def find_bonds(
    files: Files,
    rules: tuple[CatalogueRules, BondRules],
    formats: Formats,
    runner: Runner,
    progress: Progress,
) -> Outcome:
    """Bonds between the participants of plain files, and what could not be decided."""
    typed = type_files(
        {role: file for role, file in files.items() if role != "contacts"},
        rules[0],
        formats,
        runner,
        progress,
    )
    met, doubts = read_files({r: f for r, f in files.items() if r == "contacts"}, formats)
    samples, tables = typed.tables["samples"], typed.tables
    people, undecided = people_to_compare(samples, tables["profiles"], rules[1])
    lots = lot_samples(samples, tables["profiles"])
    known = frozenset(samples["participant"].drop_nulls().to_list())
    contacts, strangers = contacts_by_pair(met.get("contacts"), known)
    strata = by_stratum(people)
    pieces = []
    with progress("comparing participants", len(strata)) as step:
        for group in strata:
            pieces.append(
                stratum_bonds(
                    group, tables["aligned"], tables["factors"], contacts, rules[1], lots
                )
            )
            step(1)
    doses = doses_of(samples)
    bonds, questions = judge(pieces, rules[1], odds_by_pair(people, doses))
    beside = Beside(
        contacts=met.get("contacts"),
        doses=doses,
        suspects=suspects_of(tables["adaptation"], lots),
        window_d=rules[1].window_d,
    )
    told = explain_bonds(bonds, people, beside)
    return Outcome(
        tables={
            **tables,
            "bonds": told.tables["bonds"],
            "bond_groups": group_table(bonds),
        },
        findings=(*typed.findings, *doubts, *strangers, *told.findings),
        undecided=(
            *typed.undecided,
            *undecided,
            *questions,
            *told.undecided,
            *alone(strata),
            *unsequenced(people, lots),
        ),
        facts={**typed.facts, **bond_facts(bonds, people), **told.facts},
        computed=len(strata),
    )


def read_files(
    files: Files, formats: Formats
) -> tuple[dict[str, pl.DataFrame], Sequence[Finding]]:
    """Tables by role, and what is wrong with the files."""
    readings = {
        role: formats.read(role, path, content) for role, (path, content) in files.items()
    }
    findings = [one for reading in readings.values() for one in reading.findings]
    return {role: reading.table for role, reading in readings.items()}, findings


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
