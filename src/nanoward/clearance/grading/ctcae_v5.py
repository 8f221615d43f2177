"""CTCAE version 5.0: the laboratory terms that a number alone can grade.

Source: National Cancer Institute, Common Terminology Criteria for Adverse Events (CTCAE)
v5.0, 27 November 2017. The limits are facts of that document; terms are given by name only.
Not here: urine terms.
"""

from nanoward.clearance.grading.acid_base import ACID_BASE
from nanoward.clearance.grading.rule_types import Rule, RuleTable, Scale, Step, above, below

_BLOOD = "CTCAE v5.0 (NCI 2017), Blood and lymphatic system disorders"
_TESTS = "CTCAE v5.0 (NCI 2017), Investigations"
_METABOLISM = "CTCAE v5.0 (NCI 2017), Metabolism and nutrition disorders"
_ULN = above(1, of="uln")
_LLN = below(1, of="lln")


def _by_baseline(first_of_base: float, *limits: float, reaching: bool = True) -> Scale:
    """ULN multiples for a normal baseline, baseline multiples for an abnormal one."""
    return Scale(
        unit="",
        steps=(
            *above(1, *limits, of="uln", baseline="normal"),
            *above(first_of_base, *limits, of="base", baseline="abnormal", reaching=reaching),
        ),
    )


def _ratio(*steps: Step) -> tuple[Scale, ...]:
    return (Scale(unit="", steps=steps),)


def _high(unit: str, *limits: float) -> Scale:
    """Over ULN is grade 1; over each limit one grade more."""
    return Scale(unit=unit, steps=(*_ULN, *above(*limits, first=2)))


def _low(unit: str, *limits: float) -> Scale:
    """Under LLN is grade 1; under each limit one grade more."""
    return Scale(unit=unit, steps=(*_LLN, *below(*limits, first=2)))


_PANCREAS = _ratio(
    *above(1, 1.5, of="uln"),
    *above(5, of="uln", first=3),
    *above(2, of="uln", first=3, symptoms=True),
    *above(5, of="uln", first=4, symptoms=True),
)
_RISE = tuple(
    Step(grade=grade, comparison=">", factor=1, of="uln", plus=plus)
    for grade, plus in ((1, 0.0), (2, 20.0), (3, 40.0))
)

_FIBRINOGEN = (
    *(
        Step(grade=g, comparison="<", factor=f, of="lln", baseline="normal")
        for g, f in ((1, 1.0), (2, 0.75), (3, 0.5), (4, 0.25))
    ),
    Step(grade=1, comparison="<", factor=1, of="base", baseline="abnormal"),
    *(
        Step(grade=g, comparison="<=", factor=f, of="base", baseline="abnormal")
        for g, f in ((2, 0.75), (3, 0.5), (4, 0.25))
    ),
    Step(grade=4, comparison="<", factor=0.5),
)

