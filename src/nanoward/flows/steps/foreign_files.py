"""Files under data/ and agents/ that no reader takes: for people, foreign, or lost records.

A file among the clinical records, or named for one of their domains, may hold what speaks
against somebody. That nobody reads it is an error, and it holds everybody until it is moved.
"""

import re

from nanoward.base.findings import Finding

# made for people or by desks, and ignored on purpose
FOR_PEOPLE = ("readme", "spec.", "design.", "licence", "license", "citation")
OF_DESKS = (".ds_store", "thumbs.db", "desktop.ini", ".gitkeep", ".gitignore", ".gitattributes")
_DOCUMENTS = re.compile(r"\.(md|pdf|docx?|html?|png|svg|toml)$|^define[^/]*\.xml$|^\._|^\.?~")
_TABLES = re.compile(r"\.(xlsx|xlsm|xlsb|xls|ods|numbers|tsv)(\.gz)?$")
_DOMAIN = re.compile(r"^\.?(ae|dm|ds|eg|ex|lb|qs|sv|vs|supp)([^a-z].*)?\.[^/]+$")
_PLACE = re.compile(r"^data/(.*/)?(sdtm|fhir)/")


def unread_file(path: str) -> list[Finding]:
    """What is told of a file that no reader takes; nothing of one that is made for people."""
    name = path.rsplit("/", 1)[-1].lower()
    if name.startswith(FOR_PEOPLE) or name in OF_DESKS:
        return []
    if is_clinical(path) and not _DOCUMENTS.search(name):
        return [
            Finding(
                code="CLR-068",
                severity="error",
                message="this file is among the clinical records, and nobody reads it",
                next_step="Save it as DOMAIN.csv, .xlsx, .xpt or .parquet (FHIR: .json) or move"
                " it out of data/; until then everybody is held",
                file=path,
            )
        ]
    if name.startswith("."):
        return []
    if _TABLES.search(name):
        return [
            Finding(
                code="PRG-001",
                severity="warning",
                message="this looks like a table, and nobody reads it",
                next_step="Save it as .csv, .tsv or .xlsx under a name that is read (samples,"
                " contacts, events ...: docs/reference/files.md), or move it out of data/",
                file=path,
            )
        ]
    return [
        Finding(
            code="PRG-001",
            severity="note",
            message="nobody reads this file",
            next_step="See docs/reference/files.md for names that are read; or leave it be",
            file=path,
        )
    ]


def unreadable_file(path: str, why: str) -> Finding:
    """A file or link that is there and cannot be opened."""
    return Finding(
        code="CLR-069",
        severity="error",
        message=f"this cannot be opened: {why}",
        next_step="Put the file itself there, so that it can be read, or remove it",
        file=path,
    )


def is_clinical(path: str) -> bool:
    """Whether a path under data/ stands where clinical records do, or is named for them."""
    low = path.lower()
    name = low.rsplit("/", 1)[-1]
    return bool(_PLACE.match(low)) or (low.startswith("data/") and bool(_DOMAIN.match(name)))
