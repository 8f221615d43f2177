"""Changes after each of which one person must not go on in silence, with their sources.

The right answer is written from the source named beside it, not from the code:
- STOP: the person is held, recalled, or has left or died; which of them, the source leaves open
- DOUBT: as STOP, or the person stays cleared and an error or warning says why that is in doubt
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from safety_programme import Base, Row, Tables

STOP = frozenset({"held", "recalled", "withdrawn", "died", "completed", "ended", "left",
                  "discontinued", "screened"})  # fmt: skip
HELD = frozenset({"held", "recalled"})
DIED = frozenset({"died"})
LEFT = frozenset({"withdrawn"})
DOUBT = STOP | {"told"}

E2A = "ICH E2A, II.B: serious by any one criterion"
CTCAE = "CTCAE v5.0 (NCI 2017), p. 2: grade 3 severe, 4 life-threatening, 5 death"
CDISC_NY = "CDISC CT, codelist NY (C66742); an answer that is no N may be a yes"
CDISC_OUT = "CDISC CT, codelist OUT (C66768): FATAL; ICH E2A"
CDISC_SEV = "CDISC CT, codelist AESEV (C66769)"
NCOMPLT = "CDISC CT, codelist NCOMPLT (C66727); 45 CFR 46.116(b)(8): leaving is at once"
DEATH = "SDTMIG 3.2, 5 (DM): DTHFL, DTHDTC; CDISC CT NCOMPLT: DEATH"
CONSENT = "ICH E6(R2), 4.8.8: consent before participation; 21 CFR 50.20"
DTC = "SDTMIG 3.2, 4.1.4.1: dates as ISO 8601; what cannot be read may be any day"
UNIT = "UCUM; a value in an unknown unit is not measured"
CRITICAL = "FDA, Drug-Induced Liver Injury (2009), IV.A.3; plan: critical_tests"
SYNONYM = "CDISC CT, codelist LBTESTCD (C65047), synonyms; LOINC"
PHQ9 = "Kroenke, Spitzer, Williams 2001: item 9 above 0 is asked after at once"
PHQ_TOTAL = "Kroenke, Spitzer, Williams 2001: a total of 20 and more is severe"
WEEKLY = "plan: medical_weeks, psychological_weeks; an assessment that was not done is none"
ALCOA = "EMA/INS/GCP/112288/2023, 6: original records are not lost; changes are traced"
EXPOSURE = "SDTMIG 3.2, 6.1.1 (EX); an event is emergent unless it surely began before the dose"


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One change and the right answer for the person.

    before  applied to the programme before the first round: what the person was held for
    rules   keys of the plan's [clearance] that the second round has besides
    """

    name: str
    source: str
    right: frozenset[str]
    edit: Callable[[Tables, Base], None]
    before: Callable[[Tables, Base], None] | None = None
    rules: dict[str, Any] | None = None

    @property
    def family(self) -> str:
        return self.name.split(":")[0]


def of(tables: Tables, domain: str, base: Base) -> list[Row]:
    """The person's rows of a domain; without a domain of that name, of its parts."""
    return [
        row
        for name, rows in tables.items()
        if name.startswith(domain)
        for row in rows
        if row["USUBJID"] == base.person
    ]


def drop(tables: Tables, domain: str, keep: Callable[[Row], bool]) -> None:
    for name in tables:
        if name.startswith(domain):
            tables[name] = [row for row in tables[name] if keep(row)]


def add(tables: Tables, domain: str, base: Base, **cells: Any) -> Row:
    """A row of the person as the domain's first row has it, with other cells."""
    like = next(iter(tables[domain]))
    sequence = {f"{domain}SEQ": 900.0 + len(tables[domain])} if f"{domain}SEQ" in like else {}
    row = {name: (None if isinstance(one, float) else "") for name, one in like.items()}
    row |= {"STUDYID": like.get("STUDYID"), "DOMAIN": domain, "USUBJID": base.person}
    tables[domain].append({**row, **sequence, **cells})
    return tables[domain][-1]


def day(base: Base, back: int) -> str:
    return (base.as_of - timedelta(days=back)).isoformat()


