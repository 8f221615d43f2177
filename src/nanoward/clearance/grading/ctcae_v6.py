"""CTCAE version 6.0, where it differs from version 5.0.

Source: National Cancer Institute, Common Terminology Criteria for Adverse Events (CTCAE) v6.0
(2025). Version 6 counts from a high baseline in steps of its own, grades platelets and
neutrophils lower, and takes glucose up again. Terms that are not named here are those of
ctcae_v5.py.

Creatine kinase and low lymphocytes are left out on purpose: the rows of version 6.0 that could
be checked (43 in admiral 1.4) hold neither, and a limit of version 5.0 under the name of 6.0
would be a guess. Each result says so; a programme that needs them grades by 5.0.
"""

from dataclasses import replace

from nanoward.clearance.grading.ctcae_v4 import CTCAE_V4
from nanoward.clearance.grading.ctcae_v5 import RULES as OLDER_RULES
from nanoward.clearance.grading.rule_types import (
    Baseline,
    Reference,
    Rule,
    RuleTable,
    Scale,
    Step,
    above,
    below,
)

_BLOOD = "CTCAE v6.0 (NCI 2025), Blood and lymphatic system disorders"
_TESTS = "CTCAE v6.0 (NCI 2025), Investigations"
_LEFT_OUT = ("CPK increased", "Lymphocyte count decreased", "Platelet count decreased")


def _by_baseline(
    term: str, test: str, limits: tuple[float, ...], of_base: tuple[float, ...]
) -> Rule:
    """ULN multiples up to a normal baseline, baseline multiples above it."""
    steps = (
        *above(*limits, of="uln", baseline="normal"),
        *above(*of_base, of="base", baseline="abnormal", reaching=True),
    )
    return _ratio(term, test, *steps)


def _ratio(term: str, test: str, *steps: Step) -> Rule:
    return Rule(
        term=term,
        direction="high" if steps[0].comparison.startswith(">") else "low",
        tests=(test,),
        scales=(Scale(unit="", steps=steps),),
        citation=_TESTS,
    )


def _creatinine(baseline: Baseline, of: Reference) -> tuple[Step, ...]:
    return tuple(
        Step(grade=grade, comparison=">", factor=factor, of=of, baseline=baseline)
        for grade, factor in ((2, 1.5), (3, 3.0))
    )


_DIFFERENT = (
    _by_baseline("Alanine aminotransferase increased", "ALT", (1, 3, 5, 20), (1, 1.5, 2, 4)),
    _by_baseline("Aspartate aminotransferase increased", "AST", (1, 3, 5, 20), (1, 1.5, 2, 4)),
    _by_baseline("GGT increased", "GGT", (1, 2.5, 5, 20), (1, 1.5, 3, 10)),
    _by_baseline("Blood bilirubin increased", "BILI", (1, 1.5, 3, 10), (1, 1.5, 2.5, 10)),
    _ratio(
        "Alkaline phosphatase increased",
        "ALP",
        Step(grade=1, comparison=">", factor=1, of="uln and base"),
    ),
    _ratio(
        "Creatinine increased",
        "CREAT",
        Step(grade=1, comparison=">", factor=1, of="uln"),
        *_creatinine("not low", "uln"),
        *_creatinine("low", "base"),
        Step(grade=4, comparison=">", factor=6, of="uln"),
    ),
    _ratio(
        "Lipase increased",
        "LIPASE",
        *above(1, 1.5, of="uln"),
        *above(5, of="uln", first=3),
        *above(3, of="uln", first=3, symptoms=True),
        *above(5, of="uln", first=4, symptoms=True),
    ),
    _ratio("HDL decreased", "HDL", *below(1, of="lln")),
    _ratio("LDL increased", "LDL", *above(1, of="uln")),
    Rule(
        term="Thrombocytopenia",
        direction="low",
        tests=("PLAT",),
        scales=(
            Scale(unit="10*9/L", steps=(*below(1, of="lln"), *below(75, 50, 10, first=2))),
        ),
        citation=_BLOOD,
    ),
    Rule(
        term="Neutrophil count decreased",
        direction="low",
        tests=("NEUT",),
        scales=(Scale(unit="10*9/L", steps=below(1.5, 1, 0.5, 0.1)),),
        citation=_TESTS,
    ),
    Rule(
        term="Creatinine clearance decreased",
        direction="low",
        tests=("CREATCLR",),
        scales=(
            Scale(
                unit="mL/min",
                steps=(
                    Step(grade=2, comparison="<=", factor=49),
                    Step(grade=3, comparison="<=", factor=25),
                ),
            ),
        ),
        citation=_TESTS,
        remark="the table ends at 10 mL/min; below it grade 3 stays proven",
    ),
)
_UNCHECKED = "version 6.0 is not known to grade {}: grade it by version 5.0"
_GLUCOSE = next(rule for rule in CTCAE_V4.rules if rule.term == "Hyperglycemia")
_NAMED = {rule.term for rule in _DIFFERENT} | set(_LEFT_OUT)


def _renewed(rule: Rule) -> Rule:
    citation = rule.citation
    for old in ("v5.0 (NCI 2017)", "v4.03 (NCI 2010)"):
        citation = citation.replace(old, "v6.0 (NCI 2025)")
    return replace(rule, citation=citation)


CTCAE_V6 = RuleTable(
    name="CTCAE",
    version="6.0",
    citation="NCI, Common Terminology Criteria for Adverse Events v6.0, 2025",
    rules=(
        *_DIFFERENT,
        _renewed(_GLUCOSE),
        *(_renewed(rule) for rule in OLDER_RULES if rule.term not in _NAMED),
    ),
    left_out={
        "CK": _UNCHECKED.format("creatine kinase"),
        "CPK": _UNCHECKED.format("creatine kinase"),
        "LYM": _UNCHECKED.format("low lymphocytes"),
    },
)
