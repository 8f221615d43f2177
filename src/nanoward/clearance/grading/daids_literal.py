"""DAIDS grading table 2.1 as printed: age, sex and units decide which limits apply.

Source: Division of AIDS, Table for Grading the Severity of Adult and Pediatric Adverse Events,
version 2.1 (July 2017). Limits and age bounds were checked against the rule metadata of
admiral 1.4 (Apache-2.0), whose reading this is: completed years and months, days of age; a
rule that asks for age or sex grades nobody without it; an age that the table leaves out (a
bilirubin of the newborn, CD4 up to five years) has no grade.
"""

from dataclasses import dataclass

from nanoward.clearance.grading.literal_rules import LiteralTable, literal_rules_of

_ENZYMES = "need ULN; 4 >= 10 ULN; 3 >= 5 ULN; 2 >= 2.5 ULN; 1 >= 1.25 ULN"
_PANCREAS = "need ULN; 4 >= 5 ULN; 3 >= 3 ULN; 2 >= 1.5 ULN; 1 >= 1.1 ULN"
_CHEMISTRY = f"""
Acidosis | low | any | 4 < 7.3; need LLN; 2 < LLN
Alkalosis | high | any | 4 > 7.5; need ULN; 2 > ULN
Albumin, Low | low | si g/L | 3 < 20; 2 < 30; need LLN; 1 < LLN
Albumin, Low | low | us g/dL | 3 < 2; 2 < 3; need LLN; 1 < LLN
Alkaline Phosphatase, High | high | any | {_ENZYMES}
ALT, High | high | any | {_ENZYMES}
AST, High | high | any | {_ENZYMES}
Amylase, High | high | any | {_PANCREAS}
Lipase, High | high | any | {_PANCREAS}
Bicarbonate, Low | low | both mmol/L | 4 < 8; 3 < 11; 2 < 16; need LLN; 1 < LLN
Direct Bilirubin, High | high | any | days > 28 | need ULN; 4 > ULN
Direct Bilirubin, High | high | si umol/L | days <= 28 | 4 > 34.2; 3 > 25.65; 2 > 17.1; need ULN; 1 >= ULN
Direct Bilirubin, High | high | us mg/dL | days <= 28 | 4 > 2; 3 > 1.5; 2 > 1; need ULN; 1 >= ULN
Total Bilirubin, High | high | any | days > 28 | need ULN; 4 >= 5 ULN; 3 >= 2.6 ULN; 2 >= 1.6 ULN; 1 >= 1.1 ULN
Calcium, High | high | si mmol/L | days >= 7 | 4 >= 3.38; 3 >= 3.13; 2 >= 2.88; 1 >= 2.65
Calcium, High | high | si mmol/L | days < 7 | 4 >= 3.38; 3 >= 3.23; 2 >= 3.1; 1 >= 2.88
Calcium, High | high | us mg/dL | days >= 7 | 4 >= 13.5; 3 >= 12.5; 2 >= 11.5; 1 >= 10.6
Calcium, High | high | us mg/dL | days < 7 | 4 >= 13.5; 3 >= 12.9; 2 >= 12.4; 1 >= 11.5
Calcium (Ionized), High | high | si mmol/L | 4 >= 1.8; 3 >= 1.6; 2 >= 1.5; need ULN; 1 > ULN
Calcium (Ionized), High | high | us mg/dL | 4 >= 7.2; 3 >= 6.4; 2 >= 6; need ULN; 1 > ULN
Calcium, Low | low | si mmol/L | days >= 7 | 4 < 1.53; 3 < 1.75; 2 < 1.95; 1 < 2.1
Calcium, Low | low | si mmol/L | days < 7 | 4 < 1.38; 3 < 1.5; 2 < 1.63; 1 < 1.88
Calcium, Low | low | us mg/dL | days >= 7 | 4 < 6.1; 3 < 7; 2 < 7.8; 1 < 8.4
Calcium, Low | low | us mg/dL | days < 7 | 4 < 5.5; 3 < 6; 2 < 6.5; 1 < 7.5
Calcium (Ionized), Low | low | si mmol/L | 4 < 0.8; 3 < 0.9; 2 < 1; need LLN; 1 < LLN
Calcium (Ionized), Low | low | us mg/dL | 4 < 3.2; 3 < 3.6; 2 < 4; need LLN; 1 < LLN
Creatine Kinase, High | high | any | need ULN; 4 >= 20 ULN; 3 >= 10 ULN; 2 >= 6 ULN; 1 >= 3 ULN
Creatinine, High | high | any | 4 >= 3.5 ULN; 4 >= 2 BASE; 3 > 1.8 ULN; 3 >= 1.5 BASE; 2 > 1.3 ULN; 2 >= 1.3 BASE; need ULN; 1 >= 1.1 ULN
Glucose Fasting, High | high | si mmol/L | 4 >= 27.75; 3 >= 13.89; 2 >= 6.95; 1 >= 6.11
Glucose Fasting, High | high | us mg/dL | 4 >= 500; 3 > 250; 2 > 125; 1 >= 110
Glucose Nonfasting, High | high | si mmol/L | 4 >= 27.75; 3 >= 13.89; 2 >= 8.89; 1 >= 6.44
Glucose Nonfasting, High | high | us mg/dL | 4 >= 500; 3 > 250; 2 > 160; 1 >= 116
Glucose, Low | low | si mmol/L | months >= 1 | 4 < 1.67; 3 < 2.22; 2 < 3.05; 1 < 3.55
Glucose, Low | low | si mmol/L | months < 1 | 4 < 1.67; 3 < 2.22; 2 < 2.78; 1 < 3
Glucose, Low | low | us mg/dL | months >= 1 | 4 < 30; 3 < 40; 2 < 55; 1 <= 64
Glucose, Low | low | us mg/dL | months < 1 | 4 < 30; 3 < 40; 2 < 50; 1 <= 54
Lactate, High | high | any | need ULN; 2 >= 2 ULN; 1 >= ULN
Cholesterol, Fasting, High | high | si mmol/L | years >= 18 | 3 >= 7.77; 2 >= 6.19; 1 >= 5.18
Cholesterol, Fasting, High | high | si mmol/L | years < 18 | 3 >= 7.77; 2 >= 5.15; 1 >= 4.4
Cholesterol, Fasting, High | high | us mg/dL | years >= 18 | 3 >= 300; 2 >= 240; 1 >= 200
Cholesterol, Fasting, High | high | us mg/dL | years < 18 | 3 >= 300; 2 >= 200; 1 >= 170
LDL, Fasting, High | high | si mmol/L | years >= 18 | 3 >= 4.9; 2 >= 4.12; 1 >= 3.37
LDL, Fasting, High | high | si mmol/L | years > 2, years < 18 | 3 >= 4.9; 2 >= 3.34; 1 >= 2.85
LDL, Fasting, High | high | us mg/dL | years >= 18 | 3 >= 190; 2 >= 160; 1 >= 130
LDL, Fasting, High | high | us mg/dL | years > 2, years < 18 | 3 >= 190; 2 >= 130; 1 >= 110
Triglycerides, Fasting, High | high | si mmol/L | 4 > 11.4; 3 > 5.7; 2 > 3.42; 1 >= 1.71
Triglycerides, Fasting, High | high | us mg/dL | 4 > 1000; 3 > 500; 2 > 300; 1 >= 150
Magnesium, Low | low | si mmol/L | 4 < 0.3; 3 < 0.45; 2 < 0.6; 1 < 0.7
Magnesium, Low | low | us mg/dL | 4 < 0.7293; 3 < 1.09395; 2 < 1.4586; 1 < 1.7017
Phosphate, Low | low | si mmol/L | years > 14 | 4 < 0.32; 3 < 0.45; 2 < 0.65; need LLN; 1 < LLN
Phosphate, Low | low | si mmol/L | years >= 1, years < 14 | 4 < 0.48; 3 < 0.81; 2 < 0.97; 1 < 1.13
Phosphate, Low | low | si mmol/L | years < 1 | 4 < 0.48; 3 < 0.81; 2 < 1.13; 1 < 1.45
Phosphate, Low | low | us mg/dL | years > 14 | 4 < 1; 3 < 1.4; 2 < 2; need LLN; 1 < LLN
Phosphate, Low | low | us mg/dL | years >= 1, years < 14 | 4 < 1.5; 3 < 2.5; 2 < 3; 1 < 3.5
Phosphate, Low | low | us mg/dL | years < 1 | 4 < 1.5; 3 < 2.5; 2 < 3.5; 1 < 4.5
Potassium, High | high | both mmol/L | 4 >= 7; 3 >= 6.5; 2 >= 6; 1 >= 5.6
Potassium, Low | low | both mmol/L | 4 < 2; 3 < 2.5; 2 < 3; 1 < 3.4
Sodium, High | high | both mmol/L | 4 >= 160; 3 >= 154; 2 >= 150; 1 >= 146
Sodium, Low | low | both mmol/L | 4 <= 120; 3 < 125; 2 < 130; 1 < 135
Uric Acid, High | high | si umol/L | 4 >= 890; 3 >= 710; 2 >= 590; 1 >= 450
Uric Acid, High | high | us mg/dL | 4 >= 15; 3 >= 12; 2 >= 10; 1 >= 7.5
Methemoglobin | high | both % | 4 >= 20; 3 >= 15; 2 >= 10; 1 >= 5
INR, High | high | any | need ULN; 4 >= 3 ULN; 3 >= 2 ULN; 2 >= 1.5 ULN; 1 >= 1.1 ULN
PTT, High | high | any | need ULN; 4 >= 3 ULN; 3 >= 2.33 ULN; 2 >= 1.66 ULN; 1 >= 1.1 ULN
PT, High | high | any | need ULN; 4 >= 3 ULN; 3 >= 1.5 ULN; 2 >= 1.25 ULN; 1 >= 1.1 ULN
Fibrinogen Decreased | low | si g/L | 4 < 0.5; need LLN; 4 < 0.25 LLN; 3 < 0.75; 3 < 0.5 LLN; 2 < 1; 2 < 0.75 LLN; 1 < 2; 1 < LLN
Fibrinogen Decreased | low | us mg/dL | 4 < 50; need LLN; 4 < 0.25 LLN; 3 < 75; 3 < 0.5 LLN; 2 < 100; 2 < 0.75 LLN; 1 < 200; 1 < LLN
"""  # noqa: E501 - one rule, one line