def event(base: Base, **cells: Any) -> dict[str, Any]:
    """A mild event that goes on, begun a week ago."""
    return {
        "AETERM": "SEPSIS", "AEDECOD": "Sepsis", "AESEV": "MILD", "AESER": "N",
        "AEOUT": "NOT RECOVERED/NOT RESOLVED", "AESTDTC": day(base, 7), **cells,
    }  # fmt: skip


def with_event(**cells: Any) -> Callable[[Tables, Base], None]:
    def edit(tables: Tables, base: Base) -> None:
        add(tables, "AE", base, **event(base, **cells))

    return edit


def adverse_events() -> Iterator[Mutation]:
    for word in ("SEVERE", "severe", " Severe", "3", "Grade 3", "LIFE THREATENING", "4",
                 "life-threatening", "Life threatening", "FATAL", "5"):  # fmt: skip
        yield Mutation(name=f"ae: severity {word!r}", source=f"{CDISC_SEV}; {CTCAE}",
                       right=STOP,
                       edit=with_event(AESEV=word))  # fmt: skip
    for word in ("SEV", "VERY SEVERE", "???", "Schwer", "", "GRADE IV"):
        yield Mutation(name=f"ae: unknown severity {word!r}", source=f"{CDISC_SEV}: a word that"
                       " is none may be the gravest", right=STOP,
                       edit=with_event(AESEV=word))  # fmt: skip
    for word in ("Y", "y", "YES", "Yes", "1", "TRUE", "True", "T", " Y ", "U", "?", "J"):
        yield Mutation(name=f"ae: AESER {word!r}", source=f"{E2A}; {CDISC_NY}", right=STOP,
                       edit=with_event(AESER=word))  # fmt: skip
    for name in ("AESDTH", "AESHOSP", "AESLIFE", "AESDISAB", "AESCONG", "AESCAN", "AESOD",
                 "AESMIE"):  # fmt: skip
        for word in ("Y", "YES", "1", "y"):
            yield Mutation(name=f"ae: {name} {word!r}", source=f"{E2A}; {CDISC_NY}", right=STOP,
                           edit=with_event(**{name: word}))  # fmt: skip
    for word in ("FATAL", "Fatal", "fatal ", "DEATH", "Death", "DIED", "RESULTED IN DEATH"):
        yield Mutation(name=f"ae: outcome {word!r}", source=CDISC_OUT, right=STOP,
                       edit=with_event(AEOUT=word))  # fmt: skip
    for grade, word in (("4", "MILD"), ("3", "MILD"), ("5", "MODERATE"), ("GRADE 4", "MILD")):
        yield Mutation(name=f"ae: AETOXGR {grade} beside AESEV {word}", source=f"{CTCAE}; the"
                       " graver of two statements counts", right=STOP,
                       edit=with_event(AETOXGR=grade, AESEV=word))  # fmt: skip
    yield from _event_days()


def _event_days() -> Iterator[Mutation]:
    for text in ("14/05/2026", "05/14/2026", "2026-13-40", "May 2026", "", "26-05-14", "2026",
                 "2026-05", "20260514", "2026-02-30", "14MAY2026", "46000"):  # fmt: skip
        yield Mutation(name=f"ae: severe, begun {text!r}", source=DTC, right=STOP,
                       edit=with_event(AESEV="SEVERE", AESTDTC=text))  # fmt: skip
    for text in ("2026-0519", "gestern", "19/05/2026", "2026-05-32"):
        yield Mutation(name=f"ae: severe, ended {text!r}", source=DTC, right=STOP,
                       edit=with_event(AESEV="SEVERE", AEENDTC=text))  # fmt: skip

    def ahead(tables: Tables, base: Base) -> None:
        add(tables, "AE", base, **event(base, AESEV="SEVERE", AESTDTC=day(base, -25)))

    def later(tables: Tables, base: Base) -> None:
        cells = event(base, AESEV="SEVERE", AEENDTC=day(base, -3))
        add(tables, "AE", base, **cells)

    def backward(tables: Tables, base: Base) -> None:
        cells = event(base, AESEV="SEVERE", AEENDTC=day(base, 30))
        add(tables, "AE", base, **cells)

    def fatal_ended(tables: Tables, base: Base) -> None:
        add(tables, "AE", base, **event(base, AEOUT="FATAL", AEENDTC=day(base, 3)))

    yield Mutation(name="ae: severe, begun after today", source=f"{DTC}; a day to come is an"
                   " error of the date, not of the event", right=DOUBT, edit=ahead)  # fmt: skip
    yield Mutation(name="ae: severe, ends after the day", source=DTC, right=STOP, edit=later)
    yield Mutation(name="ae: severe, ended before it began", source=f"{DTC}; both cannot be"
                   " true", right=DOUBT, edit=backward)  # fmt: skip
    yield Mutation(name="ae: fatal, with an end", source=CDISC_OUT, right=STOP,
                   edit=fatal_ended)  # fmt: skip


