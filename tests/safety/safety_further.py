"""Further changes: acid and base, pregnancy, other domains, rows that contradict themselves."""

from collections.abc import Callable, Iterator
from typing import Any

from safety_mutations import (
    CTCAE,
    DEATH,
    DOUBT,
    E2A,
    STOP,
    Mutation,
    add,
    answer,
    day,
    of_person,
    result,
    with_event,
)
from safety_programme import Base, Tables

DAIDS = "DAIDS table 2.1 (July 2017), Bicarbonate, Low; CTCAE v5.0, Acidosis"
PREGNANT = "ICH M3(R2), 11.3; ICH E6(R2), 4.3: a pregnancy stops an investigational agent"
OTHER = "SDTMIG 3.4, 6.3 (DD, SS), 6.2 (CE, HO): a death or a stay stands where it is written"
BOTH = "SDTMIG 3.4, 4.5.1 (--STAT, --OCCUR): a row with a result or a severity tells one"
UNGRADED = "CTCAE v5.0 (NCI 2017) has no number for it; a value so far off is looked at"


def measured(code: str, value: Any, unit: str, low: float, high: float) -> Any:
    """A further result of today."""

    def edit(tables: Tables, base: Base) -> None:
        number = float(value) if isinstance(value, int | float) else None
        add(tables, "LB", base, LBTESTCD=code, LBTEST=code, LBORRES=str(value),
            LBSTRESC=str(value), LBSTRESN=number, LBORRESU=unit, LBSTRESU=unit, LBSTNRLO=low,
            LBSTNRHI=high, LBORNRLO=str(low), LBORNRHI=str(high),
            LBDTC=day(base, 0))  # fmt: skip

    return edit


def other_domain(name: str, **cells: Any) -> Callable[[Tables, Base], None]:
    """A table of another domain with one row of the person."""

    def edit(tables: Tables, base: Base) -> None:
        row = {"STUDYID": "S", "DOMAIN": name, "USUBJID": base.person, f"{name}SEQ": 1.0}
        tables[name] = [{**row, **cells}]

    return edit


def further() -> Iterator[Mutation]:
    for code, value, unit, low, high, source in (
        ("PH", 7.2, "", 7.35, 7.45, CTCAE),
        ("PH", 7.56, "", 7.35, 7.45, CTCAE),
        ("BICARB", 10, "mmol/L", 22, 29, DAIDS),
        ("BICARB", 6, "mEq/L", 22, 29, DAIDS),
        ("CO2", 7, "mmol/L", 23, 30, DAIDS),
        ("BICARB", 50, "mmol/L", 22, 29, CTCAE),
    ):
        yield Mutation(name=f"lb: {code} {value} {unit}".rstrip(), source=source, right=STOP,
                       edit=measured(code, value, unit, low, high))  # fmt: skip
    for words in ("POSITIVE", "Positive", "POS", "+", "PREGNANT", "INDETERMINATE"):
        yield Mutation(name=f"lb: HCG {words!r}", source=PREGNANT, right=STOP,
                       edit=measured("HCG", words, "", 0.0, 5.0))  # fmt: skip
    yield Mutation(name="lb: HCG 5000", source=PREGNANT, right=STOP,
                   edit=measured("HCG", 5000, "U/L", 0.0, 5.0))  # fmt: skip
    for code, value, unit, low, high in (
        ("LACTATE", 15, "mmol/L", 0.5, 2.2),
        ("GLUC", 40, "mmol/L", 3.9, 6.1),
        ("AMMONIA", 400, "umol/L", 10.0, 50.0),
        ("TROPONT", 5000, "ng/L", 0.0, 14.0),
    ):
        yield Mutation(name=f"lb: {code} {value}, which no rule grades", source=UNGRADED,
                       right=DOUBT, edit=measured(code, value, unit, low, high))  # fmt: skip
    for word in ("NOT DONE", "not done"):
        yield Mutation(name=f"lb: ALT 900 told as {word!r}", source=BOTH, right=STOP,
                       edit=result("ALT", 900, LBSTAT=word))  # fmt: skip
    yield Mutation(name="qs: item 9 = 2 told as NOT DONE", source=BOTH, right=STOP,
                   edit=answer("PHQ909", 2, QSSTAT="NOT DONE"))  # fmt: skip
    for word in ("N", "n", "NO"):
        yield Mutation(name=f"ae: severe, AEOCCUR {word!r}", source=f"{BOTH}; {E2A}",
                       right=STOP, edit=with_event(AESEV="SEVERE", AEOCCUR=word))  # fmt: skip
    yield Mutation(name="dm: a screen failure by ARM alone", source="SDTMIG 3.4, 5.2 (DM):"
                   " ARMCD SCRNFAIL", right=STOP,
                   edit=of_person("DM", ARMCD="SCRNFAIL", ARM="Screen Failure"))  # fmt: skip
    yield from _other_domains()


def _other_domains() -> Iterator[Mutation]:
    yield Mutation(name="dd: the cause of a death", source=f"{OTHER}; {DEATH}", right=STOP,
                   edit=other_domain("DD", DDTESTCD="PRCDTH", DDORRES="SEPSIS",
                                     DDSTRESC="SEPSIS", DDDTC="2026-05-20"))  # fmt: skip
    for word in ("DEAD", "Dead", "DIED"):
        yield Mutation(name=f"ss: survival status {word!r}", source=f"{OTHER}; {DEATH}",
                       right=STOP,
                       edit=other_domain("SS", SSTESTCD="SURVSTAT", SSORRES=word, SSSTRESC=word,
                                         SSDTC="2026-05-20"))  # fmt: skip
    for column, word in (("CESEV", "SEVERE"), ("CESER", "Y"), ("CETOXGR", "4"),
                         ("CEOUT", "FATAL")):  # fmt: skip
        yield Mutation(name=f"ce: {column} {word}", source=f"{OTHER}; {E2A}", right=STOP,
                       edit=other_domain("CE", CETERM="STROKE", CESTDTC="2026-05-20",
                                         **{column: word}))  # fmt: skip
    stay = other_domain("HO", HOTERM="HOSPITAL", HOSTDTC="2026-05-20")
    yield Mutation(name="ho: a stay in hospital", source=f"{OTHER}; {E2A}", right=STOP,
                   edit=stay)  # fmt: skip
    unknown = other_domain("ZZ", ZZTERM="COLLAPSED", ZZDTC="2026-05-20")
    yield Mutation(name="zz: a domain that nobody knows", right=DOUBT, edit=unknown,
                   source="SDTMIG 3.4, 2.6: what no rule reads may say anything")  # fmt: skip
