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

from nanoward.clearance.grading.ctcae_literal import (
    CTCAE_V4_LITERAL,
    CTCAE_V5_LITERAL,
    CTCAE_V6_LITERAL,
)
from nanoward.clearance.grading.daids_literal import DAIDS_LITERAL
from nanoward.clearance.grading.literal_rules import (
    BadTableError,
    LiteralTable,
    literal_rules_of,
)

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


_DAIDS_TERMS = {
    "ALB": ("Albumin, Low",),
    "ALP": ("Alkaline Phosphatase, High",),
    "ALT": ("ALT, High",),
    "AMYLASE": ("Amylase, High",),
    "APTT": ("PTT, High",),
    "AST": ("AST, High",),
    "BICARB": ("Bicarbonate, Low",),
    "BILDIR": ("Direct Bilirubin, High",),
    "BILI": ("Total Bilirubin, High",),
    "CA": ("Calcium, High", "Calcium, Low"),
    "CAION": ("Calcium (Ionized), High", "Calcium (Ionized), Low"),
    "CD4": ("Absolute CD4+ Count, Low",),
    "CHOL": ("Cholesterol, Fasting, High",),
    "CK": ("Creatine Kinase, High",),
    "CREAT": ("Creatinine, High",),
    "FIBRINO": ("Fibrinogen Decreased",),
    "GLUC": ("Glucose Nonfasting, High", "Glucose, Low"),
    "GLUCF": ("Glucose Fasting, High", "Glucose, Low"),
    "HGB": ("Hemoglobin, Low",),
    "INR": ("INR, High",),
    "K": ("Potassium, High", "Potassium, Low"),
    "LACTICAC": ("Lactate, High",),
    "LDL": ("LDL, Fasting, High",),
    "LIPASE": ("Lipase, High",),
    "LYM": ("Absolute Lymphocyte Count, Low",),
    "METHGB": ("Methemoglobin",),
    "MG": ("Magnesium, Low",),
    "NEUT": ("Absolute Neutrophil Count (ANC), Low",),
    "PHOS": ("Phosphate, Low",),
    "PLAT": ("Platelets, Decreased",),
    "PT": ("PT, High",),
    "SODIUM": ("Sodium, High", "Sodium, Low"),
    "TRIG": ("Triglycerides, Fasting, High",),
    "URATE": ("Uric Acid, High",),
    "WBC": ("WBC, Decreased",),
}
DAIDS = RuleFile(table=DAIDS_LITERAL, terms=_DAIDS_TERMS)


def table_of_criteria(criteria: str) -> LiteralTable | None:
    """The printed table that a text such as "CTCAE v5.0" or "DAIDS 2.1" means, if any."""
    told = criteria.upper()
    if "DAIDS" in told:
        return DAIDS_LITERAL
    found = re.search(r"(?:V| )(\d)(?:\.\d+)?\s*$", told)
    by_number = {
        one.version[0]: one for one in (CTCAE_V4_LITERAL, CTCAE_V5_LITERAL, CTCAE_V6_LITERAL)
    }
    return by_number.get(found[1]) if found else None
