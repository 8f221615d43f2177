"""Which table a file holds, told by its path within the programme."""

import re

from nanoward.ports.formats import BUNDLE

_GZ = r"(\.gz)?"
_TABLE = r"(\.(csv|tsv)(\.gz)?|\.xlsx|\.xlsm)"  # what a table may be saved as
_ROLES: tuple[tuple[str, str], ...] = (
    (r"data/samples" + _TABLE, "samples"),
    (r"data/contacts" + _TABLE, "contacts"),
    (r"data/[^/]+\.(fasta|fa|fna)" + _GZ, "genomes"),
    (r"data/[^/]*variants[^/]*" + _TABLE, "variants"),
    (r"data/[^/]+\.vcf" + _GZ, "variants"),
    (r"data/[^/]+\.bcf", "variants"),
    (r"data/(reads/)?primers\.bed" + _GZ, "primers"),
    (r"data/reads/[^/]+\.(fastq|fq|fasta|fa|fna)" + _GZ, "reads"),
    (r"data/reads/[^/]+\.(bam|cram|sam)", "reads"),
    (r"data/(dosing|events)" + _TABLE, "events"),
    (r"data/adjustments" + _TABLE, "adjustments"),
    (r"data/markers" + _TABLE, "markers"),
    (r"data/counts/[^/]+" + _TABLE, "counts"),
    (r"data/detections/[^/]+(\.(csv|tsv|nmea|ais|aivdm)(\.gz)?|\.xlsx|\.xlsm)", "detections"),
    (r"agents/[^/]+/reference\.(fasta|fa|fna)" + _GZ, "reference"),
)
_BUNDLE = re.compile(r"data/fhir/(?:[^/]+/)*[^/]+\.(json|ndjson)" + _GZ)
_DOMAIN = re.compile(
    r"data/(?:[^/]+/)*sdtm/(?:[^/]+/)*([a-z][a-z0-9]{1,7})\.(xpt|parquet|csv|tsv|txt|xlsx|xlsm)"
    + _GZ
)
_LOOSE = re.compile(
    r"data/(ae|dm|ds|eg|ex|lb|qs|sv|vs)\.(xpt|parquet|csv|tsv|txt|xlsx|xlsm)" + _GZ
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
    domain = _DOMAIN.fullmatch(name) or _LOOSE.fullmatch(name)
    if domain:
        return f"sdtm.{domain.group(1).upper()}"
    if _BUNDLE.fullmatch(name):
        return BUNDLE
    return next((role for pattern, role in _ROLES if re.fullmatch(pattern, name)), None)


def domain_of(role: str) -> str | None:
    """The SDTM domain of a role like "sdtm.LB"; None for other roles."""
    return role[5:].upper() if re.fullmatch(r"sdtm\.[A-Za-z][A-Za-z0-9]{1,7}", role) else None
