"""CTCAE 4.03, 5.0 and 6.0 as printed, worst case where a grade asks for symptoms.

Sources: NCI, Common Terminology Criteria for Adverse Events v4.03 (14 June 2010), v5.0
(27 November 2017) and v6.0 (2025). Limits and the order in which they are tried were checked
against the rule metadata of admiral 1.4 (Apache-2.0), whose reading this is: "10^3/mL" stands
for a count per microlitre there, symptoms are taken as given, and 5.0 grades hyponatraemia
from 129 mmol/L down.
"""

from nanoward.clearance.grading.literal_rules import LiteralRule, LiteralTable, literal_rules_of
from nanoward.clearance.grading.published_table import PUBLISHED
from nanoward.clearance.grading.table_versions import UnknownTableError

_ALL = """
Anemia | low | si g/L | 3 < 80; 2 < 100; need LLN; 1 < LLN
Anemia | low | us g/dL | 3 < 8; 2 < 10; need LLN; 1 < LLN
Leukocytosis | high | si 10^9/L | 3 > 100
Leukocytosis | high | us 10^3/uL | 3 > 100
Leukocytosis | high | us 10^3/mL | 3 > 100000
Activated partial thromboplastin time prolonged | high | any | need ULN; 3 > 2.5 ULN; 2 > 1.5 ULN; 1 > ULN
CD4 lymphocytes decreased | low | si 10^9/L | 4 < 0.05; 3 < 0.2; 2 < 0.5; need LLN; 1 < LLN
CD4 lymphocytes decreased | low | us 1/uL | 4 < 50; 3 < 200; 2 < 500; need LLN; 1 < LLN
Cholesterol high | high | si mmol/L | 4 > 12.92; 3 > 10.34; 2 > 7.75; need ULN; 1 > ULN
Cholesterol high | high | us mg/dL | 4 > 500; 3 > 400; 2 > 300; need ULN; 1 > ULN
Haptoglobin decreased | low | any | need LLN; 1 < LLN
Lymphocyte count increased | high | si 10^9/L | 3 > 20; 2 > 4
Lymphocyte count increased | high | us 10^3/uL | 3 > 20; 2 > 4
Lymphocyte count increased | high | us 10^3/mL | 3 > 20000; 2 > 4000
Serum amylase increased | high | any | need ULN; 4 > 5 ULN; 3 > 2 ULN; 2 > 1.5 ULN; 1 > ULN
White blood cell decreased | low | si 10^9/L | 4 < 1; 3 < 2; 2 < 3; need LLN; 1 < LLN
White blood cell decreased | low | us 10^3/uL | 4 < 1; 3 < 2; 2 < 3; need LLN; 1 < LLN
White blood cell decreased | low | us 10^3/mL | 4 < 1000; 3 < 2000; 2 < 3000; need LLN; 1 < LLN
Acidosis | low | any | 3 < 7.3; need LLN; 1 < LLN
Alkalosis | high | any | 3 > 7.5; need ULN; 1 > ULN
Hypercalcemia | high | si mmol/L | 4 > 3.4; 3 > 3.1; 2 > 2.9; need ULN; 1 > ULN
Hypercalcemia | high | us mg/dL | 4 > 13.5; 3 > 12.5; 2 > 11.5; need ULN; 1 > ULN
Hypercalcemia (Ionized) | high | si mmol/L | 4 > 1.8; 3 > 1.6; 2 > 1.5; need ULN; 1 > ULN
Hypercalcemia (Ionized) | high | us mg/dL | 4 > 7.2; 3 > 6.4; 2 > 6; need ULN; 1 > ULN
Hyperkalemia | high | both mmol/L | 4 > 7; 3 > 6; 2 > 5.5; need ULN; 1 > ULN
Hypermagnesemia | high | si mmol/L | 4 > 3.3; 3 > 1.23; need ULN; 1 > ULN
Hypermagnesemia | high | us mg/dL | 4 > 8; 3 > 3; need ULN; 1 > ULN
Hypernatremia | high | both mmol/L | 4 > 160; 3 > 155; 2 > 150; need ULN; 1 > ULN
Hypertriglyceridemia | high | si mmol/L | 4 > 11.4; 3 > 5.7; 2 > 3.42; 1 > 1.71
Hypertriglyceridemia | high | us mg/dL | 4 > 1000; 3 > 500; 2 > 300; 1 > 150
Hypoalbuminemia | low | si g/L | 3 < 20; 2 < 30; need LLN; 1 < LLN
Hypoalbuminemia | low | us g/dL | 3 < 2; 2 < 3; need LLN; 1 < LLN
Hypocalcemia | low | si mmol/L | 4 < 1.5; 3 < 1.75; 2 < 2; need LLN; 1 < LLN
Hypocalcemia | low | us mg/dL | 4 < 6; 3 < 7; 2 < 8; need LLN; 1 < LLN
Hypocalcemia (Ionized) | low | si mmol/L | 4 < 0.8; 3 < 0.9; 2 < 1; need LLN; 1 < LLN
Hypocalcemia (Ionized) | low | us mg/dL | 4 < 3.2; 3 < 3.6; 2 < 4; need LLN; 1 < LLN
Hypoglycemia | low | si mmol/L | 4 < 1.7; 3 < 2.2; 2 < 3; need LLN; 1 < LLN
Hypoglycemia | low | us mg/dL | 4 < 30; 3 < 40; 2 < 55; need LLN; 1 < LLN
Hypokalemia | low | both mmol/L | 4 < 2.5; 3 < 3; need LLN; 2 < LLN
Hypomagnesemia | low | si mmol/L | 4 < 0.3; 3 < 0.4; 2 < 0.5; need LLN; 1 < LLN
Hypomagnesemia | low | us mg/dL | 4 < 0.7; 3 < 0.9; 2 < 1.2; need LLN; 1 < LLN
"""  # noqa: E501 - one rule, one line
_V4_V5 = """
CPK increased | high | any | need ULN; 4 > 10 ULN; 3 > 5 ULN; 2 > 2.5 ULN; 1 > ULN
Lipase increased | high | any | need ULN; 4 > 5 ULN; 3 > 2 ULN; 2 > 1.5 ULN; 1 > ULN
Lymphocyte count decreased | low | si 10^9/L | 4 < 0.2; 3 < 0.5; 2 < 0.8; need LLN; 1 < LLN
Lymphocyte count decreased | low | us 10^3/uL | 4 < 0.2; 3 < 0.5; 2 < 0.8; need LLN; 1 < LLN
Lymphocyte count decreased | low | us 10^3/mL | 4 < 200; 3 < 500; 2 < 800; need LLN; 1 < LLN
Neutrophil count decreased | low | si 10^9/L | 4 < 0.5; 3 < 1; 2 < 1.5; need LLN; 1 < LLN
Neutrophil count decreased | low | us 10^3/uL | 4 < 0.5; 3 < 1; 2 < 1.5; need LLN; 1 < LLN
Neutrophil count decreased | low | us 10^3/mL | 4 < 500; 3 < 1000; 2 < 1500; need LLN; 1 < LLN
Platelet count decreased | low | si 10^9/L | 4 < 25; 3 < 50; 2 < 75; need LLN; 1 < LLN
Platelet count decreased | low | us 10^3/uL | 4 < 25; 3 < 50; 2 < 75; need LLN; 1 < LLN
Platelet count decreased | low | us 10^3/mL | 4 < 25000; 3 < 50000; 2 < 75000; need LLN; 1 < LLN
"""
_V4_V6 = """
Hyperglycemia | high | si mmol/L | 4 > 27.8; 3 > 13.9
Hyperglycemia | high | us mg/dL | 4 > 500; 3 > 250
Hyperglycemia (Fasting) | high | si mmol/L | 4 > 27.8; 3 > 13.9; 2 > 8.9; need ULN; 1 > ULN
Hyperglycemia (Fasting) | high | us mg/dL | 4 > 500; 3 > 250; 2 > 160; need ULN; 1 > ULN
Hyponatremia | low | both mmol/L | 4 < 120; 3 < 130; need LLN; 1 < LLN
"""
_V5_V6 = """
Blood lactate dehydrogenase increased | high | any | need ULN; 1 > ULN
Fibrinogen decreased | low | si g/L | 4 < 0.5; need LLN; 4 < 0.25 LLN; 4 < LLN & change <= -75; 3 < 0.5 LLN; 3 < LLN & change <= -50; 2 < 0.75 LLN; 2 < LLN & change <= -25; 1 < LLN
Fibrinogen decreased | low | us mg/dL | 4 < 50; need LLN; 4 < 0.25 LLN; 4 < LLN & change <= -75; 3 < 0.5 LLN; 3 < LLN & change <= -50; 2 < 0.75 LLN; 2 < LLN & change <= -25; 1 < LLN
Hemoglobin increased | high | si g/L | need ULN; 3 > ULN + 40; 2 > ULN + 20; 1 > ULN
Hemoglobin increased | high | us g/dL | need ULN; 3 > ULN + 4; 2 > ULN + 2; 1 > ULN
INR increased | high | any | 3 > 2.5; 3 > 2.5 BASE; 2 > 1.5; 2 > 1.5 BASE; 1 > 1.2; 1 > BASE; need BASE
Hyperuricemia | high | any | need ULN; 3 > ULN
"""  # noqa: E501 - one rule, one line
_V4_ONLY = """
Alanine aminotransferase increased | high | any | need ULN; 4 > 20 ULN; 3 > 5 ULN; 2 > 3 ULN; 1 > ULN
Aspartate aminotransferase increased | high | any | need ULN; 4 > 20 ULN; 3 > 5 ULN; 2 > 3 ULN; 1 > ULN
Alkaline phosphatase increased | high | any | need ULN; 4 > 20 ULN; 3 > 5 ULN; 2 > 2.5 ULN; 1 > ULN
GGT increased | high | any | need ULN; 4 > 20 ULN; 3 > 5 ULN; 2 > 2.5 ULN; 1 > ULN
Blood bilirubin increased | high | any | need ULN; 4 > 10 ULN; 3 > 3 ULN; 2 > 1.5 ULN; 1 > ULN
Creatinine increased | high | any | 4 > 6 ULN; 3 > 3 ULN; 3 > 3 BASE; 2 > 1.5 ULN; 2 > 1.5 BASE; 1 > ULN; 1 > BASE; need ULN; need BASE
Fibrinogen decreased | low | si g/L | 4 < 0.5; 4 change <= -75; 4 < 0.25 LLN; 3 < 0.5 LLN; 3 change <= -50; 2 < 0.75 LLN; 2 change <= -25; 1 < LLN; 1 change < 0; need LLN; need CHANGE
Fibrinogen decreased | low | us mg/dL | 4 < 50; 4 change <= -75; 4 < 0.25 LLN; 3 < 0.5 LLN; 3 change <= -50; 2 < 0.75 LLN; 2 change <= -25; 1 < LLN; 1 change < 0; need LLN; need CHANGE
INR increased | high | any | 3 > 2.5 ULN; 3 > 2.5 BASE; 2 > 1.5 ULN; 2 > 1.5 BASE; 1 > ULN; 1 > BASE; need ULN; need BASE
Hyperuricemia | high | si umol/L | 4 > 590; need ULN; 3 > ULN
Hyperuricemia | high | us mg/dL | 4 > 10; need ULN; 3 > ULN
Hypophosphatemia | low | si mmol/L | 4 < 0.3; 3 < 0.6; 2 < 0.8; need LLN; 1 < LLN
Hypophosphatemia | low | us mg/dL | 4 < 1; 3 < 2; 2 < 2.5; need LLN; 1 < LLN
"""  # noqa: E501 - one rule, one line


