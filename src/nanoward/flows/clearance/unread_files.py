"""Clinical files that could not be read whole: what they lack may speak of anybody."""

import re
from collections.abc import Iterable

from nanoward.base.findings import Finding
from nanoward.flows.steps.foreign_files import is_clinical

# codes of adapters/formats/problems.py and of reading a folder that leave part of a file unread
LOST = {
    *("FMT-001", "FMT-003", "FMT-004", "FMT-011", "FMT-012", "FMT-020", "FMT-067"),
    *("FMT-061", "FMT-100", "FMT-123", "FMT-219", "CLR-068", "CLR-069"),
}


# a row that tells no subject (FMT-026 of USUBJID), a resource about nobody known (FMT-104)
_NO_SUBJECT = {"FMT-026": "USUBJID", "FMT-104": "subject"}
# what such a row tells holds nobody, whoever it is about: visits, treatments beside, histories
_HARMLESS = re.compile(r"(sv|se|sc|cm|mh|fh|su|pr|ec|dv|ie|co|supp|rel)[^/]*")
FOREIGN = "CLR-068"  # by its name or by what stands in it a clinical file, wherever it lies


def files_not_read(findings: Iterable[Finding], *, every: bool = False) -> tuple[str, ...]:
    """What holds everybody: one sentence for each clinical file that was not read whole.

    every  all files are clinical: they were named as such
    """
    lost, unnamed = set(), set()
    for one in findings:
        if not one.file or not (every or one.code == FOREIGN or is_clinical(one.file)):
            continue
        if one.code in LOST:
            lost.add(one.file)
        elif _is_about_nobody(one):
            unnamed.add(one.file)
    return (
        *(f"{file} could not be read whole; it may speak of anybody" for file in sorted(lost)),
        *(
            f"{file} has rows that tell no subject; they may speak of anybody"
            for file in sorted(unnamed - lost)
        ),
    )


def _is_about_nobody(finding: Finding) -> bool:
    name = finding.file.lower().rsplit("/", 1)[-1]
    return _NO_SUBJECT.get(finding.code) == finding.column and _HARMLESS.fullmatch(name) is None
