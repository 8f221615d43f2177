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
# ResearchSubject.status (R4, R5) of people who have not left
GOING_ON = (
    *("candidate", "eligible", "follow-up", "on-study", "on-study-intervention"),
    *("on-study-observation", "pending-on-study", "potential-candidate", "screening", "active"),
)
# Condition.severity (SNOMED CT) that is severe or worse
GRAVE: Mapping[str, str] = {
    "24484000": "SEVERE",
    "442452003": "LIFE THREATENING",
    "399166001": "FATAL",
}
# ... and that is less: such a condition is medical history
LESS_GRAVE = ("255604002", "6736007", "MILD", "MODERATE", "1", "2")
GRAVE_WORDS = ("SEVERE", "LIFE THREATENING", "FATAL", "3", "4", "5")
DEATHS = ("419620001", "419099009", "397709008")  # death, dead, patient died
