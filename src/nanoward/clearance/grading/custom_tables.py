"""A grading table of somebody's own, from a text file: rules, its name, and which test is what.

    name My table
    version 1.0
    citation Our protocol, section 9.3
    test HGB = Anaemia
    test GLUC = Glucose, Low; Glucose, High
    # a rule a line, as in printed.py: term | low or high | units | for whom | steps
    Anaemia | low | si g/L | sex F, years >= 18 | 3 < 80; 2 < 95; need LLN; 1 < LLN
    Anaemia | low | us g/dL | sex F, years >= 18 | 3 < 8; 2 < 9.5; need LLN; 1 < LLN

Rules may ask for an age (days, months, years), a sex, a multiple of a limit of normal or of
the baseline, a change from it, a number in a unit, and both directions. Units are read as
everywhere: a result in another unit of the same kind is converted before it is graded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nanoward.clearance.grading.literal_rules import (
    BadTableError,
    LiteralTable,
    literal_rules_of,
)
from nanoward.clearance.grading.published_table import PUBLISHED

_WORDS = ("name", "version", "citation", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A printed table, and the terms that each LBTESTCD is graded by."""

    table: LiteralTable
    terms: Mapping[str, tuple[str, ...]]


def rule_file_of(text: str, *, file: str = "") -> RuleFile:
    """Read a table; BadTableError names file and line of what cannot be read."""
    told: dict[str, str] = {}
    terms: dict[str, tuple[str, ...]] = {}
    rules: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        word, _, rest = line.strip().partition(" ")
        if "|" in line or not line.strip() or line.strip().startswith("#"):
            rules.append(line)
            continue
        rules.append("")
        if word not in _WORDS or not rest.strip():
            raise BadTableError(f"cannot read {line.strip()!r}", file=file, line=number)
        if word == "test":
            code, names = _test(rest, file, number)
            terms[code] = (*terms.get(code, ()), *names)
        else:
            told[word] = rest.strip()
    try:
        found = literal_rules_of("\n".join(rules))
    except BadTableError as fault:
        raise BadTableError(fault.what, file=file, line=fault.line) from None
    if not found:
        raise BadTableError("there is no rule", file=file)
    table = LiteralTable(
        name=told.get("name", "own table"),
        version=told.get("version", ""),
        citation=told.get("citation", file),
        rules=found,
    )
    known = {term for term, _ in table.by_term}
    unknown = [
        name for names in terms.values() for name in names if name.casefold() not in known
    ]
    if unknown:
        raise BadTableError(f"a test names a term without a rule: {unknown[0]!r}", file=file)
    return RuleFile(table=table, terms=terms or {term: (term,) for term in sorted(known)})


def _test(text: str, file: str, number: int) -> tuple[str, tuple[str, ...]]:
    code, equals, names = text.partition("=")
    terms = tuple(one.strip() for one in names.split(";") if one.strip())
    if not equals or not code.strip() or not terms:
        raise BadTableError("write `test CODE = term; term`", file=file, line=number)
    return code.strip().upper(), terms


def named_rules(name: str) -> RuleFile | None:
    """A published table with its tests, by name (capitals do not count); None for others."""
    found = PUBLISHED.get(name.lower())
    if found is None or found.printed is None or not found.terms:
        return None
    return RuleFile(table=found.printed(), terms=found.terms)


def table_of_criteria(criteria: str) -> LiteralTable | None:
    """The printed table that a text such as "CTCAE v5.0" or "DAIDS 2.1" means, if any."""
    for one in PUBLISHED.all().values():
        if one.printed is not None and re.search(one.criteria, criteria, re.IGNORECASE):
            return one.printed()
    return None
