"""SDTM values in the standard's own words: days, flags, terms, test codes; the rest is told.

What cannot be read stays as it is written: a room takes a word that is none of the codelist
for its gravest meaning, and a day that is none for any day. One finding for each cause and
variable of a file, with the lines.
"""

from collections.abc import Callable, Iterable, Mapping

import polars as pl

from nanoward.adapters.formats import problems
from nanoward.adapters.formats.problems import Problem, Remarks
from nanoward.adapters.formats.values.codelists import (
    CATEGORY,
    DISPOSITION,
    INDICATOR,
    OUTCOME,
    SEVERITY,
    SEX,
    STATUS,
)
from nanoward.adapters.formats.values.days import ISO, read_days
from nanoward.adapters.formats.values.flags import read_flags
from nanoward.adapters.formats.values.missing import without_marks
from nanoward.adapters.formats.values.numbers import bound_of
from nanoward.adapters.formats.values.terms import Codelist, Term, read_terms
from nanoward.adapters.formats.values.test_codes import (
    HEART,
    LABORATORY,
    VITAL_SIGNS,
    code_of,
    question_of,
)
from nanoward.clearance.sdtm.disposition_terms import MILESTONES

FLAGS: Mapping[str, tuple[str, ...]] = {
    "AE": (
        *("AESER", "AESCAN", "AESCONG", "AESDISAB", "AESDTH", "AESHOSP", "AESLIFE", "AESOD"),
        *("AESMIE", "AEOCCUR"),
    ),
    "DM": ("DTHFL",),
    "EX": ("EXOCCUR",),
    "SV": ("SVOCCUR",),
    "LB": ("LBBLFL", "LBLOBXFL", "LBFAST"),
    "VS": ("VSBLFL", "VSLOBXFL"),
    "EG": ("EGBLFL", "EGLOBXFL"),
}
TERMS: Mapping[str, Mapping[str, Codelist]] = {
    "AE": {"AESEV": SEVERITY, "AETOXGR": SEVERITY, "AEOUT": OUTCOME},
    "DM": {"SEX": SEX},
    "DS": {"DSDECOD": DISPOSITION, "DSCAT": CATEGORY},
    "LB": {"LBNRIND": INDICATOR, "LBSTAT": STATUS},
    "QS": {"QSSTAT": STATUS},
    "VS": {"VSSTAT": STATUS},
    "EG": {"EGSTAT": STATUS},
    "EX": {"EXSTAT": STATUS},
}
TESTS: Mapping[str, Callable[[str, str], Term]] = {
    "LB": lambda code, name: code_of(LABORATORY, code, name),
    "VS": lambda code, name: code_of(VITAL_SIGNS, code, name),
    "EG": lambda code, name: code_of(HEART, code, name),
    "QS": question_of,
}
_GRAVE_TERMS = ("DEATH", "CONSENT REFUSED", "WITHDRAWAL BY SUBJECT")
_BOUND = r"^\s*([<>=\u2264\u2265]|(?i:less|more|greater|below|above)\b)"
_MOST = 3  # values shown in one finding


def in_standard_words(
    domain: str, frame: pl.DataFrame, lines: pl.Series, remarks: Remarks
) -> pl.DataFrame:
    """The columns that decide something, in the words of the standard."""
    of = domain[:2]
    frame = _with_days(frame, lines, remarks)
    frame = _with_flags(frame, FLAGS.get(of, ()), lines, remarks)
    for name, codelist in TERMS.get(of, {}).items():
        if name in frame.columns and frame[name].dtype == pl.String:
            read, other = read_terms(frame[name], codelist)
            _tell_terms(frame[name], other, codelist, lines, remarks)
            frame = frame.with_columns(read.alias(name))
    if of == "DS":
        frame = _with_terms_as_reported(frame, lines, remarks)
    if of in TESTS:
        frame = _with_tests(of, _with_bounds(of, frame), lines, remarks)
    return frame


def _with_days(frame: pl.DataFrame, lines: pl.Series, remarks: Remarks) -> pl.DataFrame:
    for name in frame.columns:
        if not name.endswith("DTC") or frame[name].dtype != pl.String:
            continue
        cells = frame[name]
        if not cells.str.contains(ISO).fill_null(value=True).all():
            cells = without_marks(cells)
        found = read_days(cells)
        two = {text: day for text, day in found.meant.items() if "/" in day}
        sure = {
            text: day
            for text, day in found.meant.items()
            if text not in two and text.upper().replace(" ", "T") != day
        }
        tell(cells, sure, problems.OTHER_DAY, "was read as {}", lines, remarks)
        tell(cells, two, problems.TWO_DAYS, "may be any day of {}", lines, remarks)
        words = dict.fromkeys(found.unread, "")
        tell(cells, words, problems.UNREAD_DAY, "is no day (YYYY-MM-DD)", lines, remarks)
        frame = frame.with_columns(found.values.alias(name))
    return frame


def _with_flags(
    frame: pl.DataFrame, names: Iterable[str], lines: pl.Series, remarks: Remarks
) -> pl.DataFrame:
    for name in names:
        if name not in frame.columns:
            continue
        cells = frame[name]
        if cells.dtype != pl.String:
            cells = cells.cast(pl.Int64, strict=False).cast(pl.String)
        read, other, unread = read_flags(cells)
        tell(cells, other, problems.OTHER_WORD, "was read as {}", lines, remarks)
        words = dict.fromkeys(unread, "")
        tell(cells, words, problems.UNREAD_FLAG, "is neither Y nor N", lines, remarks)
        frame = frame.with_columns(read.alias(name))
    return frame


