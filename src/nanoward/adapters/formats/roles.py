"""Which table a file holds, told by its path within the programme."""

import re

from nanoward.adapters.formats.table_format import FORMATS, GZ, FilePlace
from nanoward.base.errors import UsageError
from nanoward.ports.formats import BUNDLE

_DATASET = r"\.(xpt|parquet|csv|tsv|txt|xlsx|xlsm)" + GZ
_OF_MANY_TABLES = (  # asked first
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
        pattern=r"data/fhir/(?:[^/]+/)*[^/]+\.(json|ndjson)" + GZ,
        names=("data/fhir/NAME.json", "data/fhir/NAME.ndjson.gz"),
        format="FHIR R4 Bundle, resource, or lines of resources",
        holds="Patient, Observation, AdverseEvent, Consent, QuestionnaireResponse, "
        "MedicationAdministration, Encounter, ResearchSubject: as SDTM domains",
    ),
)


class TwoRolesError(UsageError):
    """Formats of different roles claim the same file."""

    code = "FMT-094"
    next_step = "Give the file another name, or narrow the pattern of one of the formats."


def file_places() -> tuple[FilePlace, ...]:
    """Every kind of file that a programme may hold."""
    declared = (place for one in FORMATS.all().values() for place in one.places)
    return (*_OF_MANY_TABLES, *declared)


def plain_roles() -> tuple[str, ...]:
    """Roles of one table each, in order."""
    return tuple(sorted({one.role for one in FORMATS.all().values()}))


def role_of(path: str, places: tuple[FilePlace, ...] | None = None) -> str | None:
    """The role of a file, capitals or not; None when no reader takes it.

    places  where they were read before; else they are read anew
    """
    name, known = path.lower(), file_places() if places is None else places
    for one in known[: len(_OF_MANY_TABLES)]:
        if found := re.fullmatch(one.pattern, name):
            return one.role or f"sdtm.{found['domain'].upper()}"
    claimed = {
        one.role for one in known[len(_OF_MANY_TABLES) :] if re.fullmatch(one.pattern, name)
    }
    if len(claimed) > 1:
        raise TwoRolesError(f"{path} may be {' or '.join(sorted(claimed))}")
    return claimed.pop() if claimed else None


def domain_of(role: str) -> str | None:
    """The SDTM domain of a role like "sdtm.LB"; None for other roles."""
    return role[5:].upper() if re.fullmatch(r"sdtm\.[A-Za-z][A-Za-z0-9]{1,7}", role) else None
