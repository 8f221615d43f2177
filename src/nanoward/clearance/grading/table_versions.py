"""The published grading tables that are known, by version."""

from nanoward.base.errors import UsageError
from nanoward.clearance.grading.ctcae_v4 import CTCAE_V4
from nanoward.clearance.grading.ctcae_v5 import CTCAE_V5
from nanoward.clearance.grading.ctcae_v6 import CTCAE_V6
from nanoward.clearance.grading.rule_types import RuleTable

TABLES = {table.version: table for table in (CTCAE_V4, CTCAE_V5, CTCAE_V6)}


class UnknownTableError(UsageError):
    """A grading table was asked for that is not here."""

    code = "CLR-002"
    next_step = f"Ask for one of {', '.join(TABLES)}."


def table_of_version(version: str) -> RuleTable:
    """The CTCAE table of a version: "4.03", "5.0" or "6.0"."""
    if version not in TABLES:
        raise UnknownTableError(f"there is no CTCAE table of version {version!r}")
    return TABLES[version]