def _haemoglobin_rise(unit: str, step: int) -> str:
    """Counted from the baseline where that was above normal, else from the upper limit."""
    steps = "; ".join(
        f"{grade} BASE > ULN & > BASE + {more}; {grade} BASE <= ULN & > ULN + {more};"
        f" {grade} missing BASE & > ULN + {more}"
        for grade, more in ((3, 2 * step), (2, step), (1, 0))
    )
    return f"Hemoglobin increased | high | {unit} | need ULN; {steps}"


def _by_baseline(
    term: str, limits: tuple[float, ...], of_base: tuple[float, ...], first: str = ">="
) -> str:
    """Limits of grades 1 to 4: x ULN, or x baseline for people whose baseline was high."""
    steps = [
        f"{grade} baseline not high & > {limits[grade - 1]} ULN;"
        f" {grade} baseline high & {first if grade == 1 else '>'} {of_base[grade - 1]} BASE"
        for grade in (4, 3, 2, 1)
    ]
    return f"{term} | high | any | need ULN; {'; '.join(steps)}"


_V5_ONLY = "\n".join(
    (
        _by_baseline("Alanine aminotransferase increased", (1, 3, 5, 20), (1.5, 3, 5, 20)),
        _by_baseline("Aspartate aminotransferase increased", (1, 3, 5, 20), (1.5, 3, 5, 20)),
        _by_baseline("Alkaline phosphatase increased", (1, 2.5, 5, 20), (2, 2.5, 5, 20)),
        _by_baseline("GGT increased", (1, 2.5, 5, 20), (2, 2.5, 5, 20), ">"),
        _by_baseline("Blood bilirubin increased", (1, 1.5, 3, 10), (1, 1.5, 3, 10), ">"),
        (
            "Creatinine increased | high | any | 4 > 6 ULN; 3 > 3 ULN; 3 > 3 BASE; 2 > 1.5 ULN;"
            " 2 > 1.5 BASE; need ULN; 1 > ULN"
        ),
        "Hyponatremia | low | both mmol/L | 4 < 120; 3 <= 129; need LLN; 1 < LLN",
    )
)
_V6_ONLY = "\n".join(
    (
        _by_baseline("Alanine aminotransferase increased", (1, 3, 5, 20), (1, 1.5, 2, 4)),
        _by_baseline("Aspartate aminotransferase increased", (1, 3, 5, 20), (1, 1.5, 2, 4)),
        _by_baseline("GGT increased", (1, 2.5, 5, 20), (1, 1.5, 3, 10)),
        _by_baseline("Blood bilirubin increased", (1, 1.5, 3, 10), (1, 1.5, 2.5, 10)),
        (
            "Creatinine increased | high | any | 4 > 6 ULN; 3 baseline not low & > 3 ULN;"
            " 3 baseline low & > 3 BASE; 2 baseline not low & > 1.5 ULN;"
            " 2 baseline low & > 1.5 BASE; need ULN; 1 > ULN"
        ),
    )
)
_V6_MORE = """
Alkaline phosphatase increased | high | any | none missing ULN & missing BASE; none missing ULN & > BASE; none missing BASE & > ULN; 1 > BASE & > ULN
Thrombocytopenia | low | si 10^9/L | 4 < 10; 3 < 50; 2 < 75; need LLN; 1 < LLN
Thrombocytopenia | low | us 10^3/uL | 4 < 10; 3 < 50; 2 < 75; need LLN; 1 < LLN
Thrombocytopenia | low | us 10^3/mL | 4 < 10000; 3 < 50000; 2 < 75000; need LLN; 1 < LLN
Neutrophil count decreased | low | si 10^9/L | 4 < 0.1; 3 < 0.5; 2 < 1; 1 < 1.5
Neutrophil count decreased | low | us 10^3/uL | 4 < 0.1; 3 < 0.5; 2 < 1; 1 < 1.5
Neutrophil count decreased | low | us 10^3/mL | 4 < 100; 3 < 500; 2 < 1000; 1 < 1500
Creatinine clearance decreased | low | both mL/min | none < 10; 3 <= 25; 2 <= 49
HDL decreased | low | any | need LLN; 1 < LLN
LDL increased | high | any | need ULN; 1 > ULN
Lipase increased | high | any | need ULN; 4 > 5 ULN; 3 > 3 ULN; 2 > 1.5 ULN; 1 > ULN
"""  # noqa: E501 - one rule, one line