def _tell_terms(
    cells: pl.Series,
    other: Mapping[str, Term],
    codelist: Codelist,
    lines: pl.Series,
    remarks: Remarks,
) -> None:
    read = {text: term.meant for text, term in other.items() if term.meant}
    same = {text: meant for text, meant in read.items() if text.upper() != meant}
    near = {text: one for text, one in same.items() if other[text].how in ("near", "stem")}
    plain = {text: one for text, one in same.items() if text not in near}
    tell(cells, plain, problems.OTHER_WORD, "was read as {}", lines, remarks)
    tell(cells, near, problems.NEAR_TERM, "was read as {}", lines, remarks)
    rest = {
        text: f" (is {term.nearest} meant?)" if term.nearest else ""
        for text, term in other.items()
        if not term.meant
    }
    told = f"is no term of {codelist.name}" + "{}"
    tell(cells, rest, problems.UNKNOWN_TERM, told, lines, remarks)


def _with_terms_as_reported(
    frame: pl.DataFrame, lines: pl.Series, remarks: Remarks
) -> pl.DataFrame:
    """DSDECOD from DSTERM where it is empty, or where the words as reported are graver.

    A milestone whose words tell a refusal, a withdrawal or a death is that; so is any ending
    whose words tell a death.
    """
    if "DSTERM" not in frame.columns or frame["DSTERM"].dtype != pl.String:
        return frame
    if "DSDECOD" not in frame.columns or frame["DSDECOD"].dtype != pl.String:
        return frame
    terms = {text: DISPOSITION.read(text) for text in frame["DSTERM"].drop_nulls().unique()}
    meant = {text: one.meant or text.upper() for text, one in terms.items()}
    reported = frame["DSTERM"].replace(meant)
    decoded = frame["DSDECOD"]
    missing = decoded.is_null() & reported.is_not_null()
    milestone = decoded.is_in(MILESTONES)
    graver = (reported == "DEATH") & (decoded != "DEATH")
    graver |= milestone & reported.is_in(_GRAVE_TERMS) & (reported != decoded)
    graver = graver.fill_null(value=False)
    for where, what in (
        (missing, "rows have no DSDECOD; the words of DSTERM were taken"),
        (graver, "rows tell something graver in DSTERM than in DSDECOD; it was taken"),
    ):
        remarks.add_together(problems.GRAVER_TERM, what, lines.filter(where), column="DSTERM")
    return frame.with_columns(decoded.zip_with(~(missing | graver), reported).alias("DSDECOD"))


def _with_bounds(domain: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Results that are bounds in one way of writing: ">= 1,000" and "≥1000" are ">=1000"."""
    for name in (f"{domain}STRESC", f"{domain}ORRES"):
        if name in frame.columns and frame[name].dtype == pl.String:
            cells = frame[name]
            like = cells.filter(cells.str.contains(_BOUND))
            read = {text: bound_of(text) for text in like.unique()}
            words = {
                text: f"{one[0]}{one[1]!r}".removesuffix(".0")
                for text, one in read.items()
                if one
            }
            frame = frame.with_columns(cells.replace(words).alias(name)) if words else frame
    return frame


def _with_tests(
    domain: str, frame: pl.DataFrame, lines: pl.Series, remarks: Remarks
) -> pl.DataFrame:
    """--TESTCD by its code or its other spellings, else by its name."""
    name, called = f"{domain}TESTCD", f"{domain}TEST"
    if name not in frame.columns and called in frame.columns:
        frame = frame.with_columns(pl.col(called).alias(name))
    if name not in frame.columns or frame[name].dtype != pl.String:
        return frame
    words = (
        frame[called] if called in frame.columns else pl.Series(called, [None] * frame.height)
    )
    pairs = pl.DataFrame({"code": frame[name], "name": words.cast(pl.String)})
    read: dict[str, str] = {}
    unknown: dict[str, str] = {}
    for code, text in pairs.drop_nulls("code").unique(maintain_order=True).rows():
        if read.get(code):
            continue
        found = TESTS[domain](code, text or "")
        if found.meant:
            read[code] = found.meant
            unknown.pop(code, None)
        else:
            unknown[code] = ""
    changed = {code: meant for code, meant in read.items() if code != meant}
    cells = frame[name]
    named = {code: meant for code, meant in changed.items() if code.upper() != meant}
    tell(cells, named, problems.OTHER_WORD, "was read as {}", lines, remarks)
    if domain != "QS":  # questionnaires have codes of their own
        tell(cells, unknown, problems.UNKNOWN_TEST, "is no test known here", lines, remarks)
    capitals = {code: code.upper() for code in unknown if code != code.upper()}
    return frame.with_columns(cells.replace(changed | capitals).alias(name))


def tell(
    cells: pl.Series,
    meant: Mapping[str, str],
    problem: Problem,
    what: str,
    lines: pl.Series,
    remarks: Remarks,
) -> None:
    """One finding for all cells of a column that share a cause, with the first few values."""
    if not meant:
        return
    where = lines.filter(cells.is_in(list(meant)).fill_null(value=False)).sort()
    shown = "; ".join(
        f"{text[:40]!r} {what.format(day)}" for text, day in sorted(meant.items())[:_MOST]
    )
    more = f" and {len(meant) - _MOST} more values" if len(meant) > _MOST else ""
    rows = "1 row" if len(where) == 1 else f"{len(where)} rows"
    last = f", the last on line {where[-1]}" if len(where) > 1 else ""
    name = cells.name
    message = f"{rows}: {name} {shown}{more}{last}"
    remarks.add(problem, message, line=where[0] if len(where) else None, column=name)