def disposition(code: str, **cells: Any) -> Callable[[Tables, Base], None]:
    def edit(tables: Tables, base: Base) -> None:
        told = {"DSTERM": code, "DSDECOD": code, "DSCAT": "DISPOSITION EVENT"}
        add(tables, "DS", base, **{**told, "DSSTDTC": day(base, 4), **cells})

    return edit


def dispositions() -> Iterator[Mutation]:
    left = ("WITHDRAWAL BY SUBJECT", "Withdrawal by Subject", "WITHDRAWAL BY PARTICIPANT",
            "WITHDREW CONSENT", "Withdrew consent", "SUBJECT WITHDREW", "CONSENT WITHDRAWN",
            "WITHDRAWAL OF CONSENT", "WITHDRAWAL BY PARENT/GUARDIAN", "Withdrawn consent",
            "PATIENT WITHDREW CONSENT")  # fmt: skip
    for code in left:
        for kind in ("DISPOSITION EVENT", "PROTOCOL MILESTONE", ""):
            yield Mutation(name=f"ds: {code}, category {kind!r}", source=NCOMPLT, right=STOP,
                           edit=disposition(code, DSCAT=kind))  # fmt: skip
    for code in ("DEATH", "Death", "Dead", "DIED", "FATAL"):
        for kind in ("DISPOSITION EVENT", "OTHER EVENT", ""):
            yield Mutation(name=f"ds: {code}, category {kind!r}", source=DEATH, right=STOP,
                           edit=disposition(code, DSCAT=kind))  # fmt: skip
    for code in ("ADVERSE EVENT", "PHYSICIAN DECISION", "PROTOCOL DEVIATION", "PREGNANCY",
                 "LACK OF EFFICACY", "STUDY TERMINATED BY SPONSOR", "Lost to follow-up",
                 "LOST TO FOLLOW-UP", "NON-COMPLIANCE WITH STUDY DRUG"):  # fmt: skip
        for kind in ("DISPOSITION EVENT", ""):
            yield Mutation(name=f"ds: {code}, category {kind!r}", source=NCOMPLT, right=STOP,
                           edit=disposition(code, DSCAT=kind))  # fmt: skip
    for text in ("21/05/2026", "", "2026-05", "2026", "May", "2026-99-99", "2027-05-21"):
        yield Mutation(name=f"ds: withdrew on {text!r}", source=f"{NCOMPLT}; {DTC}",
                       right=DOUBT,
                       edit=disposition("WITHDRAWAL BY SUBJECT", DSSTDTC=text))  # fmt: skip
    yield Mutation(name="ds: DSDECOD blank, DSTERM withdrew", source=NCOMPLT, right=STOP,
                   edit=disposition("", DSTERM="SUBJECT WITHDREW CONSENT"))  # fmt: skip
    yield Mutation(name="ds: DSDECOD OTHER, DSTERM died", source=DEATH, right=STOP,
                   edit=disposition("OTHER", DSTERM="DEATH OF SUBJECT"))  # fmt: skip


def of_person(domain: str, **cells: Any) -> Callable[[Tables, Base], None]:
    """Every row of the person in a domain with other cells."""

    def edit(tables: Tables, base: Base) -> None:
        for row in of(tables, domain, base):
            row.update(cells)

    return edit


