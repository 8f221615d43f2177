"""DAIDS version 2.1, as it is printed."""

from typing import TYPE_CHECKING

from nanoward.clearance.grading.published_table import PublishedTable

if TYPE_CHECKING:
    from nanoward.clearance.grading.literal_rules import LiteralTable

_TERMS = {
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


def printed() -> "LiteralTable":
    """The table as printed."""
    from nanoward.clearance.grading.daids_literal import DAIDS_LITERAL

    return DAIDS_LITERAL


TABLE = PublishedTable(
    name="daids",
    meaning="DAIDS v2.1 for adults and children (NIAID 2017)",
    criteria="DAIDS",
    printed=printed,
    terms=_TERMS,
)
