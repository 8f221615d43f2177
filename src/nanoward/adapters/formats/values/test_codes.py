"""Test codes (--TESTCD) in any spelling: laboratory, vital signs, electrocardiogram, questions.

Sources: CDISC controlled terminology LBTESTCD C65047, VSTESTCD C66741, EGTESTCD C71153, and
the questionnaire supplements of PHQ-9 (PHQ01) and GAD-7 (GAD01); LOINC (see loinc.py); the
trivial names are those that laboratories print.
"""

import re
from collections.abc import Mapping

from nanoward.adapters.formats.values import loinc
from nanoward.adapters.formats.values.terms import Codelist, Term, plain
from nanoward.clearance.sdtm.test_terms import UNGRADED

_GRADED = (
    *("ALB", "ALP", "ALT", "AMYLASE", "APTT", "AST", "BILI", "CA", "CAION", "CD4", "CHOL"),
    *("CK", "CREAT", "CREATCLR", "FIBRINO", "GGT", "GLUC", "HAPTOG", "HDL", "HGB", "INR"),
    *("K", "LDH", "LDL", "LIPASE", "LYM", "MG", "NEUT", "PHOS", "PLAT", "SODIUM", "TRIG"),
    *("URATE", "WBC", "EOS", "PH", "CPK", "CD4CE", "BICARB", "CO2"),
)
_NAMES: Mapping[str, tuple[str, ...]] = {
    "ALT": (
        *("SGPT", "GPT", "ALAT", "ALANINE AMINOTRANSFERASE", "ALANINE TRANSAMINASE", "ALTSGPT"),
        *("SGPT ALT", "ALT SGPT", "ALAT GPT", "ALANINE AMINO TRANSFERASE", "SERUM ALT", "A LT"),
    ),
    "AST": (
        *("SGOT", "GOT", "ASAT", "ASPARTATE AMINOTRANSFERASE", "ASPARTATE TRANSAMINASE"),
        *("SGOT AST", "AST SGOT", "ASAT GOT", "ASPARTATE AMINO TRANSFERASE"),
    ),
    "ALP": ("ALKPHOS", "ALKPH", "ALK PHOS", "ALKALINE PHOSPHATASE", "AP", "ALKP", "ALPH"),
    "BILI": (
        *("TBIL", "TBILI", "BILIT", "BIL", "TOTAL BILIRUBIN", "BILIRUBIN", "BILIRUBIN TOTAL"),
        *("BILITOT", "T BILI", "T BIL", "BILIRUBIN TOTAL SERUM"),
    ),
    "CREAT": ("CREA", "CRE", "SCR", "CREATININE", "SERUM CREATININE", "CR", "CREATININ"),
    "K": ("POTASSIUM", "KALIUM", "POT", "POTAS", "K SERUM", "SERUM POTASSIUM"),
    "SODIUM": ("NA", "NATRIUM", "SOD", "NA SERUM", "SERUM SODIUM"),
    "CA": ("CALCIUM", "CALC", "TOTAL CALCIUM", "CALCIUM TOTAL"),
    "CAION": ("ICA", "IONIZED CALCIUM", "CALCIUM IONIZED", "CAI", "IONISED CALCIUM"),
    "GLUC": ("GLU", "GLUCOSE", "BLOOD GLUCOSE", "SERUM GLUCOSE", "FBG", "FPG", "BG", "GLC"),
    "HGB": ("HB", "HEMOGLOBIN", "HAEMOGLOBIN", "HAEM", "HG B", "HEMO", "HAEMOGLOBIN TOTAL"),
    "PLAT": ("PLT", "PLATELETS", "PLATELET", "PLATELET COUNT", "THROMBOCYTES", "PLTS", "THR"),
    "NEUT": (
        *("ANC", "NEU", "NEUTS", "NEUTROPHILS", "ABSOLUTE NEUTROPHIL COUNT", "NEUTABS", "GRAN"),
        *("NEUTROPHIL COUNT", "ABSOLUTE NEUTROPHILS", "NEUTROPHILS ABSOLUTE", "SEGS"),
    ),
    "WBC": ("LEUKOCYTES", "LEUCOCYTES", "WHITE BLOOD CELLS", "WHITE CELL COUNT", "LEUK", "WCC"),
    "LYM": ("LYMPH", "LYMPHOCYTES", "ALC", "LYMPHS", "ABSOLUTE LYMPHOCYTE COUNT", "LYMPHO"),
    "CK": ("CPK", "CREATINE KINASE", "CREATINE PHOSPHOKINASE"),
    "GGT": ("GAMMA GT", "GAMMA GLUTAMYL TRANSFERASE", "GGTP", "GAMMAGT"),
    "LDH": ("LD", "LACTATE DEHYDROGENASE"),
    "MG": ("MAGNESIUM",),
    "PHOS": ("PHOSPHATE", "PHOSPHORUS", "PHOSPHATE INORGANIC"),
    "ALB": ("ALBUMIN",),
    "CHOL": ("CHOLESTEROL", "CHOLES", "TOTAL CHOLESTEROL"),
    "TRIG": ("TG", "TRIGLYCERIDES"),
    "URATE": ("URIC ACID", "UA ACID"),
    "AMYLASE": ("AMY", "AMYL"),
    "LIPASE": ("LIP", "LPS"),
    "APTT": (
        "ACTIVATED PARTIAL THROMBOPLASTIN TIME",
        "PTT ACTIVATED",
        "PARTIAL THROMBOPLASTIN TIME",
    ),
    "INR": ("PROTHROMBIN INTL NORMALIZED RATIO", "INTERNATIONAL NORMALIZED RATIO", "PT INR"),
    "FIBRINO": ("FIBRINOGEN",),
    "HAPTOG": ("HAPTOGLOBIN",),
    "CREATCLR": ("CREATININE CLEARANCE", "CRCL", "CCR"),
    "EOS": ("EOSINOPHILS",),
    "BASO": ("BASOPHILS",),
    "MONO": ("MONOCYTES",),
    "HCT": ("HEMATOCRIT", "HAEMATOCRIT"),
    "RBC": ("ERYTHROCYTES", "RED BLOOD CELLS"),
    "CL": ("CHLORIDE",),
    "UREAN": ("UREA NITROGEN",),
    "BUN": ("BLOOD UREA NITROGEN",),
}
LABORATORY = Codelist(
    name="LBTESTCD (C65047)",
    terms=(*_GRADED, *UNGRADED),
    synonyms={name: code for code, names in _NAMES.items() for name in names}
    | dict(loinc.LABORATORY),
    near=False,
)
VITAL_SIGNS = Codelist(
    name="VSTESTCD (C66741)",
    terms=(
        *("SYSBP", "DIABP", "PULSE", "HR", "RESP", "TEMP", "WEIGHT", "HEIGHT", "BMI", "BSA"),
        *("OXYSAT", "MAP", "HDCIRC", "WSTCIR", "HIPCIR", "WTLENPCT", "PAIN", "FRMSIZE"),
        *("PULSEPR", "LBM", "BODYFAT", "INTP", "ABSKNF", "TRSKNF", "WHR", "VSALL", "FARMCIR"),
    ),
    synonyms={
        **dict.fromkeys(("SBP", "SYS", "SYSTOLIC", "SYSTOLIC BLOOD PRESSURE", "SYST"), "SYSBP"),
        **dict.fromkeys(("DBP", "DIA", "DIASTOLIC", "DIASTOLIC BLOOD PRESSURE"), "DIABP"),
        **dict.fromkeys(("PULSE RATE", "PR"), "PULSE"),
        **dict.fromkeys(("HEART RATE", "HRATE", "HTRT"), "HR"),
        **dict.fromkeys(("RR", "RESPIRATORY RATE", "RESPIRATION RATE", "BREATHS"), "RESP"),
        **dict.fromkeys(("TEMPERATURE", "BODY TEMPERATURE", "BT", "TMP"), "TEMP"),
        **dict.fromkeys(("WT", "BODY WEIGHT", "BW"), "WEIGHT"),
        **dict.fromkeys(("HT", "BODY HEIGHT"), "HEIGHT"),
        **dict.fromkeys(("SPO2", "SAO2", "OXYGEN SATURATION", "O2SAT"), "OXYSAT"),
        **loinc.VITAL_SIGNS,
    },
    near=False,
)
HEART = Codelist(
    name="EGTESTCD (C71153)",
    terms=(
        *("QTCF", "QTCB", "QTCAG", "QTC", "QTAG", "QT", "QTCFAG", "QTCBAG", "PRAG", "PR"),
        *("QRSAG", "QRS", "QRSDUR", "RRAG", "RR", "HR", "EGHRMN", "INTP", "RHYNOS", "AVCOND"),
        *("ECGINT", "EGALL", "EGHR", "ECGQTCF"),
    ),
    synonyms={
        **dict.fromkeys(("QTCF INTERVAL AGGREGATE", "QTCFAG", "QTC FRIDERICIA"), "QTCF"),
        **dict.fromkeys(("QTCB INTERVAL AGGREGATE", "QTCBAG", "QTC BAZETT"), "QTCB"),
        **dict.fromkeys(("QTCF INTERVAL", "QTCFR", "QTC F", "FRIDERICIA"), "QTCF"),
        **dict.fromkeys(("QTCB INTERVAL", "QTC B", "BAZETT"), "QTCB"),
        **loinc.HEART,
    },
    near=False,
)
_ITEM = re.compile(
    r"^(?P<what>PHQ|GAD)0?(?P<size>[79])?(?:IT(?:EM)?|Q(?:UESTION)?|I|S|SCORE|V\d)?0?(?P<item>[1-9])(?:SCORE|S)?$"
)
_CDISC_ITEM = re.compile(r"^(?P<what>PHQ|GAD)01(?P<item>0[1-9]|1[01])$")
_TOTAL = re.compile(r"^(?P<what>PHQ9|GAD7)(TOT|TOTAL|SCORE|SUM|TS|TOTALSCORE|TOTSCORE|T)$")
_WORDS = (
    (r"BETTER OFF DEAD|BETTEROFFDEAD|HURT\w* YOURSELF|SUICID|SELF ?HARM|HURTING", "PHQ909"),
    (r"^PHQ 9 (ITEM|QUESTION) 0?9$", "PHQ909"),
)
_KNOWN_QUESTIONS = frozenset(
    {
        *(f"PHQ90{n}" for n in range(1, 10)),
        *(f"GAD70{n}" for n in range(1, 8)),
        *("PHQ910", "PHQ9TOT", "GAD7TOT", "PHQ2", "PHQ2TOT", "GAD708"),
    }
)