RULES = (
    Rule(
        term="Fibrinogen decreased",
        direction="low",
        tests=("FIBRINO",),
        scales=(Scale(unit="g/L", steps=_FIBRINOGEN),),
        citation=_TESTS,
        remark="a low baseline is followed by its own decrease, not by the lower limit",
    ),
    Rule(
        term="Alanine aminotransferase increased",
        direction="high",
        tests=("ALT",),
        scales=(_by_baseline(1.5, 3, 5, 20),),
        citation=_TESTS,
    ),
    Rule(
        term="Aspartate aminotransferase increased",
        direction="high",
        tests=("AST",),
        scales=(_by_baseline(1.5, 3, 5, 20),),
        citation=_TESTS,
    ),
    Rule(
        term="Alkaline phosphatase increased",
        direction="high",
        tests=("ALP",),
        scales=(_by_baseline(2.0, 2.5, 5, 20),),
        citation=_TESTS,
    ),
    Rule(
        term="Blood bilirubin increased",
        direction="high",
        tests=("BILI",),
        scales=(_by_baseline(1.0, 1.5, 3, 10, reaching=False),),
        citation=_TESTS,
    ),
    Rule(
        term="GGT increased",
        direction="high",
        tests=("GGT",),
        scales=(_by_baseline(2.0, 2.5, 5, 20),),
        citation=_TESTS,
    ),
    Rule(
        term="CPK increased",
        direction="high",
        tests=("CK", "CPK"),
        scales=_ratio(*above(1, 2.5, 5, 10, of="uln")),
        citation=_TESTS,
    ),
    Rule(
        term="Creatinine increased",
        direction="high",
        tests=("CREAT",),
        scales=_ratio(
            *above(1, 1.5, 3, 6, of="uln"),
            *above(1.5, 3, of="base", first=2),
        ),
        citation=_TESTS,
    ),
    Rule(
        term="Blood lactate dehydrogenase increased",
        direction="high",
        tests=("LDH",),
        scales=_ratio(*_ULN),
        citation=_TESTS,
    ),
    Rule(
        term="Lipase increased",
        direction="high",
        tests=("LIPASE",),
        scales=_PANCREAS,
        citation=_TESTS,
    ),
    Rule(
        term="Serum amylase increased",
        direction="high",
        tests=("AMYLASE",),
        scales=_PANCREAS,
        citation=_TESTS,
    ),
    Rule(
        term="Cholesterol high",
        direction="high",
        tests=("CHOL",),
        scales=(_high("mmol/L", 7.75, 10.34, 12.92), _high("mg/dL", 300, 400, 500)),
        citation=_TESTS,
        analyte="cholesterol",
    ),
    Rule(
        term="Activated partial thromboplastin time prolonged",
        direction="high",
        tests=("APTT",),
        scales=_ratio(*above(1, 1.5, 2.5, of="uln")),
        citation=_TESTS,
    ),
    Rule(
        term="Haptoglobin decreased",
        direction="low",
        tests=("HAPTOG",),
        scales=_ratio(*_LLN),
        citation=_TESTS,
    ),
    Rule(
        term="INR increased",
        direction="high",
        tests=("INR",),
        scales=_ratio(*above(1.2, 1.5, 2.5), *above(1, 1.5, 2.5, of="base")),
        citation=_TESTS,
        remark="the baseline limits are meant for people on anticoagulation",
    ),
    Rule(
        term="Anemia",
        direction="low",
        tests=("HGB",),
        scales=(_low("g/L", 100, 80),),
        citation=_BLOOD,
        analyte="haemoglobin",
    ),
    Rule(
        term="Hemoglobin increased",
        direction="high",
        tests=("HGB",),
        scales=(Scale(unit="g/L", steps=_RISE),),
        citation=_TESTS,
        analyte="haemoglobin",
        remark="the increase is counted from the upper limit of normal",
    ),
    Rule(
        term="Platelet count decreased",
        direction="low",
        tests=("PLAT",),
        scales=(_low("10*9/L", 75, 50, 25),),
        citation=_TESTS,
    ),
    Rule(
        term="White blood cell decreased",
        direction="low",
        tests=("WBC",),
        scales=(_low("10*9/L", 3, 2, 1),),
        citation=_TESTS,
    ),
    Rule(
        term="Leukocytosis",
        direction="high",
        tests=("WBC",),
        scales=(Scale(unit="10*9/L", steps=above(100, first=3)),),
        citation=_BLOOD,
    ),
    Rule(
        term="Lymphocyte count decreased",
        direction="low",
        tests=("LYM",),
        scales=(_low("10*9/L", 0.8, 0.5, 0.2),),
        citation=_TESTS,
    ),
    Rule(
        term="Lymphocyte count increased",
        direction="high",
        tests=("LYM",),
        scales=(Scale(unit="10*9/L", steps=above(4, 20, first=2)),),
        citation=_TESTS,
    ),
    Rule(
        term="Neutrophil count decreased",
        direction="low",
        tests=("NEUT",),
        scales=(_low("10*9/L", 1.5, 1, 0.5),),
        citation=_TESTS,
    ),
    Rule(
        term="CD4 lymphocytes decreased",
        direction="low",
        tests=("CD4", "CD4CE"),
        scales=(_low("10*9/L", 0.5, 0.2, 0.05),),
        citation=_TESTS,
    ),
    Rule(
        term="Hyperkalemia",
        direction="high",
        tests=("K",),
        scales=(_high("mmol/L", 5.5, 6, 7),),
        citation=_METABOLISM,
        analyte="potassium",
    ),
    Rule(
        term="Hypokalemia",
        direction="low",
        tests=("K",),
        scales=(
            Scale(
                unit="mmol/L",
                steps=(
                    *_LLN,
                    *below(1, of="lln", first=2, symptoms=True),
                    *below(3, 2.5, first=3),
                ),
            ),
        ),
        citation=_METABOLISM,
        analyte="potassium",
    ),
    Rule(
        term="Hypernatremia",
        direction="high",
        tests=("SODIUM",),
        scales=(_high("mmol/L", 150, 155, 160),),
        citation=_METABOLISM,
        analyte="sodium",
    ),
    Rule(
        term="Hyponatremia",
        direction="low",
        tests=("SODIUM",),
        scales=(
            Scale(
                unit="mmol/L",
                steps=(
                    *_LLN,
                    *below(130, 125, 120, first=2),
                    *below(130, first=3, symptoms=True),
                ),
            ),
        ),
        citation=_METABOLISM,
        analyte="sodium",
    ),
    Rule(
        term="Hypercalcemia",
        direction="high",
        tests=("CA",),
        scales=(_high("mmol/L", 2.9, 3.1, 3.4), _high("mg/dL", 11.5, 12.5, 13.5)),
        citation=_METABOLISM,
        analyte="calcium",
        remark="corrected for albumin of the same day (calcium.py), else as measured",
    ),
    Rule(
        term="Hypocalcemia",
        direction="low",
        tests=("CA",),
        scales=(_low("mmol/L", 2, 1.75, 1.5), _low("mg/dL", 8, 7, 6)),
        citation=_METABOLISM,
        analyte="calcium",
        remark="corrected for albumin of the same day (calcium.py), else as measured",
    ),
    Rule(
        term="Hypercalcemia (Ionized)",
        direction="high",
        tests=("CAION",),
        scales=(_high("mmol/L", 1.5, 1.6, 1.8),),
        citation=_METABOLISM,
        analyte="calcium",
    ),
    Rule(
        term="Hypocalcemia (Ionized)",
        direction="low",
        tests=("CAION",),
        scales=(_low("mmol/L", 1, 0.9, 0.8),),
        citation=_METABOLISM,
        analyte="calcium",
    ),
    Rule(
        term="Hypermagnesemia",
        direction="high",
        tests=("MG",),
        scales=(
            Scale(unit="mmol/L", steps=(*_ULN, *above(1.23, 3.3, first=3))),
            Scale(unit="mg/dL", steps=(*_ULN, *above(3, 8, first=3))),
        ),
        citation=_METABOLISM,
        analyte="magnesium",
    ),
    Rule(
        term="Hypomagnesemia",
        direction="low",
        tests=("MG",),
        scales=(_low("mmol/L", 0.5, 0.4, 0.3), _low("mg/dL", 1.2, 0.9, 0.7)),
        citation=_METABOLISM,
        analyte="magnesium",
    ),
    Rule(
        term="Hypoalbuminemia",
        direction="low",
        tests=("ALB",),
        scales=(_low("g/L", 30, 20),),
        citation=_METABOLISM,
    ),
    Rule(
        term="Hypoglycemia",
        direction="low",
        tests=("GLUC",),
        scales=(_low("mmol/L", 3, 2.2, 1.7), _low("mg/dL", 55, 40, 30)),
        citation=_METABOLISM,
        analyte="glucose",
    ),
    Rule(
        term="Hypertriglyceridemia",
        direction="high",
        tests=("TRIG",),
        scales=(
            Scale(unit="mmol/L", steps=above(1.71, 3.42, 5.7, 11.4)),
            Scale(unit="mg/dL", steps=above(150, 300, 500, 1000)),
        ),
        citation=_METABOLISM,
        analyte="triglycerides",
    ),
    Rule(
        term="Hyperuricemia",
        direction="high",
        tests=("URATE",),
        scales=_ratio(*_ULN, *above(1, of="uln", first=3, symptoms=True)),
        citation=_METABOLISM,
        analyte="urate",
    ),
    *ACID_BASE,
)

CTCAE_V5 = RuleTable(
    name="CTCAE",
    version="5.0",
    citation="NCI, Common Terminology Criteria for Adverse Events v5.0, 27 November 2017",
    rules=RULES,
)
