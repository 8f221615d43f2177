"""Type the reads that came into a programme; each pair of files once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nanoward.base.errors import InputError
from nanoward.base.findings import Finding
from nanoward.base.plan import Plan
from nanoward.base.tables import COVERAGE, GENOMES, TYPED_READS, VARIANTS
from nanoward.flows.agents.check_agents import watched_loci
from nanoward.flows.steps.finding_rows import finding_rows, findings_in
from nanoward.flows.steps.memoised_tables import content_hash, memo_key, memoised_tables
from nanoward.flows.steps.source_digest import reachable_digest
from nanoward.flows.steps.step_outcome import Materials, Outcome
from nanoward.maths.frames import schema_of
from nanoward.ports.ports import Ports
from nanoward.ports.reads import ReadFile

if TYPE_CHECKING:  # compiled code loads only where there are reads
    from nanoward.flows.catalogue.read_analysis import ReadOutcome

STEP = "read_sequences"
Tables = dict[str, pl.DataFrame]
_SCHEMAS: dict[str, dict[str, Any]] = {
    "genomes": {**schema_of(GENOMES), "laid": pl.Boolean, "verdict": pl.String},
    "variants": schema_of(VARIANTS),
    "typed_reads": schema_of(TYPED_READS),
    "coverage": schema_of(COVERAGE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _SamplePaths:
    """Paths of one sample's reads: each lane's file, or files of mates."""

    sample: str
    lanes: tuple[tuple[str, str | None], ...]


def call_programme_reads(
    ports: Ports, plan: Plan, materials: Materials
) -> tuple[Materials, Outcome]:
    """Consensus and variants of all samples that came as reads, added to the materials."""
    if "reads" not in materials:
        return materials, Outcome()
    if "reference" not in materials:
        return materials, Outcome(findings=(_no_reference(),))
    from nanoward.catalogue.identity.identity_undecided import undecided_identities
    from nanoward.flows.catalogue.sample_files import files_by_sample

    pairs = files_by_sample(
        materials.tables["reads"]["path"].to_list(), _known_samples(materials)
    )
    hashes = {file.path: file.sha256 for file in ports.folder.files()}
    pieces: list[Tables] = []
    findings: list[Finding] = []
    recalled = 0
    with ports.progress("typing reads", len(pairs)) as step:
        for sample, held in pairs.items():
            reads = _SamplePaths(sample=sample, lanes=held.lanes)
            tables, known = _sample_tables(ports, plan, materials, reads, hashes)
            step(1)
            recalled += known
            findings += [*held.findings(sample), *findings_in(tables.pop("findings"))]
            pieces.append(tables)
    joined = {
        name: pl.concat([one[name] for one in pieces])
        if pieces
        else pl.DataFrame(schema=schema)
        for name, schema in _SCHEMAS.items()
    }
    outcome = Outcome(
        tables={
            "typed_reads": joined["typed_reads"].sort("sample"),
            "coverage": joined["coverage"].sort("sample", "contig", "first"),
        },
        findings=tuple(findings),
        undecided=undecided_identities(joined["typed_reads"].sort("sample").to_dicts()),
        facts={"samples typed from reads": len(pieces)},
        computed=len(pieces) - recalled,
        recalled=recalled,
    )
    return _added(materials, joined), outcome


def _sample_tables(
    ports: Ports,
    plan: Plan,
    materials: Materials,
    reads: _SamplePaths,
    hashes: Mapping[str, str],
) -> tuple[Tables, bool]:
    from nanoward.catalogue import catalogue_rules, reference_by_lineage, with_one_limit
    from nanoward.catalogue.calling.calling_rules import read_rules
    from nanoward.flows.catalogue.primer_sites import sites_on
    from nanoward.flows.catalogue.read_analysis import analyse, sample_of

    sample = reads.sample
    files = [path for lane in reads.lanes for path in lane]
    primers = materials.tables.get("primers")
    catalogue, called = with_one_limit(plan.section("catalogue"), plan.section("reads"))
    rules, where = read_rules(called), catalogue_rules(catalogue)
    lineage = _lineage(materials, sample, where.lineage_column)
    reference = reference_by_lineage(materials.tables["reference"], where).get(lineage, {})
    key = memo_key(
        STEP,
        reachable_digest(__name__),
        files=[hashes.get(path or "") for path in files],
        paths=files,
        reference=reference,
        rules=asdict(rules),
        sample=sample,
        watched=[] if lineage else watched_loci(ports, plan),
        primers=None if primers is None else content_hash(primers),
    )

    def make() -> Tables:
        from nanoward.catalogue.calling.reference_index import (
            NoReferenceLettersError,
            agent_index,
        )

        try:
            agent = agent_index(reference)
        except NoReferenceLettersError as fault:
            return tables_of(_unreferenced(sample, fault))
        sites, wrong = (None, ()) if primers is None else sites_on(primers, agent)
        found = analyse(
            sample_of(sample, reads.lanes, lambda path: _file(ports, path, agent), sites),
            agent,
            rules,
            ports.formats,
            watched=None if lineage else _watched(ports, plan, agent),
        )
        return tables_of(found, besides=wrong)

    return memoised_tables(ports, key, make)


def _file(ports: Ports, path: str, agent: Any) -> ReadFile:
    return ReadFile(
        name=path,
        content=ports.folder.content(path),
        reference=agent.fasta() if path.lower().endswith(".cram") else None,
    )


def _known_samples(materials: Materials) -> frozenset[str]:
    samples = materials.tables.get("samples")
    return frozenset() if samples is None else frozenset(samples["sample"].to_list())


def _watched(ports: Ports, plan: Plan, agent: Any) -> Any:
    """Positions of kill and safety loci, where rarer variants are looked for; None: none."""
    from nanoward.catalogue.calling.reference_index import Stretch, positions_of

    loci = watched_loci(ports, plan)
    return positions_of((Stretch(*one) for one in loci), agent) if loci else None


def tables_of(found: "ReadOutcome", besides: tuple[Finding, ...] = ()) -> Tables:
    """Rows of one sample for "genomes", "variants" and "typed_reads", and its findings.

    besides  what was found on the way to its files, told first
    """
    rows = {
        "genomes": found.genomes,
        "variants": found.rows,
        "typed_reads": found.summary,
        "coverage": found.coverage,
    }
    tables = {
        name: pl.DataFrame(
            [{column: row.get(column) for column in schema} for row in rows[name]], schema
        )
        for name, schema in _SCHEMAS.items()
    }
    return {**tables, "findings": finding_rows((*besides, *found.typed.findings))}


def _lineage(materials: Materials, sample: str, column: str) -> str:
    samples = materials.tables.get("samples")
    if not column or samples is None or column not in samples.columns:
        return ""
    found = samples.filter(pl.col("sample") == sample)[column].to_list()
    return str(found[0] or "") if found else ""


def _added(materials: Materials, joined: Tables) -> Materials:
    tables, sources = dict(materials.tables), dict(materials.sources)
    for role in ("genomes", "variants"):
        parts = [tables[role], joined[role]] if role in tables else [joined[role]]
        tables[role] = pl.concat(parts, how="diagonal_relaxed")
        sources[role] = f"{sources.get(role, '')};{sources['reads']}"
    return Materials(tables=tables, sources=sources, findings=materials.findings)


def _unreferenced(sample: str, fault: InputError) -> "ReadOutcome":
    """A sample whose lineage has no reference that a read could lie on."""
    from nanoward.flows.catalogue.call_reads import TypedReads
    from nanoward.flows.catalogue.read_analysis import ReadOutcome

    finding = Finding(
        code=fault.code,
        severity="error",
        message=f"sample {sample} was not typed: {fault.message}",
        next_step=fault.next_step,
        subject=sample,
    )
    return ReadOutcome(typed=TypedReads(sample=sample, calls=None, findings=(finding,)))


def _no_reference() -> Finding:
    return Finding(
        code="CAT-026",
        severity="error",
        message="there are reads but no agents/NAME/reference.fasta; none was typed",
        next_step="Add agents/NAME/reference.fasta",
        file="agents/NAME/reference.fasta",
    )
