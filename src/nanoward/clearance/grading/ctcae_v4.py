"""CTCAE version 4.03, where it differs from version 5.0.

Source: National Cancer Institute, Common Terminology Criteria for Adverse Events (CTCAE)
v4.03, 14 June 2010. Version 5.0 kept most limits and added baselines; terms that are not
named here are those of ctcae_v5.py.
"""

from dataclasses import replace

from nanoward.clearance.grading.ctcae_v5 import RULES as NEWER_RULES
from nanoward.clearance.grading.rule_types import Rule, RuleTable, Scale, Step, above, below

_TESTS = "CTCAE v4.03 (NCI 2010), Investigations"
_METABOLISM = "CTCAE v4.03 (NCI 2010), Metabolism and nutrition disorders"
_ULN = above(1, of="uln")
_LLN = below(1, of="lln")
_RISES = ((1, 0.0), (2, 20.0), (3, 40.0))


def _multiples(term: str, test: str, *limits: float) -> Rule:
    """ULN multiples, whatever the baseline was."""
    return Rule(
        term=term,
        direction="high",
        tests=(test,),
        scales=(Scale(unit="", steps=above(1, *limits, of="uln")),),
        citation=_TESTS,
    )


def _fasting(limit: float) -> tuple[Step, ...]:
    """Grade 1 above the upper limit, grade 2 above `limit`, in fasting people alone."""
    return (
        Step(grade=1, comparison=">", factor=1, of="uln", fasting=True),
        Step(grade=2, comparison=">", factor=limit, fasting=True),
    )


_DIFFERENT = (
    _multiples("Alanine aminotransferase increased", "ALT", 3, 5, 20),
    _multiples("Aspartate aminotransferase increased", "AST", 3, 5, 20),
    _multiples("Alkaline phosphatase increased", "ALP", 2.5, 5, 20),
    _multiples("Blood bilirubin increased", "BILI", 1.5, 3, 10),
    _multiples("GGT increased", "GGT", 2.5, 5, 20),
    _multiples("Lipase increased", "LIPASE", 1.5, 2, 5),
    _multiples("Serum amylase increased", "AMYLASE", 1.5, 2, 5),
    Rule(
        term="Creatinine increased",
        direction="high",
        tests=("CREAT",),
        scales=(
            Scale(
                unit="",
                steps=(*above(1, 1.5, 3, 6, of="uln"), *above(1, 1.5, 3, of="base")),
            ),
        ),
        citation=_TESTS,
    ),
    Rule(
        term="INR increased",
        direction="high",
        tests=("INR",),
        scales=(
            Scale(
                unit="",
                steps=(*above(1, 1.5, 2.5, of="uln"), *above(1, 1.5, 2.5, of="base")),
            ),
        ),
        citation=_TESTS,
        remark="the baseline limits are meant for people on anticoagulation",
    ),
    Rule(
        term="Hemoglobin increased",
        direction="high",
        tests=("HGB",),
        scales=(
            Scale(
                unit="g/L",
                steps=tuple(
                    Step(
                        grade=grade,
                        comparison=">",
                        factor=1,
                        of="uln" if state == "normal" else "base",
                        plus=plus,
                        baseline=state,
                    )
                    for state in ("normal", "abnormal")
                    for grade, plus in _RISES
                ),
            ),
        ),
        citation=_TESTS,
        analyte="haemoglobin",
    ),
    Rule(
        term="Hyponatremia",
        direction="low",
        tests=("SODIUM",),
        scales=(Scale(unit="mmol/L", steps=(*_LLN, *below(130, 120, first=3))),),
        citation=_METABOLISM,
        analyte="sodium",
    ),
    Rule(
        term="Hypophosphatemia",
        direction="low",
        tests=("PHOS",),
        scales=(
            Scale(unit="mmol/L", steps=(*_LLN, *below(0.8, 0.6, 0.3, first=2))),
            Scale(unit="mg/dL", steps=(*_LLN, *below(2.5, 2, 1, first=2))),
        ),
        citation=_METABOLISM,
        analyte="phosphate",
    ),
    Rule(
        term="Hyperglycemia",
        direction="high",
        tests=("GLUC",),
        scales=(
            Scale(unit="mmol/L", steps=(*_fasting(8.9), *above(13.9, 27.8, first=3))),
            Scale(unit="mg/dL", steps=(*_fasting(160), *above(250, 500, first=3))),
        ),
        citation=_METABOLISM,
        analyte="glucose",
        remark="grades 1 and 2 are for samples that are told to be fasting (LBFAST)",
    ),
    Rule(
        term="Hyperuricemia",
        direction="high",
        tests=("URATE",),
        scales=tuple(
            Scale(
                unit=unit,
                steps=(
                    *_ULN,
                    *above(1, of="uln", first=3, symptoms=True),
                    *above(limit, first=4),
                ),
            )
            for unit, limit in (("mmol/L", 0.59), ("mg/dL", 10.0))
        ),
        citation=_METABOLISM,
        analyte="urate",
    ),
)
_NAMED = {rule.term for rule in _DIFFERENT}

CTCAE_V4 = RuleTable(
    name="CTCAE",
    version="4.03",
    citation="NCI, Common Terminology Criteria for Adverse Events v4.03, 14 June 2010",
    rules=(
        *_DIFFERENT,
        *(
            replace(rule, citation=rule.citation.replace("v5.0 (NCI 2017)", "v4.03 (NCI 2010)"))
            for rule in NEWER_RULES
            if rule.term not in _NAMED
        ),
    ),
)
