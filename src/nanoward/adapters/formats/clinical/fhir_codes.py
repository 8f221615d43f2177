"""Codes of FHIR resources to the codes of SDTM: LOINC to tests, words to words.

LOINC is made by Regenstrief Institute, Inc. (https://loinc.org) and free under its licence;
only numbers stand here. SDTM test codes: CDISC controlled terminology.
"""

from collections.abc import Mapping

LOINC = "http://loinc.org"


def _of(test: str, *numbers: str) -> dict[str, str]:
    return dict.fromkeys(numbers, test)


LABORATORY: Mapping[str, str] = {
    **_of("ALT", "1742-6", "1743-4", "1744-2"),
    **_of("AST", "1920-8", "30239-8"),
    **_of("ALP", "6768-6"),
    **_of("BILI", "1975-2", "14631-6"),
    **_of("GGT", "2324-2"),
    **_of("CK", "2157-6"),
    **_of("CREAT", "2160-0", "14682-9"),
    **_of("K", "2823-3", "6298-4"),
    **_of("SODIUM", "2951-2", "2947-0"),
    **_of("CA", "17861-6", "2000-8"),
    **_of("CAION", "1995-0", "1994-3"),
    **_of("MG", "19123-9", "2601-3"),
    **_of("PHOS", "2777-1", "14879-1"),
    **_of("GLUC", "2345-7", "14749-6", "2339-0", "15074-8", "1558-6", "14771-0"),
    **_of("ALB", "1751-7"),
    **_of("CHOL", "2093-3", "14647-2"),
    **_of("TRIG", "2571-8", "14927-8"),
    **_of("HDL", "2085-9", "14646-4"),
    **_of("LDL", "13457-7", "2089-1", "18262-6"),
    **_of("URATE", "3084-1", "14933-6"),
    **_of("LDH", "14804-9", "2532-0"),
    **_of("LIPASE", "3040-3"),
    **_of("AMYLASE", "1798-8"),
    **_of("HGB", "718-7", "59260-0"),
    **_of("PLAT", "777-3", "26515-7"),
    **_of("WBC", "6690-2", "26464-8"),
    **_of("NEUT", "751-8", "26499-4"),
    **_of("LYM", "731-0", "26474-7"),
    **_of("EOS", "711-2", "26449-9"),
    **_of("CD4", "24467-3"),
    **_of("INR", "6301-6", "34714-6"),
    **_of("APTT", "14979-9", "3173-2"),
    **_of("FIBRINO", "3255-7"),
    **_of("HAPTOG", "4542-7"),
}
FASTING = frozenset({"1558-6", "14771-0"})
VITAL_SIGNS: Mapping[str, str] = {
    **_of("SYSBP", "8480-6"),
    **_of("DIABP", "8462-4"),
    **_of("HR", "8867-4"),
    **_of("RESP", "9279-1"),
    **_of("TEMP", "8310-5", "8331-1"),
    **_of("WEIGHT", "29463-7", "3141-9"),
    **_of("HEIGHT", "8302-2"),
    **_of("BMI", "39156-5"),
    **_of("OXYSAT", "2708-6", "59408-5"),
}
HEART: Mapping[str, str] = {
    **_of("QTCAG", "8636-3"),
    **_of("QTAG", "8634-8"),
}
_PHQ9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5")
_GAD7 = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
QUESTIONS: Mapping[str, str] = {
    **{number: f"PHQ90{n}" for n, number in enumerate((*_PHQ9, "44253-3", "44260-8"), 1)},
    "44261-6": "PHQ9TOT",
    **{number: f"GAD70{n}" for n, number in enumerate(_GAD7, 1)},
    "70274-6": "GAD7TOT",
}
# LOINC answers of PHQ-9 and GAD-7: not at all, several days, more than half, nearly every day
ANSWERS: Mapping[str, float] = {
    "LA6568-5": 0.0,
    "LA6569-3": 1.0,
    "LA6570-1": 2.0,
    "LA6571-9": 3.0,
}
OUTCOMES: Mapping[str, str] = {
    "resolved": "RECOVERED/RESOLVED",
    "recovering": "RECOVERING/RESOLVING",
    "ongoing": "NOT RECOVERED/NOT RESOLVED",
    "resolvedWithSequelae": "RECOVERED/RESOLVED WITH SEQUELAE",
    "fatal": "FATAL",
    "unknown": "UNKNOWN",
}
# R4 adverse-event-seriousness to the criterion of SDTM that it meets
SERIOUSNESS: Mapping[str, str] = {
    "SeriousResultsInDeath": "AESDTH",
    "SeriousIsLifeThreatening": "AESLIFE",
    "SeriousResultsInHospitalization": "AESHOSP",
    "SeriousResultsInDisability": "AESDISAB",
    "SeriousIsBirthDefect": "AESCONG",
    "SeriousRequiresPreventImpairment": "AESMIE",
}
SEX: Mapping[str, str] = {"male": "M", "female": "F", "other": "U", "unknown": "U"}
# ResearchSubject.status (R4) to the disposition that it tells, where it tells one
DISPOSITIONS: Mapping[str, str] = {
    "withdrawn": "WITHDRAWAL BY SUBJECT",
    "off-study": "OFF STUDY",
    "ineligible": "SCREEN FAILURE",
    "not-registered": "SCREEN FAILURE",
}
