"""The published tables that the house grades by, by version."""

from nanoward.base.errors import UsageError
from nanoward.clearance.grading.published_table import PUBLISHED, graded_versions
from nanoward.clearance.grading.rule_types import RuleTable


class UnknownTableError(UsageError):
    """A grading table was asked for that is not here."""

    code = "CLR-002"
    next_step = "Ask for one of those that `nanoward clearance grade --help` shows."


def rule_tables() -> dict[str, RuleTable]:
    """Every table that the house grades by: version to its rules."""
    return {name: one.rules() for name, one in PUBLISHED.all().items() if one.rules}


def table_of_version(version: str) -> RuleTable:
    """The table of a version: of CTCAE "4.03", "5.0" or "6.0"."""
    found = PUBLISHED.get(version)
    if found is None or found.rules is None:
        raise UnknownTableError(
            f"there is no CTCAE table of version {version!r}",
            next_step=f"Ask for one of {', '.join(graded_versions())}.",
        )
    return found.rules()
