"""Codes of FHIR resources to the codes of SDTM; those of LOINC stand in values/loinc.py."""

from collections.abc import Mapping

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
