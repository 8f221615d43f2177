"""A person who is rightly cleared, as SDTM CSV: what the mutations of the doors start from."""

from collections.abc import Mapping
from datetime import date, timedelta

AS_OF = date(2026, 5, 25)
TODAY = date(2026, 11, 30)
FIRST = date(2026, 5, 4)
_LABS = (("ALT", "24", "U/L", "7", "40"), ("K", "4.6", "mmol/L", "3.5", "5.1"))
_HEADS = {
    "ae": "DOMAIN,USUBJID,AESEQ,AETERM,AESEV,AETOXGR,AESER,AEOUT,AESDTH,AESHOSP,AESTDTC,"
    "AEENDTC,AEDTC",
    "dm": "DOMAIN,USUBJID,RFSTDTC,RFXSTDTC,RFICDTC,DTHDTC,DTHFL,SEX,ARM",
    "ds": "DOMAIN,USUBJID,DSSEQ,DSTERM,DSDECOD,DSCAT,DSSTDTC",
    "ex": "DOMAIN,USUBJID,EXSEQ,EXTRT,EXDOSE,EXSTDTC,EXENDTC,EXOCCUR",
    "lb": "DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBTEST,LBORRES,LBORRESU,LBSTRESC,LBSTRESN,LBSTRESU,"
    "LBSTNRLO,LBSTNRHI,LBNRIND,LBSTAT,VISITNUM,LBDTC",
    "qs": "DOMAIN,USUBJID,QSSEQ,QSTESTCD,QSTEST,QSORRES,QSSTRESN,QSSTAT,VISITNUM,QSDTC",
    "sv": "DOMAIN,USUBJID,VISITNUM,SVSTDTC,SVOCCUR",
    "vs": "DOMAIN,USUBJID,VSSEQ,VSTESTCD,VSORRES,VSSTRESN,VSSTRESU,VSSTAT,VISITNUM,VSDTC",
}
Row = dict[str, str]
Tables = dict[str, list[Row]]


def _row(domain: str, *cells: str) -> Row:
    names = _HEADS[domain].split(",")
    return dict(zip(names, (domain.upper(), "P004", *cells), strict=True))


def cleared() -> Tables:
    """Four weekly visits up to AS_OF, one consent, one dose a week, nothing wrong."""
    tables: Tables = {name: [] for name in _HEADS}
    tables["dm"].append(
        _row("dm", "2026-05-04", "2026-05-04", "2026-04-27", "", "", "F", "High")
    )
    consent = ("INFORMED CONSENT OBTAINED",) * 2
    tables["ds"] += [
        _row("ds", "1", *consent, "PROTOCOL MILESTONE", "2026-04-27"),
        _row("ds", "2", "RANDOMIZED", "RANDOMIZED", "PROTOCOL MILESTONE", "2026-05-04"),
    ]
    rash = ("RASH", "MILD", "", "N", "RECOVERED/RESOLVED", "N", "N")
    tables["ae"].append(_row("ae", "1", *rash, "2026-05-06", "2026-05-08", ""))
    for week in range(4):
        _visit(tables, week, (FIRST + timedelta(weeks=week)).isoformat())
    return tables


def _visit(tables: Tables, week: int, day: str) -> None:
    visit = str(week + 1)
    tables["sv"].append(_row("sv", visit, day, ""))
    tables["ex"].append(_row("ex", visit, "AGENT", "1", day, day, ""))
    for number, (code, value, unit, low, high) in enumerate(_LABS, 1):
        both = (code, code, value, unit, value, value, unit, low, high)
        tables["lb"].append(_row("lb", f"{visit}{number}", *both, "", "", visit, day))
    tables["vs"].append(_row("vs", visit, "SYSBP", "118", "118", "mmHg", "", visit, day))
    for item in range(1, 10):
        answer = (f"PHQ90{item}", f"PHQ-9 Item {item}", "0", "0", "", visit, day)
        tables["qs"].append(_row("qs", f"{visit}{item}", *answer))


def as_csv(tables: Tables) -> Mapping[str, bytes]:
    """The domains as CSV files by name."""
    return {f"{name}.csv": _csv(name, rows) for name, rows in tables.items()}


def _csv(domain: str, rows: list[Row]) -> bytes:
    names = list(dict.fromkeys([*_HEADS[domain].split(","), *(n for row in rows for n in row)]))
    lines = [",".join(names), *(",".join(row.get(n, "") for n in names) for row in rows)]
    return ("\n".join(lines) + "\n").encode()