def demographics() -> Iterator[Mutation]:
    for word in ("Y", "YES", "y", "1", "TRUE", "U"):
        yield Mutation(name=f"dm: DTHFL {word!r}", source=f"{DEATH}; {CDISC_NY}", right=STOP,
                       edit=of_person("DM", DTHFL=word))  # fmt: skip
    for text in ("2026-05-20", "2026-05", "20/05/2026", "2027-05-20", "unknown"):
        yield Mutation(name=f"dm: DTHDTC {text!r}", source=f"{DEATH}; {DTC}", right=STOP,
                       edit=of_person("DM", DTHDTC=text))  # fmt: skip

    def no_consent(tables: Tables, base: Base) -> None:
        of_person("DM", RFICDTC="")(tables, base)
        drop(tables, "DS", lambda row: row["USUBJID"] != base.person
             or "CONSENT" not in row["DSDECOD"])  # fmt: skip

    def refused(code: str, term: str) -> Callable[[Tables, Base], None]:
        def edit(tables: Tables, base: Base) -> None:
            no_consent(tables, base)
            disposition(code, DSTERM=term, DSCAT="PROTOCOL MILESTONE")(tables, base)

        return edit

    yield Mutation(name="dm: no consent anywhere", source=CONSENT, right=STOP, edit=no_consent)
    for text in ("01/04/2026", "", "yes", "2026-14-01"):

        def unread(tables: Tables, base: Base, text: str = text) -> None:
            no_consent(tables, base)
            of_person("DM", RFICDTC=text)(tables, base)

        yield Mutation(name=f"dm: consent on {text!r} alone", source=f"{CONSENT}; {DTC}",
                       right=STOP, edit=unread)  # fmt: skip
    for code, term in (
        ("INFORMED CONSENT REFUSED", "REFUSED"),
        ("INFORMED CONSENT OBTAINED", "INFORMED CONSENT REFUSED"),
        ("INFORMED CONSENT OBTAINED", "CONSENT NOT OBTAINED"),
        ("INFORMED CONSENT DECLINED", "DECLINED"),
    ):
        yield Mutation(name=f"ds: {code}, told as {term!r}", source=CONSENT, right=STOP,
                       edit=refused(code, term))  # fmt: skip


def result(test: str, value: Any, **cells: Any) -> Callable[[Tables, Base], None]:
    """The person's last result of a test says something else."""

    def edit(tables: Tables, base: Base) -> None:
        rows = [row for row in of(tables, "LB", base) if row["LBTESTCD"] == test]
        last = max(rows, key=lambda row: row["LBDTC"])
        text = "" if value is None else str(value)
        number = float(value) if isinstance(value, int | float) else None
        last.update({"LBSTRESN": number, "LBSTRESC": text, "LBORRES": text, **cells})

    return edit


