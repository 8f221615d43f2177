"""What a published grading table declares, so that it can be named where grades are asked for.

A module of `tables` holds one. `--version`, `--table` and a plan's `grading` may name it as
soon as the file is there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nanoward.base.registry import Registry

if TYPE_CHECKING:  # a list of names needs no rules
    from nanoward.clearance.grading.literal_rules import LiteralTable
    from nanoward.clearance.grading.rule_types import RuleTable


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedTable:
    """One edition of a table, in one or both readings.

    name         as it is written: "5.0", "daids"
    meaning      one line for people who choose
    criteria     regular expression of what data call it (capitals do not count)
    rules        what the house grades by; None where the table is only read as printed
    vital_signs  rules for VS and EG that go with them
    printed      the table as printed, which comparisons with published grades need
    terms        LBTESTCD to the printed terms that it is graded by
    """

    name: str
    meaning: str
    criteria: str
    rules: "Callable[[], RuleTable] | None" = None
    vital_signs: "Callable[[], RuleTable] | None" = None
    printed: "Callable[[], LiteralTable] | None" = None
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


PUBLISHED = Registry("nanoward.clearance.grading.tables", "TABLE", PublishedTable)


def graded_versions() -> tuple[str, ...]:
    """Tables that the house grades by: those with rules for results and for vital signs."""
    return tuple(name for name, one in PUBLISHED.all().items() if one.rules and one.vital_signs)


def printed_names() -> tuple[str, ...]:
    """Tables that are read as printed and say which test is which of their terms."""
    return tuple(name for name, one in PUBLISHED.all().items() if one.printed and one.terms)
