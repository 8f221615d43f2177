"""Further changes: stops told elsewhere than in DS, absurd doses, words of ECGs."""

from collections.abc import Iterator
from typing import Any

from safety_mutations import DOUBT, STOP, Mutation, add, day, of, of_person, with_event
from safety_programme import Base, Tables

ACTION = "CDISC CT, codelist ACN (C66767): DRUG WITHDRAWN, DRUG INTERRUPTED; SDTMIG 3.4, 6.2"
ENDED = "SDTMIG 3.4, 5.2 (DM): RFENDTC, RFPENDTC are the end of the trial for the person"
DOSE = "SDTMIG 3.4, 6.1 (EX): EXDOSE; ICH E2A, II.B; an overdose is looked at"
ECG = "ICH E14, 2.3.4 and 3.2; SDTMIG 3.4, 6.3 (EG): EGSTRESC, EGCLSIG"
NOBODY = "SDTMIG 3.4, 4.1: USUBJID is required; a row about nobody may be about anybody"


def dosed(**cells: Any) -> Any:
    """The person's last dose of what is no placebo has these cells."""

    def edit(tables: Tables, base: Base) -> None:
        own = [row for row in of(tables, "EX", base) if row["EXTRT"] != "PLACEBO"]
        own[-1].update(cells)

    return edit


def electrocardiogram(words: str, **cells: Any) -> Any:
    """An interpretation of today, after a normal one."""

    def edit(tables: Tables, base: Base) -> None:
        row = {"STUDYID": "S", "DOMAIN": "EG", "USUBJID": base.person, "EGTESTCD": "INTP",
               "EGTEST": "Interpretation"}  # fmt: skip
        told = ((1.0, "NORMAL", day(base, 14), {}), (2.0, words, day(base, 0), cells))
        tables["EG"] = [
            {**row, "EGSEQ": number, "EGORRES": word, "EGSTRESC": word, "EGDTC": when, **more}
            for number, word, when, more in told
        ]

    return edit


def nobodys(domain: str, **cells: Any) -> Any:
    """A row of a domain that tells no subject."""

    def edit(tables: Tables, base: Base) -> None:
        add(tables, domain, base, **{**cells, "USUBJID": ""})

    return edit


def stops() -> Iterator[Mutation]:
    for word in ("DRUG WITHDRAWN", "Drug withdrawn", "DRUG_WITHDRAWN", "DRUG INTERRUPTED",
                 "Drug Interrupted", "WITHDRAWN", "STOPPED", "UNKNOWN", "???"):  # fmt: skip
        yield Mutation(name=f"ae: mild, action {word!r}, no ending", source=ACTION, right=STOP,
                       edit=with_event(AEACN=word))  # fmt: skip

    def over(tables: Tables, base: Base) -> None:
        cells = {"AEENDTC": day(base, 3), "AEOUT": "RECOVERED/RESOLVED"}
        with_event(AEACN="DRUG WITHDRAWN", **cells)(tables, base)

    yield Mutation(name="ae: over, action 'DRUG WITHDRAWN', no ending", source=ACTION,
                   right=STOP, edit=over)  # fmt: skip
    for name in ("RFENDTC", "RFPENDTC"):
        for text in (None, "2013", "??"):

            def ended(tables: Tables, base: Base, name: str = name,
                      text: str | None = text) -> None:  # fmt: skip
                of_person("DM", **{name: text or day(base, 2)})(tables, base)

            yield Mutation(name=f"dm: {name} {text or 'two days ago'}, no ending in DS",
                           source=ENDED, right=STOP, edit=ended)  # fmt: skip
    for amount in (-1.0, -99.0, 54_000.0, 1e12):
        yield Mutation(name=f"ex: a dose of {amount:g}", source=DOSE, right=STOP,
                       edit=dosed(EXDOSE=amount))  # fmt: skip
    yield Mutation(name="ex: a dose of 0 of the treatment", source=DOSE, right=DOUBT,
                   edit=dosed(EXDOSE=0.0))  # fmt: skip
    yield from _words()
    for domain, cells in (
        ("AE", {"AETERM": "SEPSIS", "AESEV": "SEVERE", "AESER": "Y"}),
        ("DS", {"DSDECOD": "DEATH", "DSTERM": "DEATH", "DSCAT": "DISPOSITION EVENT"}),
        ("LB", {"LBTESTCD": "ALT", "LBSTRESN": 900.0}),
    ):
        yield Mutation(name=f"{domain.lower()}: a grave row that tells no subject",
                       source=NOBODY, right=STOP, edit=nobodys(domain, **cells))  # fmt: skip


def _words() -> Iterator[Mutation]:
    for word in ("ABNORMAL, CLINICALLY SIGNIFICANT", "Abnormal, clinically significant",
                 "ABNORMAL CS", "VENTRICULAR TACHYCARDIA", "TORSADES DE POINTES",
                 "ACUTE MYOCARDIAL INFARCTION", "COMPLETE AV BLOCK"):  # fmt: skip
        yield Mutation(name=f"eg: {word!r}", source=ECG, right=STOP,
                       edit=electrocardiogram(word))  # fmt: skip
    for flag in ("Y", "YES", "U", "?"):
        yield Mutation(name=f"eg: 'ABNORMAL', EGCLSIG {flag!r}", source=ECG, right=STOP,
                       edit=electrocardiogram("ABNORMAL", EGCLSIG=flag))  # fmt: skip
    yield Mutation(name="eg: 'ABNORMAL' alone", source=ECG, right=DOUBT,
                   edit=electrocardiogram("ABNORMAL"))  # fmt: skip