def question_of(code: str, name: str = "") -> Term:
    """PHQ-9 and GAD-7 questions in any code system, by the code or else the question's words.

    "PHQ909", "PHQ0109", "PHQ9-9", "PHQ9I9", "44260-8" and "thoughts ... better off dead" are
    item 9 of PHQ-9, PHQ909 here.
    """
    word = code.strip().upper().rsplit("/", 1)[-1]
    if word in _KNOWN_QUESTIONS:
        return Term(meant=word, how="exact" if word == code else "synonym")
    meant = loinc.QUESTIONS.get(word) or _by_pattern(re.sub(r"[^A-Z0-9]", "", word))
    for text in (code, name):
        spelled = plain(text)
        meant = meant or next((what for how, what in _WORDS if re.search(how, spelled)), "")
    return Term(meant=meant, how="synonym" if meant else "unknown")


def _by_pattern(word: str) -> str:
    sizes = {"PHQ": "9", "GAD": "7"}
    found = _CDISC_ITEM.match(word)
    if found:
        size, number = sizes[found["what"]], int(found["item"])
        last = {"PHQ": 11, "GAD": 8}[found["what"]]
        if number == last:
            return f"{found['what']}{size}TOT"
        return f"{found['what']}{size}{number:02d}"
    found = _TOTAL.match(word)
    if found:
        return f"{found['what']}TOT"
    found = _ITEM.match(word)
    if found is None or (found["size"] or sizes[found["what"]]) != sizes[found["what"]]:
        return ""
    if found["size"] is None and not re.search(r"(IT|Q|I|S)(EM)?0?[1-9]", word[3:]):
        return ""  # "PHQ9" alone may be the whole instrument
    number = int(found["item"])
    return (
        f"{found['what']}{sizes[found['what']]}0{number}"
        if number <= int(sizes[found["what"]])
        else ""
    )


def code_of(codelist: Codelist, code: str, name: str = "") -> Term:
    """A test by its code, else by the code's other spellings, else by its name (--TEST)."""
    found = codelist.read(code)
    if found.meant:
        return found
    for part in (*re.findall(r"[^()/]+", code), re.sub(r"[^A-Za-z0-9]", "", code)):
        again = codelist.read(part)
        if again.meant:
            return Term(meant=again.meant, how="synonym")
    named = codelist.read(name) if name else found
    if named.meant:
        return Term(meant=named.meant, how="synonym")
    return found