@dataclass(frozen=True, slots=True, kw_only=True)
class _GradeLimits:
    """The limit of each grade, of one unit."""

    grade_4: float
    grade_3: float
    grade_2: float
    grade_1: float

    @property
    def worst_first(self) -> tuple[float, float, float, float]:
        return self.grade_4, self.grade_3, self.grade_2, self.grade_1


def _counts(term: str, whom: str, limits: _GradeLimits, last: str = "<") -> str:
    """A blood count in each of its units; limits of grades 4 to 1 in 10^9/L."""
    age = f" | {whom}" if whom else ""
    lines = []
    for unit, times in (("si 10^9/L", 1), ("us 10^3/uL", 1), ("us 10^3/mL", 1000)):
        told = [round(times * one, 6) for one in limits.worst_first]
        steps = f"4 < {told[0]}; 3 < {told[1]}; 2 < {told[2]}; 1 {last} {told[3]}"
        lines.append(f"{term} | low | {unit}{age} | {steps}")
    return "\n".join(lines)


def _haemoglobin(whom: str, limits: _GradeLimits) -> str:
    """Limits of grades 4 to 1 in g/L; the last is within its grade."""
    lines = []
    for unit, times in (("si g/L", 1.0), ("us g/dL", 0.1)):
        told = [round(times * one, 6) for one in limits.worst_first]
        steps = f"4 < {told[0]}; 3 < {told[1]}; 2 < {told[2]}; 1 <= {told[3]}"
        lines.append(f"Hemoglobin, Low | low | {unit} | {whom} | {steps}")
    return "\n".join(lines)


