"""Which table a file holds, told by its path within the programme."""

import re
from dataclasses import dataclass

from nanoward.ports.formats import BUNDLE

_GZ = r"(\.gz)?"
_TABLE = r"(\.(csv|tsv)(\.gz)?|\.xlsx|\.xlsm)"  # what a table may be saved as
_DATASET = r"\.(xpt|parquet|csv|tsv|txt|xlsx|xlsm)" + _GZ


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """Files of a programme that a reader takes; docs/reference/files.md is made from these.

    role     of such a file; "" where its name tells the SDTM domain (group `domain`)
    pattern  of its path within the programme, in small letters
    names    how it may be called: each matches the pattern
    format   that is read
    holds    what it holds
    """

    role: str
    pattern: str
    names: tuple[str, ...]
    format: str
    holds: str


PLACES: tuple[FilePlace, ...] = (  # the first that a name matches
    FilePlace(
        role="",
        pattern=r"data/(?:[^/]+/)*sdtm/(?:[^/]+/)*(?P<domain>[a-z][a-z0-9]{1,7})" + _DATASET,
        names=("data/sdtm/DM.xpt", "data/sdtm/LB.parquet", "data/sdtm/AE.csv"),
        format="SDTM",
        holds="consents, visits, laboratory, adverse events: the file's name is the domain",
    ),
    FilePlace(
        role="",
        pattern=r"data/(?P<domain>ae|dm|ds|eg|ex|lb|qs|sv|vs)" + _DATASET,
        names=("data/LB.xpt", "data/dm.csv"),
        format="SDTM",
        holds="these domains are read beside the other files too",
    ),
    FilePlace(
        role=BUNDLE,
        pattern=r"data/fhir/(?:[^/]+/)*[^/]+\.(json|ndjson)" + _GZ,
        names=("data/fhir/NAME.json", "data/fhir/NAME.ndjson.gz"),
        format="FHIR R4 Bundle, resource, or lines of resources",
        holds="Patient, Observation, AdverseEvent, Consent, QuestionnaireResponse, "
        "MedicationAdministration, Encounter, ResearchSubject: as SDTM domains",
    ),
    FilePlace(
        role="samples",
        pattern=r"data/samples" + _TABLE,
        names=("data/samples.csv",),
        format="CSV",
        holds="who was sampled, when",
    ),
    FilePlace(
        role="contacts",
        pattern=r"data/contacts" + _TABLE,
        names=("data/contacts.csv",),
        format="CSV",
        holds="who met whom",
    ),
    FilePlace(
        role="genomes",
        pattern=r"data/[^/]+\.(fasta|fa|fna)" + _GZ,
        names=("data/GENOMES.fasta", "data/GENOMES.fa", "data/GENOMES.fna.gz"),
        format="FASTA, header `sample|contig|run=RUN`",
        holds="consensus genomes",
    ),
    FilePlace(
        role="variants",
        pattern=r"data/[^/]*variants[^/]*" + _TABLE,
        names=("data/variants.csv", "data/2026-variants-b.csv.gz"),
        format="CSV",
        holds="variants with frequency and depth",
    ),
    FilePlace(
        role="variants",
        pattern=r"data/[^/]+\.(vcf(\.gz)?|bcf)",
        names=("data/NAME.vcf", "data/NAME.vcf.gz", "data/NAME.bcf"),
        format="VCF 4.x, BCF",
        holds="variants with frequency and depth",
    ),
    FilePlace(
        role="primers",
        pattern=r"data/(reads/)?primers\.bed" + _GZ,
        names=("data/primers.bed", "data/reads/primers.bed"),
        format="BED",
        holds="primers that are trimmed off reads",
    ),
    FilePlace(
        role="reads",
        pattern=r"data/reads/[^/]+\.((fastq|fq|fasta|fa|fna)(\.gz)?|bam|cram|sam)",
        names=(
            "data/reads/SAMPLE_1.fastq.gz",
            "data/reads/SAMPLE_2.fastq.gz",
            "data/reads/SAMPLE_L001.fq",
            "data/reads/SAMPLE.bam",
            "data/reads/SAMPLE.cram",
            "data/reads/SAMPLE.sam",
            "data/reads/SAMPLE.fasta",
        ),
        format="reads: FASTQ, BAM, CRAM, SAM; FASTA: contigs of an assembly",
        holds="reads of samples, both of a pair as SAMPLE_1 and SAMPLE_2; lanes end in _L001",
    ),
    FilePlace(
        role="events",
        pattern=r"data/(dosing|events)" + _TABLE,
        names=("data/events.csv", "data/dosing.csv"),
        format="NONMEM event table",
        holds="doses and measurements",
    ),
    FilePlace(
        role="adjustments",
        pattern=r"data/adjustments" + _TABLE,
        names=("data/adjustments.csv",),
        format="CSV",
        holds="settings that people moved alone, or preferred",
    ),
    FilePlace(
        role="markers",
        pattern=r"data/markers" + _TABLE,
        names=("data/markers.csv",),
        format="CSV",
        holds="markers of each strain of a product seen in each sample",
    ),
    FilePlace(
        role="counts",
        pattern=r"data/counts/[^/]+" + _TABLE,
        names=("data/counts/NAME.csv",),
        format="CSV",
        holds="counts of streams for `[watch]`: cases, events, positive samples by day or week",
    ),
    FilePlace(
        role="detections",
        pattern=r"data/detections/[^/]+(\.(csv|tsv|nmea|ais|aivdm)(\.gz)?|\.xlsx|\.xlsm)",
        names=("data/detections/NAME.csv", "data/detections/NAME.nmea"),
        format="CSV, NMEA 0183",
        holds="detections of objects for `[objects]`: position, or bearing and range",
    ),
    FilePlace(
        role="reference",
        pattern=r"agents/[^/]+/reference\.(fasta|fa|fna)" + _GZ,
        names=("agents/NAME/reference.fasta", "agents/NAME/reference.fna.gz"),
        format="FASTA",
        holds="the agent's reference",
    ),
)
PLAIN_ROLES = (
    "samples",
    "contacts",
    "genomes",
    "variants",
    "reference",
    "events",
    "adjustments",
    "reads",
    "markers",
    "primers",
    "counts",
    "detections",
    "conjunctions",
    "orbits",
    "approaches",
    "astrometry",
)


def role_of(path: str) -> str | None:
    """The role of a file, capitals or not; None when no reader takes it."""
    name = path.lower()
    for one in PLACES:
        if found := re.fullmatch(one.pattern, name):
            return one.role or f"sdtm.{found['domain'].upper()}"
    return None


def domain_of(role: str) -> str | None:
    """The SDTM domain of a role like "sdtm.LB"; None for other roles."""
    return role[5:].upper() if re.fullmatch(r"sdtm\.[A-Za-z][A-Za-z0-9]{1,7}", role) else None
