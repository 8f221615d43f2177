"""Files that no reader takes, by what stands in them: records beside, in forms nobody reads.

An archive, an export of another system or a FHIR document in the wrong folder may hold what
speaks against somebody. Such a file among or with clinical records is an error and holds
everybody until it is moved; any other file of data is told as a warning.
"""

import io
import re
import zipfile

from nanoward.base.findings import Finding
from nanoward.flows.steps.foreign_files import is_clinical, unread_file

_PACKED = re.compile(r"\.(zip|7z|rar|tar|tgz|tar\.gz|bz2|xz|zst)$")
_MARKED = re.compile(r"\.(json|ndjson|xml|txt)(\.gz)?$")
_BINARY = re.compile(
    r"\.(sas7bdat|sas7bcat|sav|zsav|por|dta|rds|rda|rdata|accdb|mdb|sqlite3?|db|feather|arrow"
    r"|parquet|xpt|hl7|odm)(\.gz)?$"
)
_TABLE = re.compile(r"\.(csv|tsv|xlsx?|xlsm|ods|parquet|xpt|sas7bdat|json|ndjson|xml)(\.gz)?$")
_WORDS = re.compile(
    r"(adverse|(^|[^a-z])saes?([^a-z]|$)|demograph|disposition|laborator|(^|[^a-z])labs?([^a-z]|$)"
    r"|vital.?signs?|questionnaire|(^|[^a-z])phq|consents?([^a-z]|$)|exposure|sdtm|fhir)"
)
# what an export of clinical records says of itself in its first lines
_SAYS = re.compile(
    rb'"resourceType"\s*:|<ODM[\s>]|http://hl7\.org/fhir|<ClinicalDocument|^MSH\|', re.MULTILINE
)
HEAD = 4096  # bytes that are looked at


def told_of(path: str, content: bytes) -> list[Finding]:
    """What is told of a file that no reader takes.

    content  its bytes, or their beginning; an archive is looked into where it is whole
    """
    told = unread_file(path)
    if told and told[0].severity == "error":
        return told
    why = _records_inside(path.lower(), content)
    if why:
        return [
            Finding(
                code="CLR-068",
                severity="error",
                message=f"nobody reads this file, and {why}",
                next_step="Save its records as data/sdtm/DOMAIN.csv (FHIR: data/fhir/*.json)"
                " or move it out of data/; until then everybody is held",
                file=path,
            )
        ]
    if told and (_PACKED.search(path.lower()) or _BINARY.search(path.lower())):
        return [
            Finding(
                code="PRG-001",
                severity="warning",
                message="this looks like data, and nobody reads it",
                next_step="See docs/reference/files.md for names that are read, or move it out"
                " of data/",
                file=path,
            )
        ]
    return told


def _records_inside(low: str, content: bytes) -> str:
    """Why a file may hold clinical records; "" where nothing says so."""
    if not low.startswith("data/"):
        return ""
    stem = low.rsplit("/", 1)[-1]
    if _TABLE.search(low) and _WORDS.search(stem.split(".")[0]):
        return "by its name it holds clinical records"
    if _MARKED.search(low) and _SAYS.search(content[:HEAD]):
        return "by its first lines it holds clinical records"
    if _PACKED.search(low):
        inside = next((one for one in _names_inside(content) if _is_record(one)), "")
        if inside:
            return f"{inside} is in it"
        return "by its name it holds clinical records" if _WORDS.search(stem) else ""
    return ""


def _is_record(name: str) -> bool:
    return is_clinical(f"data/{name.lower()}")


def _names_inside(content: bytes) -> list[str]:
    """Names of the files in a ZIP archive; none where it cannot be looked into."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []
