"""CTCAE version 5.0, as the house grades and as it is printed."""

from typing import TYPE_CHECKING

from nanoward.clearance.grading.published_table import PublishedTable

if TYPE_CHECKING:
    from nanoward.clearance.grading.literal_rules import LiteralTable
    from nanoward.clearance.grading.rule_types import RuleTable


def rules() -> "RuleTable":
    """What the house grades by."""
    from nanoward.clearance.grading.ctcae_v5 import CTCAE_V5

    return CTCAE_V5


def vital_signs() -> "RuleTable":
    """Vital signs and heart intervals."""
    from nanoward.clearance.grading.vital_signs import VITALS_V5

    return VITALS_V5


def printed() -> "LiteralTable":
    """The table as printed."""
    from nanoward.clearance.grading.ctcae_literal import CTCAE_V5_LITERAL

    return CTCAE_V5_LITERAL


TABLE = PublishedTable(
    name="5.0",
    meaning="CTCAE v5.0 (NCI 2017)",
    criteria=r"^(?!.*DAIDS).*(?:V| )5(?:\.\d+)?\s*$",
    rules=rules,
    vital_signs=vital_signs,
    printed=printed,
)