_CD4 = """
Absolute CD4+ Count, Low | low | si 10^9/L | years > 5 | 4 < 0.1; 3 < 0.2; 2 < 0.3; 1 < 0.4
Absolute CD4+ Count, Low | low | us 1/uL | years > 5 | 4 < 100; 3 < 200; 2 < 300; 1 < 400
"""
_NEUTROPHILS = "Absolute Neutrophil Count (ANC), Low"
_BLOOD = "\n".join(
    (
        _CD4,
        _counts(
            "Absolute Lymphocyte Count, Low",
            "years > 5",
            _GradeLimits(grade_4=0.35, grade_3=0.5, grade_2=0.6, grade_1=0.65),
        ),
        _counts(
            _NEUTROPHILS,
            "days > 7",
            _GradeLimits(grade_4=0.4, grade_3=0.6, grade_2=0.8, grade_1=1),
            "<=",
        ),
        _counts(
            _NEUTROPHILS,
            "days >= 2, days <= 7",
            _GradeLimits(grade_4=0.75, grade_3=1, grade_2=1.25, grade_1=1.5),
            "<=",
        ),
        _counts(
            _NEUTROPHILS,
            "days <= 1",
            _GradeLimits(grade_4=1.5, grade_3=3, grade_2=4, grade_1=5),
            "<=",
        ),
        _counts(
            "Platelets, Decreased",
            "",
            _GradeLimits(grade_4=25, grade_3=50, grade_2=100, grade_1=125),
        ),
        _counts(
            "WBC, Decreased",
            "days > 7",
            _GradeLimits(grade_4=1, grade_3=1.5, grade_2=2, grade_1=2.5),
        ),
        _counts(
            "WBC, Decreased",
            "days <= 7",
            _GradeLimits(grade_4=2.5, grade_3=4, grade_2=5.5, grade_1=7),
        ),
        _haemoglobin(
            "sex M, years >= 13", _GradeLimits(grade_4=70, grade_3=90, grade_2=100, grade_1=109)
        ),
        _haemoglobin(
            "sex F, years >= 13", _GradeLimits(grade_4=65, grade_3=85, grade_2=95, grade_1=104)
        ),
        _haemoglobin(
            "years < 13, days >= 57",
            _GradeLimits(grade_4=65, grade_3=85, grade_2=95, grade_1=104),
        ),
        _haemoglobin(
            "days <= 56, days >= 36",
            _GradeLimits(grade_4=60, grade_3=70, grade_2=85, grade_1=96),
        ),
        _haemoglobin(
            "days <= 35, days >= 22",
            _GradeLimits(grade_4=67, grade_3=80, grade_2=95, grade_1=110),
        ),
        _haemoglobin(
            "days <= 21, days >= 8",
            _GradeLimits(grade_4=80, grade_3=90, grade_2=110, grade_1=130),
        ),
        _haemoglobin(
            "days <= 7", _GradeLimits(grade_4=90, grade_3=100, grade_2=130, grade_1=140)
        ),
    )
)

DAIDS_LITERAL = LiteralTable(
    name="DAIDS",
    version="2.1",
    citation="Division of AIDS, Table for Grading the Severity of Adult and Pediatric Adverse"
    " Events, version 2.1, July 2017",
    rules=(*literal_rules_of(_CHEMISTRY), *literal_rules_of(_BLOOD)),
)
