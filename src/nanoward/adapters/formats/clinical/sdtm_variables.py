"""The variables of SDTM: those that are read, and those ignored on purpose.

USED is what the room of clearance asks for; a test compares it with the code of that room.
A variable that stands in neither list is told: it may be a misspelling of one that decides.
"""

import re
from collections.abc import Iterable, Mapping

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Remarks
from nanoward.base.near_misses import nearest
from nanoward.ports.formats import Use

USED: Mapping[str, tuple[str, ...]] = {
    "AE": (
        *("AESEQ", "AETERM", "AEDECOD", "AEBODSYS", "AESEV", "AETOXGR", "AESER", "AEOUT"),
        *("AEDY", "AEENDY", "AEDUR", "AEACN", "AEREL", "AECONTRT", "AEENTPT"),
        *("AESTDTC", "AEENDTC", "AEDTC", "AEOCCUR", "AEENRF", "AEENRTPT", "AESTAT"),
        *("AESCAN", "AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESOD", "AESMIE"),
    ),
    "DM": (
        *("ARM", "ARMCD", "ACTARM", "SITEID", "SEX", "AGE", "BRTHDTC", "DMDTC", "DTHDTC"),
        *("DTHFL", "RFSTDTC", "RFENDTC", "RFXSTDTC", "RFXENDTC", "RFICDTC", "RFPENDTC"),
        *("COUNTRY", "AGEU", "SUBJID", "ACTARMCD", "INVID"),
    ),
    "DS": ("DSSEQ", "DSDECOD", "DSTERM", "DSCAT", "DSSTDTC", "DSDTC", "EPOCH"),
    "EX": (
        *("EXSEQ", "EXTRT", "EXDOSE", "EXDOSU", "EXSTDTC", "EXENDTC", "EXOCCUR", "EXLOT"),
        *("EXSTAT", "EXDOSFRQ", "EXROUTE", "EXDOSTXT"),
    ),
    "LB": (
        *("LBSEQ", "LBTESTCD", "LBTEST", "LBCAT", "LBSPEC", "LBORRES", "LBORRESU", "LBORNRLO"),
        *("LBORNRHI", "LBSTRESC", "LBSTRESN", "LBSTRESU", "LBSTNRLO", "LBSTNRHI", "LBNRIND"),
        *("LBSTAT", "LBBLFL", "LBLOBXFL", "LBFAST", "LBDTC", "LBTOXGR", "LBSTNRC", "LBREASND"),
        "LBCLSIG",
    ),
    "QS": (
        *("QSSEQ", "QSTESTCD", "QSTEST", "QSCAT", "QSORRES", "QSSTRESC", "QSSTRESN", "QSSTAT"),
        "QSOCCUR",
        "QSOCCUR",
        *("QSDTC", "QSSCAT", "QSREASND", "QSBLFL"),
    ),
    "SV": (
        "VISITNUM",
        "VISIT",
        "VISITDY",
        "SVSTDTC",
        "SVENDTC",
        "SVOCCUR",
        "SVPRESP",
        "SVUPDES",
    ),
    "VS": (
        *("VSSEQ", "VSTESTCD", "VSTEST", "VSORRES", "VSORRESU", "VSSTRESC", "VSSTRESN"),
        *("VSSTRESU", "VSSTAT", "VSBLFL", "VSDTC", "VSLOBXFL", "VSPOS", "VSREASND", "VSCLSIG"),
    ),
    "EG": (
        *("EGSEQ", "EGTESTCD", "EGTEST", "EGORRES", "EGORRESU", "EGSTRESC", "EGSTRESN"),
        *("EGSTRESU", "EGSTAT", "EGBLFL", "EGDTC", "EGLOBXFL", "EGREASND", "EGCLSIG"),
    ),
}
EVERYWHERE = ("STUDYID", "DOMAIN", "USUBJID", "VISITNUM", "VISIT", "VISITDY", "EPOCH")
# pattern of a variable's name to why it is left out
IGNORED: tuple[tuple[str, str], ...] = (
    (r"..(GRPID|REFID|SPID|LNKID|LNKGRP|XFN|NAM|EVAL\w*|METHOD|LOINC)", "names a source"),
    (
        r"..(DY|STDY|ENDY|TPT|TPTNUM|ELTM|TPTREF|RFTDTC|DUR|STRF|STRTPT|STTPT|ENTPT)",
        "days are read",
    ),
    (
        r"..(LLT|LLTCD|PTCD|HLT|HLTCD|HLGT|HLGTCD|BDSYCD|SOC|SOCCD|MODIFY)",
        "dictionary",
    ),
    (
        r"..(REL|RELNST|ACN|ACNOTH|ACNDEV|CONTRT|PATT|LOC|LAT|DIR|PORTOT|PRESP|SCAT)",
        "no rule asks",
    ),
    (
        r"..(CAT|DRVFL|CLSIG|ANTREG|RESCAT|POS|LEAD|REPNUM|BODSYS|INTP|CLAS|CLASCD)",
        "no rule asks",
    ),
    (
        r"..(DOSFRM|DOSRGM|DOSTOT|TRTV|ADJ|FAST|INDC|PSTRG|VAMT|VAMTU|MOOD|REASOC)",
        "form of dose",
    ),
    (
        r"(RACE|ETHNIC|INVNAM|ARMNRS|ACTARMUD|RFCSTDTC|RFCENDTC|DMDY|COUNTRY|AGETXT)",
        "no rule asks",
    ),
    (
        r"(TAETORD|ETCD|ELEMENT|SESTDTC|FOCID|SPDEVID|POOLID|DSSTDY|SVUPDES)",
        "design",
    ),
    (r"(FILE|LINE|ROW)", "where the row stands"),
    (r"..(ORRES|STRES[CNU]|ORRESU|[OS]\w\w?NR(LO|HI)|TEST|TESTCD|STAT|NRIND)", "no rule asks"),
    (
        r"..(BLFL|LOBXFL|SPEC|CAT|SEQ|DTC|STDTC|TERM|DECOD|SEV|OUT|TRT|DOSE|DOSU)",
        "no rule asks",
    ),
    (
        r"..(SPCCND|SPCUFL|STREFC|STREFN|ORREF|LLOQ|ULOQ|BDAGNT|TSTDTL|ANMETH|RUNID)",
        "the assay",
    ),
    (
        r"..(REASND|ENDTC|ENRF|STNRC|USCHFL|PRESP|OCCUR|RSDISC|CNTMOD|EPCHGI)",
        "no rule asks",
    ),
    (r"..(TOX|TOXGRL|TOXGRH|TOXGRN|NRINDN|BLFLN|STRESCN)", "another grading"),
)