def laboratory() -> Iterator[Mutation]:
    grave = (("ALT", 250), ("ALT", 900), ("AST", 300), ("BILI", 90), ("CREAT", 700),
             ("K", 6.5), ("K", 7.5), ("K", 2.2), ("SODIUM", 157), ("SODIUM", 118), ("HGB", 70),
             ("HGB", 60), ("PLAT", 40), ("PLAT", 20), ("NEUT", 0.8), ("NEUT", 0.3),
             ("WBC", 1.5), ("WBC", 0.8))  # fmt: skip
    for test, value in grave:
        yield Mutation(name=f"lb: {test} {value}", source=CTCAE, right=STOP,
                       edit=result(test, value))  # fmt: skip
    for text in ("900.0 U/L", "> 900", ">900", "9e2", "900 H", "HIGH", "see report",
                 "haemolysed",
                 "1,900", "1.900,0", "++", "-99"):  # fmt: skip
        yield Mutation(name=f"lb: ALT as text {text!r}", right=STOP,
                       source=f"{CRITICAL}; SDTMIG 3.2, 6.3.3: LBSTRESN is a number",
                       edit=result("ALT", text, LBSTRESN=None))  # fmt: skip
    for test in ("ALT", "AST", "BILI", "CREAT", "K", "SODIUM", "HGB", "PLAT", "NEUT", "WBC"):
        yield Mutation(name=f"lb: {test} without a result", source=CRITICAL, right=STOP,
                       edit=result(test, None))  # fmt: skip
    for unit in ("furlong", "", "mol", "%", "mg"):
        yield Mutation(name=f"lb: ALT 900 in {unit!r}", source=UNIT, right=STOP,
                       edit=result("ALT", 900, LBSTRESU=unit, LBORRESU=unit))  # fmt: skip
    for code in ("SGPT", "ALAT", "1742-6", "alt", "Alt", "ALT (SGPT)", "A LT", "GPT", "ALT1"):
        yield Mutation(name=f"lb: ALT 900 as {code!r}", source=SYNONYM, right=DOUBT,
                       edit=result("ALT", 900, LBTESTCD=code))  # fmt: skip
    for word in ("HIGH HIGH", "CRITICAL", "HH", "PANIC", "ABNORMAL"):
        yield Mutation(name=f"lb: ALT 30 flagged {word!r}", source="CDISC CT, codelist NRIND"
                       " (C78736); the laboratory's flag contradicts its number", right=DOUBT,
                       edit=result("ALT", 30, LBNRIND=word))  # fmt: skip
    for high in (4000.0, None, 0.0, -1.0):
        yield Mutation(name=f"lb: ALT 900 with an upper limit of {high}", right=DOUBT,
                       source=f"{CRITICAL}; no laboratory has such a limit",
                       edit=result("ALT", 900, LBSTNRHI=high, LBORNRHI=high))  # fmt: skip
    for text in ("", "21/05/2026", "2026-05-99", "2026-05", "2027-05-21", "2025-05-21"):
        yield Mutation(name=f"lb: ALT 900 on {text!r}", source=DTC, right=DOUBT,
                       edit=result("ALT", 900, LBDTC=text))  # fmt: skip
    yield Mutation(name="lb: LBORRES 900 beside LBSTRESN 30", source="SDTMIG 3.2, 6.3.3: both"
                   " tell the same result", right=DOUBT,
                   edit=result("ALT", 30, LBORRES="900"))  # fmt: skip


def answer(code: str, value: Any, **cells: Any) -> Callable[[Tables, Base], None]:
    """The person's last answer to an item is another."""

    def edit(tables: Tables, base: Base) -> None:
        rows = [row for row in of(tables, "QS", base) if row["QSTESTCD"] == code]
        last = max(rows, key=lambda row: row["QSDTC"])
        number = float(value) if isinstance(value, int | float) else None
        text = "" if value is None else str(value)
        last.update({"QSSTRESN": number, "QSSTRESC": text, "QSORRES": text, **cells})

    return edit


def questionnaires() -> Iterator[Mutation]:
    for value in (1, 2, 3, 9, -1, None):
        yield Mutation(name=f"qs: item 9 = {value}", source=PHQ9, right=STOP,
                       edit=answer("PHQ909", value))  # fmt: skip
    for text in ("Nearly every day", "several days", "yes", "1,0", "LA6571-9", "NA", "refused"):
        yield Mutation(name=f"qs: item 9 = {text!r}", source=PHQ9, right=STOP,
                       edit=answer("PHQ909", text, QSSTRESN=None))  # fmt: skip
    for code in ("PHQ0109", "PHQ9-9", "PHQ9I9", "phq909", "44260-8", "PHQ-9 Item 9", "PHQ99"):
        yield Mutation(name=f"qs: item 9 = 3 as {code!r}", source=f"{PHQ9}; CDISC questionnaire"
                       " supplement PHQ-9; LOINC", right=DOUBT,
                       edit=answer("PHQ909", 3, QSTESTCD=code))  # fmt: skip
    for value in (20, 24, 27, 99):
        yield Mutation(name=f"qs: total {value}", source=PHQ_TOTAL, right=STOP,
                       edit=answer("PHQ9TOT", value))  # fmt: skip
    yield Mutation(name="qs: item 9 = 0 beside 'Nearly every day'", source=PHQ9, right=DOUBT,
                   edit=answer("PHQ909", 0, QSORRES="Nearly every day"))  # fmt: skip

    def left_out(tables: Tables, base: Base) -> None:
        last = max(row["QSDTC"] for row in of(tables, "QS", base))
        drop(tables, "QS", lambda row: (row["USUBJID"], row["QSTESTCD"], row["QSDTC"])
             != (base.person, "PHQ909", last))  # fmt: skip

    def not_done(tables: Tables, base: Base) -> None:
        late = day(base, 15)
        for row in of(tables, "QS", base):
            if row["QSDTC"] > late:
                row |= {"QSSTAT": "NOT DONE", "QSORRES": "", "QSSTRESC": "", "QSSTRESN": None}

    yield Mutation(name="qs: item 9 left out of the last sitting", source=PHQ9, right=STOP,
                   edit=left_out)  # fmt: skip
    yield Mutation(name="qs: not done for two weeks", source=WEEKLY, right=STOP, edit=not_done)


