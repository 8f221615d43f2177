"""SDTM domains (CDISC Study Data Tabulation Model, SDTMIG 3.2): XPT, Parquet or CSV.

Names in capitals, blanks null, numbers as Float64, everything else as text; dates (--DTC) stay
text, because partial dates are for the room to judge.
"""

import io
import re
from pathlib import PurePosixPath

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.clinical.sdtm_values import in_standard_words, tell
from nanoward.adapters.formats.clinical.sdtm_variables import variables_used
from nanoward.adapters.formats.clinical.xpt import is_transport, read_transport
from nanoward.adapters.formats.problems import Remarks
from nanoward.adapters.formats.text.csv_table import Draft
from nanoward.adapters.formats.text.delimited_records import records_of
from nanoward.adapters.formats.text.own_columns import NO_NAMES, Names, under_our_names
from nanoward.adapters.formats.text.plain_text import text_of, unpacked
from nanoward.adapters.formats.values.identifiers import whole_numbers_as_text
from nanoward.adapters.formats.values.missing import without_marks
from nanoward.adapters.formats.values.numbers import THOUSANDS_POINT, read_numbers
from nanoward.ports.formats import ParsedTable

# Variables that the rounds rest on; a domain not named here needs USUBJID alone.
NEEDED: dict[str, tuple[str, ...]] = {
    "DM": ("USUBJID", "RFSTDTC", "ARM"),
    "DS": ("USUBJID", "DSDECOD", "DSSTDTC"),
    "AE": ("USUBJID", "AESEQ", "AETERM", "AESTDTC"),
    "EX": ("USUBJID", "EXTRT", "EXDOSE", "EXSTDTC"),
    "LB": ("USUBJID", "LBSEQ", "LBTESTCD", "LBSTRESN", "LBDTC"),
    "VS": ("USUBJID", "VSSEQ", "VSTESTCD", "VSSTRESN", "VSDTC"),
    "QS": ("USUBJID", "QSSEQ", "QSTESTCD", "QSDTC"),
    "SC": ("USUBJID", "SCTESTCD"),
    "SV": ("USUBJID", "VISITNUM", "SVSTDTC"),
    "CM": ("USUBJID", "CMTRT"),
    "MH": ("USUBJID", "MHTERM"),
    "SE": ("USUBJID", "ETCD"),
    "SUPP": ("USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL"),
}
# Variables without which nothing of a domain can be used, and what may stand in for each.
ESSENTIAL: dict[str, dict[str, tuple[str, ...]]] = {
    "DS": {"DSDECOD": ("DSTERM",)},
    "AE": {"AETERM": ("AEDECOD",)},
    "EX": {"EXSTDTC": ()},
    "LB": {"LBTESTCD": ("LBTEST",), "LBSTRESN": ("LBSTRESC", "LBORRES"), "LBDTC": ()},
    "VS": {"VSTESTCD": ("VSTEST",), "VSSTRESN": ("VSSTRESC", "VSORRES"), "VSDTC": ()},
    "QS": {"QSTESTCD": ("QSTEST",), "QSDTC": ()},
    "SV": {"SVSTDTC": ()},
}
_MOST_TIMES = 200  # of the upper limit: no result that somebody lived to give was more
# trial design, devices and organisms: no subjects (SDTMIG 3.4, SENDIG 3.1: TX)
_OF_THE_TRIAL = ("TA", "TE", "TI", "TS", "TV", "TD", "TM", "TX", "TT", "TP", "OI", "DI", "DO")
_RELATIONS = ("SUPP", "RELREC")  # their RDOMAIN names other domains
_NUMERIC = re.compile(
    r"(..(SEQ|STRESN|STNRLO|STNRHI|DY|STDY|ENDY|DOSE|DOSTOT|TPTNUM)|VISITNUM|VISITDY|AGE"
    r"|TAETORD|..(LLT|PT|HLT|HLGT|BDSY|SOC)CD)"
)


