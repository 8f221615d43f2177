"""Clinical files that could not be read whole: what they lack may speak of anybody."""

from collections.abc import Iterable

from nanoward.base.findings import Finding
from nanoward.flows.steps.foreign_files import is_clinical

# codes of adapters/formats/problems.py and of reading a folder that leave part of a file unread
LOST = {
    *("FMT-001", "FMT-003", "FMT-004", "FMT-011", "FMT-012", "FMT-020", "FMT-067"),
    *("FMT-061", "FMT-100", "FMT-123", "CLR-068", "CLR-069"),
}


FOREIGN = "CLR-068"  # by its name or by what stands in it a clinical file, wherever it lies


def files_not_read(findings: Iterable[Finding], *, every: bool = False) -> tuple[str, ...]:
    """What holds everybody: one sentence for each clinical file that was not read whole.

    every  all files are clinical: they were named as such
    """
    files = {
        one.file
        for one in findings
        if one.code in LOST
        and one.file
        and (every or one.code == FOREIGN or is_clinical(one.file))
    }
    return tuple(
        f"{file} could not be read whole; it may speak of anybody" for file in sorted(files)
    )
