"""CDISC codelists that decide standings, with the words that sites write instead.

Source: CDISC SDTM controlled terminology (NCI EVS, public domain), codelists NCOMPLT C66727,
PROTMLST C114118, OTHEVENT, AESEV C66769, OUT C66768, ND C66789, NRIND C78736, SEX C66731,
EPOCH C99079. Stems are ours: a word that speaks of death is a death.
"""

from nanoward.adapters.formats.values.terms import Codelist
from nanoward.clearance.sdtm.disposition_terms import ENDINGS, MILESTONES

WITHDRAWAL = "WITHDRAWAL BY SUBJECT"
REFUSED = "CONSENT REFUSED"
CONSENTED = "INFORMED CONSENT OBTAINED"
_DEATH = r"\b(DEATH|DIED|DEAD|DECEASED|DECEASE|FATAL|EXITUS|EXPIRED|DEMISE|PASSED AWAY)\b"
_PERSON = r"(SUBJECT|PATIENT|PARTICIPANT|CONSENT|PARENT|GUARDIAN|CAREGIVER|VOLUNTAR|FAMILY)"
_KIN = r"(PARENT|GUARDIAN)"
_LEFT = r"(WITHDR\w*|WD|REVOK\w*|RETRACT\w*|RESCIND\w*|OPT(ED)? OUT|DROP(PED)? ?OUT)"
_REFUSAL = (
    r"(REFUS\w*|DECLIN\w*|DENIED|NOT (OBTAINED|GIVEN|SIGNED)|NO CONSENT|WITHHELD|REJECT\w*)"
)
DISPOSITION = Codelist(
    name="DSDECOD (NCOMPLT C66727, PROTMLST C114118)",
    terms=(*ENDINGS, *MILESTONES),
    synonyms={
        "COMPLETE": "COMPLETED",
        "STUDY COMPLETED": "COMPLETED",
        "COMPLETED STUDY": "COMPLETED",
        "ICF SIGNED": CONSENTED,
        "INFORMED CONSENT": CONSENTED,
        "CONSENT OBTAINED": CONSENTED,
        "CONSENT SIGNED": CONSENTED,
        "CONSENTED": CONSENTED,
        "RE-CONSENTED": "RECONSENTED",
        "LTFU": "LOST TO FOLLOW-UP",
        "LOST": "LOST TO FOLLOW-UP",
        "LOST TO FOLLOWUP": "LOST TO FOLLOW-UP",
        "AE": "ADVERSE EVENT",
        "PHYSICIANS DECISION": "PHYSICIAN DECISION",
        "INVESTIGATOR DECISION": "PHYSICIAN DECISION",
        "SCREEN FAILED": "SCREEN FAILURE",
        "SCREENING FAILURE": "SCREEN FAILURE",
        "PREGNANT": "PREGNANCY",
        "EARLY TERMINATION": "OTHER",
        "DISCONTINUED": "OTHER",
    },
    stems=(
        (_DEATH, "DEATH"),
        (rf"{_REFUSAL}.*(CONSENT|ASSENT)|(CONSENT|ASSENT)\w*.*{_REFUSAL}", REFUSED),
        (rf"\b{_LEFT}\b.*{_KIN}|{_KIN}.*\b{_LEFT}\b", "WITHDRAWAL BY PARENT/GUARDIAN"),
        (rf"\b{_LEFT}\b", WITHDRAWAL),
        (rf"{_PERSON}.*({_REFUSAL}|\bLEFT\b|\bQUIT\b|DECISION|REQUEST|CHOICE)", WITHDRAWAL),
        (r"\bLOST\b.*\bFOLLOW|UNREACHABLE|NO SHOW", "LOST TO FOLLOW-UP"),
        (r"ADVERSE|TOXICITY", "ADVERSE EVENT"),
        (r"PREGNAN", "PREGNANCY"),
        (r"(PHYSICIAN|INVESTIGATOR|DOCTOR).*", "PHYSICIAN DECISION"),
        (r"SCREEN.*FAIL", "SCREEN FAILURE"),
        (r"TERMINAT|DISCONTINU", "OTHER"),
    ),
)
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}
SEVERITY = Codelist(
    name="AESEV (C66769), with the grades of CTCAE",
    terms=("MILD", "MODERATE", "SEVERE", "LIFE THREATENING", "FATAL", "1", "2", "3", "4", "5"),
    synonyms={
        **{f"GRADE {n}": str(n) for n in range(1, 6)},
        **{f"GR {n}": str(n) for n in range(1, 6)},
        **{f"G{n}": str(n) for n in range(1, 6)},
        **{f"CTCAE {n}": str(n) for n in range(1, 6)},
        **{f"{n} 0": str(n) for n in range(1, 6)},
        **_ROMAN,
        **{
            f"GRADE {r}": n for r, n in zip(("I", "II", "III", "IV", "V"), "12345", strict=True)
        },
        "LIFETHREATENING": "LIFE THREATENING",
        "MOD": "MODERATE",
        "SEV": "SEVERE",
        "SERIOUS": "SEVERE",
        "VERY SEVERE": "LIFE THREATENING",
    },
    stems=(
        (_DEATH, "FATAL"),
        (r"LIFE.*THREAT", "LIFE THREATENING"),
        (r"\bGRADE 5|^5 ", "5"),
        (r"\bGRADE 4|^4 ", "4"),
        (r"\bGRADE 3|^3 |SEVERE", "SEVERE"),
        (r"\bGRADE 2|^2 |MODERATE", "MODERATE"),
    ),
)
OUTCOME = Codelist(
    name="AEOUT (OUT C66768)",
    terms=(
        *("FATAL", "NOT RECOVERED/NOT RESOLVED", "RECOVERED/RESOLVED", "UNKNOWN"),
        *("RECOVERED/RESOLVED WITH SEQUELAE", "RECOVERING/RESOLVING"),
    ),
    synonyms={
        "RESOLVED": "RECOVERED/RESOLVED",
        "RECOVERED": "RECOVERED/RESOLVED",
        "RESOLVED WITH SEQUELAE": "RECOVERED/RESOLVED WITH SEQUELAE",
        "RECOVERED WITH SEQUELAE": "RECOVERED/RESOLVED WITH SEQUELAE",
        "RESOLVING": "RECOVERING/RESOLVING",
        "RECOVERING": "RECOVERING/RESOLVING",
        "NOT RESOLVED": "NOT RECOVERED/NOT RESOLVED",
        "NOT RECOVERED": "NOT RECOVERED/NOT RESOLVED",
        "UNRESOLVED": "NOT RECOVERED/NOT RESOLVED",
        "ONGOING": "NOT RECOVERED/NOT RESOLVED",
        "CONTINUING": "NOT RECOVERED/NOT RESOLVED",
        "UNK": "UNKNOWN",
        "U": "UNKNOWN",
    },
    stems=(
        (_DEATH, "FATAL"),
        (
            r"\b(NOT|NO|NEVER|NON)\b.*(RESOLV|RECOVER)|\bUN\w*(RESOLV|RECOVER)|ONGOING|CONTINU",
            "NOT RECOVERED/NOT RESOLVED",
        ),
    ),
)
STATUS = Codelist(
    name="--STAT (ND C66789)",
    terms=("NOT DONE",),
    synonyms={"ND": "NOT DONE", "NOTDONE": "NOT DONE", "NOT PERFORMED": "NOT DONE"},
    stems=((r"NOT\b|MISSED|CANCEL|^NO$|OMIT|SKIP|MISSING", "NOT DONE"),),
)
INDICATOR = Codelist(
    name="--NRIND (NRIND C78736)",
    terms=("NORMAL", "LOW", "HIGH", "LOW LOW", "HIGH HIGH", "ABNORMAL", "CRITICAL"),
    synonyms={
        "N": "NORMAL",
        "L": "LOW",
        "H": "HIGH",
        "LL": "LOW LOW",
        "HH": "HIGH HIGH",
        "A": "ABNORMAL",
        "AA": "CRITICAL",
        "PANIC": "CRITICAL",
        "ALERT": "CRITICAL",
        "WITHIN NORMAL LIMITS": "NORMAL",
        "WNL": "NORMAL",
        "IN RANGE": "NORMAL",
        "HU": "HIGH HIGH",
        "LU": "LOW LOW",
        "LOWLOW": "LOW LOW",
        "HIGHHIGH": "HIGH HIGH",
    },
    stems=(
        (r"CRITICAL|PANIC|ALERT|DANGER|EXTREME|LIFE", "CRITICAL"),
        (r"(VERY|MARKEDLY|SEVERELY) HIGH|HIGH.*HIGH", "HIGH HIGH"),
        (r"(VERY|MARKEDLY|SEVERELY) LOW|LOW.*LOW", "LOW LOW"),
        (r"ABNORMAL", "ABNORMAL"),
    ),
)
SEX = Codelist(
    name="SEX (C66731)",
    terms=("M", "F", "U", "UNDIFFERENTIATED", "INTERSEX"),
    synonyms={"MALE": "M", "FEMALE": "F", "MAN": "M", "WOMAN": "F", "UNKNOWN": "U"},
    near=False,
)
CATEGORY = Codelist(
    name="DSCAT (DSCAT C74558)",
    terms=("DISPOSITION EVENT", "PROTOCOL MILESTONE", "OTHER EVENT"),
    synonyms={"DISPOSITION": "DISPOSITION EVENT", "MILESTONE": "PROTOCOL MILESTONE"},
)