def read_domain(domain: str, path: str, content: bytes, names: Names = NO_NAMES) -> ParsedTable:
    """Read a domain ("DM", "LBCH" ...) in the format that the name or the content tells.

    names  our names of columns to those in the file, as somebody told (own_columns.py)
    """
    remarks = Remarks(path)
    frame, lines = _frame(path, content, remarks)
    frame = None if frame is None else under_our_names(frame, names, remarks)
    if frame is None or lines is None:
        return ParsedTable(table=_empty(domain), findings=remarks.findings())
    plain = _plain(_capitals(frame, remarks), lines, remarks)
    account = variables_used(domain, plain.columns, remarks)
    draft = Draft(in_standard_words(domain, plain, lines, remarks), lines, remarks)
    if _needs_subject(domain) and "USUBJID" not in draft.frame.columns:
        remarks.add(problems.NO_COLUMN, f"{domain} has no variable USUBJID", column="USUBJID")
        return ParsedTable(table=_empty(domain), findings=remarks.findings())
    if not draft.frame.height:
        remarks.add(problems.NO_ROWS, "there are no rows")
    _check_domain(draft, domain)
    _add_needed(draft, domain)
    _check_subjects(draft, domain)
    return ParsedTable(table=draft.table(), findings=remarks.findings(), account=account)


def _needs_subject(domain: str) -> bool:
    return domain not in _OF_THE_TRIAL and not domain.startswith(_RELATIONS)


def _needed(domain: str) -> tuple[str, ...]:
    if domain.startswith("SUPP"):
        return NEEDED["SUPP"]
    return NEEDED.get(domain[:2], ("USUBJID",)) if _needs_subject(domain) else ()


def _domain_variable(domain: str) -> str:
    return "RDOMAIN" if domain.startswith(_RELATIONS) else "DOMAIN"


def _empty(domain: str) -> pl.DataFrame:
    kinds = {name: _kind(name) for name in (_domain_variable(domain), *_needed(domain))}
    return pl.DataFrame(schema={**kinds, "line": pl.Int64()})


def _kind(name: str) -> pl.DataType:
    return pl.Float64() if _NUMERIC.fullmatch(name) else pl.String()


def _frame(
    path: str, content: bytes, remarks: Remarks
) -> tuple[pl.DataFrame | None, pl.Series | None]:
    """The file as a frame, and the line or row that each of its rows has there."""
    if not content:
        remarks.add(problems.EMPTY, "the file is empty")
        return None, None
    suffix = PurePosixPath(path.lower().removesuffix(".gz")).suffix
    if suffix in (".csv", ".tsv", ".txt"):
        return _from_csv(path, content, remarks)
    data, whole = unpacked(path, content, remarks)
    if not data:
        if whole:
            remarks.add(problems.EMPTY, "the file is empty")
        return None, None
    if suffix == ".xpt" or is_transport(data):
        frame = read_transport(data, remarks)
    elif suffix == ".parquet" or data.startswith(b"PAR1"):
        frame = _from_parquet(data, remarks)
    else:
        return _from_csv(path, content, remarks)
    if frame is None:
        return None, None
    return frame, pl.Series("line", range(1, frame.height + 1), dtype=pl.Int64)


def _from_csv(
    path: str, content: bytes, remarks: Remarks
) -> tuple[pl.DataFrame | None, pl.Series | None]:
    records = records_of(text_of(path, content, remarks), remarks)
    return (None, None) if records is None else (records.frame, records.lines)


def _from_parquet(data: bytes, remarks: Remarks) -> pl.DataFrame | None:
    if not data.startswith(b"PAR1"):
        remarks.add(problems.NOT_THIS_FORMAT, "this is no Parquet file")
        return None
    if not data.endswith(b"PAR1"):
        remarks.add(problems.UNREADABLE, "the Parquet file is cut short: its end is missing")
        return None
    try:
        return pl.read_parquet(io.BytesIO(data))
    except (Exception, pl.exceptions.PanicException):  # noqa: BLE001 - whatever polars says of it
        # its words hold numbers of threads, and the same file must give the same finding
        remarks.add(problems.UNREADABLE, "the Parquet file is damaged")
        return None


