"""CTCAE v5.0 once more, as the plain sentences of the document, one result at a time.

Slow and obvious, and written apart from src/nanoward/clearance: no rule tables, no arrays.
Each function takes the value and limits in the units of the document, and gives a grade.
"""

from collections.abc import Callable


def by_multiples(value: float, uln: float, base: float, one: float, two: float) -> int:
    """ALT, AST, ALP, GGT: multiples of ULN, or of an abnormal baseline."""
    if base > uln:
        if value > 20 * base:
            return 4
        if value > 5 * base:
            return 3
        if value > two * base:
            return 2
        return 1 if value >= one * base else 0
    if value > 20 * uln:
        return 4
    if value > 5 * uln:
        return 3
    if value > two * uln:
        return 2
    return 1 if value > uln else 0


def bilirubin(value: float, uln: float, base: float) -> int:
    against = base if base > uln else uln
    if value > 10 * against:
        return 4
    if value > 3 * against:
        return 3
    if value > 1.5 * against:
        return 2
    return 1 if value > against else 0


def creatinine(value: float, uln: float, base: float) -> int:
    if value > 6 * uln:
        return 4
    if value > 3 * base or value > 3 * uln:
        return 3
    if value > 1.5 * base or value > 1.5 * uln:
        return 2
    return 1 if value > uln else 0


def falling(value: float, lln: float, *limits: float) -> int:
    """Grade 1 under LLN, one more under each printed limit."""
    grade = 1 if value < lln else 0
    for place, limit in enumerate(limits):
        if value < limit:
            grade = place + 2
    return grade


def rising(value: float, uln: float, *limits: float) -> int:
    grade = 1 if value > uln else 0
    for place, limit in enumerate(limits):
        if value > limit:
            grade = place + 2
    return grade


def potassium_low(value: float, lln: float) -> int:
    if value < 2.5:
        return 4
    if value < 3.0:
        return 3
    return 1 if value < lln else 0


def sodium_low(value: float, lln: float) -> int:
    if value < 120:
        return 4
    if value < 125:
        return 3
    if value < 130:
        return 2
    return 1 if value < lln else 0


Grader = Callable[[float, float, float, float], int]  # value, lln, uln, base

# term: (test, unit of the document, typical lower and upper limit, grade)
TERMS: dict[str, tuple[str, str, float, float, Grader]] = {
    "Alanine aminotransferase increased": (
        "ALT",
        "U/L",
        6,
        34,
        lambda v, lo, hi, b: by_multiples(v, hi, b, 1.5, 3),
    ),
    "Aspartate aminotransferase increased": (
        "AST",
        "U/L",
        9,
        34,
        lambda v, lo, hi, b: by_multiples(v, hi, b, 1.5, 3),
    ),
    "Alkaline phosphatase increased": (
        "ALP",
        "U/L",
        35,
        115,
        lambda v, lo, hi, b: by_multiples(v, hi, b, 2.0, 2.5),
    ),
    "GGT increased": (
        "GGT",
        "U/L",
        5,
        50,
        lambda v, lo, hi, b: by_multiples(v, hi, b, 2.0, 2.5),
    ),
    "Blood bilirubin increased": (
        "BILI",
        "umol/L",
        3,
        21,
        lambda v, lo, hi, b: bilirubin(v, hi, b),
    ),
    "Creatinine increased": (
        "CREAT",
        "umol/L",
        60,
        124,
        lambda v, lo, hi, b: creatinine(v, hi, b),
    ),
    "Anemia": ("HGB", "g/L", 120, 160, lambda v, lo, hi, b: falling(v, lo, 100, 80)),
    "Platelet count decreased": (
        "PLAT",
        "10*9/L",
        130,
        394,
        lambda v, lo, hi, b: falling(v, lo, 75, 50, 25),
    ),
    "Neutrophil count decreased": (
        "NEUT",
        "10*9/L",
        1.96,
        7.2,
        lambda v, lo, hi, b: falling(v, lo, 1.5, 1.0, 0.5),
    ),
    "Lymphocyte count decreased": (
        "LYM",
        "10*9/L",
        0.9,
        3,
        lambda v, lo, hi, b: falling(v, lo, 0.8, 0.5, 0.2),
    ),
    "White blood cell decreased": (
        "WBC",
        "10*9/L",
        3.8,
        10.7,
        lambda v, lo, hi, b: falling(v, lo, 3.0, 2.0, 1.0),
    ),
    "Hyperkalemia": ("K", "mmol/L", 3.4, 5.4, lambda v, lo, hi, b: rising(v, hi, 5.5, 6, 7)),
    "Hypokalemia": ("K", "mmol/L", 3.4, 5.4, lambda v, lo, hi, b: potassium_low(v, lo)),
    "Hypernatremia": (
        "SODIUM",
        "mmol/L",
        132,
        147,
        lambda v, lo, hi, b: rising(v, hi, 150, 155, 160),
    ),
    "Hyponatremia": ("SODIUM", "mmol/L", 132, 147, lambda v, lo, hi, b: sodium_low(v, lo)),
    "Hypercalcemia": (
        "CA",
        "mmol/L",
        2.1,
        2.57,
        lambda v, lo, hi, b: rising(v, hi, 2.9, 3.1, 3.4),
    ),
    "Hypocalcemia": (
        "CA",
        "mmol/L",
        2.1,
        2.57,
        lambda v, lo, hi, b: falling(v, lo, 2.0, 1.75, 1.5),
    ),
    "Hypoalbuminemia": ("ALB", "g/L", 33, 49, lambda v, lo, hi, b: falling(v, lo, 30, 20)),
    "Hypoglycemia": (
        "GLUC",
        "mmol/L",
        3.9,
        13.9,
        lambda v, lo, hi, b: falling(v, lo, 3.0, 2.2, 1.7),
    ),
    "Cholesterol high": (
        "CHOL",
        "mmol/L",
        3,
        7,
        lambda v, lo, hi, b: rising(v, hi, 7.75, 10.34, 12.92),
    ),
    "CPK increased": (
        "CK",
        "U/L",
        21,
        169,
        lambda v, lo, hi, b: rising(v, hi, 2.5 * hi, 5 * hi, 10 * hi),
    ),
}