def assessments() -> Iterator[Mutation]:
    def stale(*domains: str) -> Callable[[Tables, Base], None]:
        def edit(tables: Tables, base: Base) -> None:
            late = day(base, 24)
            for name in domains:
                column = f"{name}STDTC" if name == "SV" else f"{name}DTC"
                drop(tables, name, lambda row, column=column: row["USUBJID"] != base.person
                     or row[column] <= late)  # fmt: skip

        return edit

    yield Mutation(name="weekly: no questionnaire for three weeks", source=WEEKLY, right=STOP,
                   edit=stale("QS"))  # fmt: skip
    yield Mutation(name="weekly: nobody saw the person for three weeks", source=WEEKLY,
                   right=STOP, edit=stale("LB", "SV", "VS"))  # fmt: skip

    def laboratory_not_done(tables: Tables, base: Base) -> None:
        stale("SV", "VS")(tables, base)
        late = day(base, 24)
        for row in of(tables, "LB", base):
            if row["LBDTC"] > late:
                row |= {"LBSTAT": "NOT DONE", "LBSTRESN": None, "LBSTRESC": "", "LBORRES": ""}

    yield Mutation(name="weekly: all laboratory tests not done", source=WEEKLY, right=STOP,
                   edit=laboratory_not_done)  # fmt: skip

    def planned(tables: Tables, base: Base) -> None:
        stale("LB", "VS")(tables, base)
        late = day(base, 24)
        for row in of(tables, "SV", base):
            if row["SVSTDTC"] > late:
                row |= {"SVOCCUR": "N"}

    yield Mutation(name="weekly: visits that did not occur", source=f"{WEEKLY}; SDTMIG 3.4:"
                   " SVOCCUR", right=STOP, edit=planned)  # fmt: skip


def exposures() -> Iterator[Mutation]:
    """A severe event of somebody whose doses cannot be read."""
    severe = with_event(AESEV="SEVERE")

    def both(other: Callable[[Tables, Base], None]) -> Callable[[Tables, Base], None]:
        def edit(tables: Tables, base: Base) -> None:
            severe(tables, base)
            other(tables, base)

        return edit

    def no_doses(tables: Tables, base: Base) -> None:
        drop(tables, "EX", lambda row: row["USUBJID"] != base.person)

    changes = {
        "no row of EX": no_doses,
        "EXOCCUR N everywhere": of_person("EX", EXOCCUR="N"),
        "EXSTDTC blank": of_person("EX", EXSTDTC=""),
        "EXSTDTC 09/04/2026": of_person("EX", EXSTDTC="09/04/2026"),
        "EXSTDTC after the event": of_person("EX", EXSTDTC="2026-05-24"),
        "EXSTDTC 2026": of_person("EX", EXSTDTC="2026"),
        "EXSTDTC a number": of_person("EX", EXSTDTC="46121"),
    }
    for name, change in changes.items():
        yield Mutation(name=f"ex: severe event, {name}", source=EXPOSURE, right=STOP,
                       edit=both(change))  # fmt: skip