def _capitals(frame: pl.DataFrame, remarks: Remarks) -> pl.DataFrame:
    """Names in capitals; of two that become the same the first is used."""
    names: dict[str, str] = {}
    for name in frame.columns:
        upper = name.strip().upper()
        if upper in names:
            remarks.add(
                problems.TWICE_COLUMN, f"{name!r} is another {names[upper]!r}", column=name
            )
        elif upper:
            names[upper] = name
    return frame.select(pl.col(old).alias(new) for new, old in names.items())


def _plain(frame: pl.DataFrame, lines: pl.Series, remarks: Remarks) -> pl.DataFrame:
    """Text and numbers only, blanks null; a bound in a column of numbers becomes its text."""
    columns: dict[str, pl.Series] = {}
    tests = _tests_and_most(frame)
    for series in frame.get_columns():
        plain = _as_text_or_number(series)
        if plain is None:
            remarks.add(
                problems.COLUMN_KIND, f"the column holds {series.dtype}", column=series.name
            )
            continue
        read = _as_its_kind(plain, tests, lines, remarks)
        columns[plain.name] = read
        if plain.name.endswith("STRESN") and plain.dtype == pl.String:
            result = f"{plain.name[:2]}STRESC"
            unread = without_marks(plain).set(read.is_not_null(), None).alias(result)
            written = columns.get(result, frame[result] if result in frame.columns else None)
            if unread.null_count() < len(unread):
                columns[result] = _filled(written, unread)
    return pl.DataFrame([*columns.values()])


def _tests_and_most(frame: pl.DataFrame) -> pl.DataFrame:
    """The test of each row, and the largest result that its upper limit leaves thinkable."""
    upper = pl.col("LBSTNRHI") if "LBSTNRHI" in frame.columns else pl.lit(None)
    test = pl.col("LBTESTCD") if "LBTESTCD" in frame.columns else pl.lit("")
    return frame.select(
        test=test.cast(pl.String), most=upper.cast(pl.Float64, strict=False) * _MOST_TIMES
    )


def _filled(written: pl.Series | None, other: pl.Series) -> pl.Series:
    if written is None:
        return other
    if written.dtype != pl.String:
        return written
    return written.zip_with(written.is_not_null(), other).alias(written.name)


def _as_text_or_number(series: pl.Series) -> pl.Series | None:
    """Dates as ISO 8601 text, truth as Y and N; None for what is neither text nor number."""
    kind = series.dtype
    if kind.is_numeric():
        numbers = series.cast(pl.Float64, strict=False)
        return numbers.set(~numbers.is_finite(), None)
    if kind == pl.Boolean:
        return series.replace_strict({True: "Y", False: "N"}, return_dtype=pl.String)
    if kind == pl.Datetime:
        return series.dt.strftime("%Y-%m-%dT%H:%M:%S")
    if kind in (pl.String, pl.Categorical, pl.Enum, pl.Null, pl.Date):
        text = series.cast(pl.String).str.strip_chars()
        return text.set(text == "", None)
    return None


def _as_its_kind(
    series: pl.Series, tests: pl.DataFrame, lines: pl.Series, remarks: Remarks
) -> pl.Series:
    name = series.name
    if _NUMERIC.fullmatch(name):
        if series.dtype != pl.String:
            return series
        return _as_numbers(series, tests, lines, remarks)
    if series.dtype == pl.String:
        return series
    if series.null_count() == len(series):
        return series.cast(pl.String)
    if name.endswith("DTC"):
        remarks.add(problems.NO_DAY, f"{name} is a column of numbers", column=name)
        return series.cast(pl.String)
    return series


