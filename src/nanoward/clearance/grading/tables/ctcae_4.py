"""CTCAE version 4.03, as the house grades and as it is printed."""

from typing import TYPE_CHECKING

from nanoward.clearance.grading.published_table import PublishedTable

if TYPE_CHECKING:
    from nanoward.clearance.grading.literal_rules import LiteralTable
    from nanoward.clearance.grading.rule_types import RuleTable


def rules() -> "RuleTable":
    """What the house grades by."""
    from nanoward.clearance.grading.ctcae_v4 import CTCAE_V4

    return CTCAE_V4


def vital_signs() -> "RuleTable":
    """Vital signs and heart intervals."""
    from nanoward.clearance.grading.vital_signs import VITALS_V4

    return VITALS_V4


def printed() -> "LiteralTable":
    """The table as printed."""
    from nanoward.clearance.grading.ctcae_literal import CTCAE_V4_LITERAL

    return CTCAE_V4_LITERAL


TABLE = PublishedTable(
    name="4.03",
    meaning="CTCAE v4.03 (NCI 2010)",
    criteria=r"^(?!.*DAIDS).*(?:V| )4(?:\.\d+)?\s*$",
    rules=rules,
    vital_signs=vital_signs,
    printed=printed,
)