def _table(version: str, published: str, *texts: str) -> LiteralTable:
    rules: tuple[LiteralRule, ...] = ()
    for text in texts:
        rules += literal_rules_of(text)
    return LiteralTable(
        name="CTCAE",
        version=version,
        citation=f"NCI, Common Terminology Criteria for Adverse Events v{version}, {published}",
        rules=rules,
    )


CTCAE_V4_LITERAL = _table(
    "4.03",
    "14 June 2010",
    _ALL,
    _V4_V5,
    _V4_V6,
    _V4_ONLY,
    _haemoglobin_rise("si g/L", 20),
    _haemoglobin_rise("us g/dL", 2),
)
CTCAE_V5_LITERAL = _table("5.0", "27 November 2017", _ALL, _V4_V5, _V5_V6, _V5_ONLY)
CTCAE_V6_LITERAL = _table("6.0", "2025", _ALL, _V4_V6, _V5_V6, _V6_ONLY, _V6_MORE)


def literal_table(version: str) -> LiteralTable:
    """The printed table that goes with a version: "4.03", "5.0" or "6.0" of CTCAE."""
    found = PUBLISHED.get(version)
    if found is None or found.printed is None:
        raise UnknownTableError(f"there is no printed CTCAE table of version {version!r}")
    return found.printed()