def _as_numbers(
    series: pl.Series, tests: pl.DataFrame, lines: pl.Series, remarks: Remarks
) -> pl.Series:
    plain = series.cast(pl.Float64, strict=False)
    sound = plain.null_count() == series.null_count() and plain.is_finite().all()
    if sound and not series.str.contains(THOUSANDS_POINT).any():
        return plain
    cells = without_marks(series)
    if series.name == "LBSTRESN":
        read = read_numbers(cells, tests["test"], tests["most"])
    else:  # decimals: nothing that decides is written there in thousands
        read = read_numbers(cells, most=pl.repeat(0.0, len(cells), eager=True))
    told = {one: f"{number:g}" for one, number in read.rewritten.items()}
    tell(cells, told, problems.OTHER_NUMBER, "was read as {}", lines, remarks)
    two = {one: f"{a:g} or {b:g}" for one, (a, b) in read.either.items()}
    tell(cells, two, problems.TWO_NUMBERS, "may be {}", lines, remarks)
    other = read.unread & ~cells.is_in([*two]).fill_null(value=False)
    for row in other.arg_true():
        remarks.add(
            problems.NOT_A_NUMBER,
            f"{cells[row][:40]!r} is not a number",
            line=lines[row],
            column=series.name,
        )
    return read.values.alias(series.name)


def _check_domain(draft: Draft, domain: str) -> None:
    """DOMAIN (RDOMAIN of supplements) against the name of the file; LBCH is a part of LB."""
    if domain == "RELREC":
        return
    variable, due = _domain_variable(domain), domain.removeprefix("SUPP")[:2]
    frame = draft.frame
    if variable not in frame.columns or frame[variable].dtype != pl.String:
        draft.remarks.add(
            problems.NO_DOMAIN, f"there is no variable {variable}", column=variable
        )
        draft.put(variable, pl.repeat(due, frame.height, dtype=pl.String, eager=True))
        return
    told = frame[variable]
    draft.together(told.is_null(), problems.NO_DOMAIN, f"without {variable}", column=variable)
    draft.put(variable, told.fill_null(due))
    for other in sorted(set(told.drop_nulls().unique()) - {due}):
        wrong = told == other
        draft.together(
            wrong,
            problems.OTHER_DOMAIN,
            f"of domain {other[:20]!r} in a file named for {domain}",
            column=variable,
        )
        draft.drop(wrong)


def _add_needed(draft: Draft, domain: str) -> None:
    """Variables that are read and absent, as null; told where nothing stands in for one."""
    essential = ESSENTIAL.get(domain[:2], {}) if _needs_subject(domain) else {}
    known = set(draft.frame.columns)
    for name in _needed(domain):
        if name in known:
            continue
        if name in essential and not known & set(essential[name]):
            remark = f"{domain} has no variable {name}"
            draft.remarks.add(problems.NO_VARIABLE, remark, column=name)
        none = pl.repeat(None, draft.frame.height, dtype=_kind(name), eager=True)
        draft.put(name, none)


def _check_subjects(draft: Draft, domain: str) -> None:
    """Every row belongs to a subject; DM has one row for each; --SEQ numbers the others."""
    if not _needs_subject(domain):
        return
    subjects = draft.frame["USUBJID"]
    if subjects.dtype != pl.String:
        draft.put("USUBJID", whole_numbers_as_text(subjects))
    draft.refuse(
        draft.frame["USUBJID"].is_null(),
        problems.NO_VALUE,
        "no subject is told",
        column="USUBJID",
    )
    if domain == "DM":
        again = draft.repeated(["USUBJID"])
        draft.refuse(
            again,
            problems.TWICE,
            "{} stands on an earlier row",
            column="USUBJID",
            subject="USUBJID",
        )
    number = f"{domain[:2]}SEQ"
    if number in draft.frame.columns:
        told = draft.frame[number].is_not_null()
        again = draft.repeated(["USUBJID", number]) & told
        draft.add_finding(
            again,
            problems.SAME_KEY,
            number + " {} stands on an earlier row of the subject",
            column=number,
            subject="USUBJID",
        )