def variables_used(domain: str, names: Iterable[str], remarks: Remarks) -> tuple[Use, ...]:
    """The account of a file's columns; those that nobody reads are told in one finding."""
    found = tuple(_use(domain, name) for name in names)
    for one in found:
        if one.reason == problems.NEAR_VARIABLE.code:
            near = meant_variable(domain, one.name)
            told = f"{one.name} is no variable of {domain[:2]} that is read; is {near} meant?"
            remarks.add(problems.NEAR_VARIABLE, told, column=one.name)
    rest = [one.name for one in found if one.reason == problems.UNKNOWN_VARIABLE.code]
    if rest:
        told = f"nobody reads {', '.join(rest[:20])}{' ...' if len(rest) > 20 else ''}"
        remarks.add(problems.UNKNOWN_VARIABLE, told, column=rest[0])
    return found


def _use(domain: str, name: str) -> Use:
    if name in EVERYWHERE or name in USED.get(domain[:2], (name,)):
        return Use(level="column", name=name, use="used")
    why = ignored_because(name)
    if why is not None:
        return Use(level="column", name=name, use="ignored", reason=why)
    near = meant_variable(domain, name)
    problem = problems.NEAR_VARIABLE if near else problems.UNKNOWN_VARIABLE
    return Use(level="column", name=name, use="told", reason=problem.code)


def ignored_because(name: str) -> str | None:
    """Why a variable is left out on purpose; None where it is not."""
    return next((why for pattern, why in IGNORED if re.fullmatch(pattern, name)), None)


def meant_variable(domain: str, name: str) -> str:
    """The variable that decides and that an unknown name comes nearest to; "" for none."""
    known = (*USED.get(domain[:2], ()), "USUBJID")
    return nearest(name, known, cutoff=0.8)
