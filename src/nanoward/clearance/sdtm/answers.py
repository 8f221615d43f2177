"""Answers of questionnaires (SDTM QS) as numbers: every statement of a row is read.

A row tells an answer up to three times (QSSTRESN, QSSTRESC, QSORRES), as a number or in the
words of the questionnaire; of two that differ the graver counts. What is not understood is not
taken for "no".
"""

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import placed_day
from nanoward.clearance.sdtm.known_domains import Domains, answered_once
from nanoward.clearance.sdtm.subject_domains import text
from nanoward.maths.distinct_texts import by_distinct

# PHQ-9 and GAD-7: the four answers (Kroenke, Spitzer and Williams 2001), and plain yes and no
WORDS = {
    "NOT AT ALL": 0.0,
    "SEVERAL DAYS": 1.0,
    "MORE THAN HALF THE DAYS": 2.0,
    "MORE THAN HALF OF THE DAYS": 2.0,
    "NEARLY EVERY DAY": 3.0,
    "NO": 0.0,
    "N": 0.0,
    "NEVER": 0.0,
    "NONE": 0.0,
    "YES": 1.0,
    "Y": 1.0,
}
_STATEMENTS = ("QSSTRESN", "QSSTRESC", "QSORRES")


@answered_once
def answers(domains: Domains) -> pl.DataFrame:
    """participant, day, code, category, value, unread: what was asked and answered.

    day     null where it cannot be read
    value   the gravest number that the row states; null where it states none
    unread  a statement of the row that is neither a number nor a known answer, or that it was
            not done beside an answer; null for none
    """
    qs = _answered(domains)
    stated = qs.select(
        text(qs, "USUBJID"),
        text(qs, "QSTESTCD"),
        text(qs, "QSDTC"),
        text(qs, "QSCAT"),
        text(qs, "QSSTAT"),
        *(_told(qs, name) for name in _STATEMENTS),
    )
    kinds = stated.schema
    numbers = {name: _number(pl.col(name), kinds[name]) for name in _STATEMENTS}
    odd = [
        pl.when(pl.col(name).is_not_null() & number.is_null()).then(pl.col(name))
        for name, number in numbers.items()
        if kinds[name] == pl.String  # a number is always understood
    ]
    return stated.select(
        participant="USUBJID",
        day=placed_day("QSDTC"),
        code="QSTESTCD",
        category="QSCAT",
        value=pl.max_horizontal(*numbers.values()),
        unread=pl.coalesce(*odd, "QSSTAT"),
    ).drop_nulls(["participant", "code"])


@answered_once
def asked_codes(domains: Domains) -> pl.DataFrame:
    """code: of every answer in `answers`, each once."""
    qs = _answered(domains)
    codes = qs.select(text(qs, "USUBJID"), text(qs, "QSTESTCD")).unique().drop_nulls()
    return codes.select(code="QSTESTCD").unique()


def _answered(domains: Domains) -> pl.DataFrame:
    """QS without rows that were not done and answer nothing."""
    qs = domains.get("QS", pl.DataFrame(schema={"USUBJID": pl.String}))
    if not {"QSSTAT", "QSOCCUR"} & set(qs.columns):
        return qs
    answered = pl.any_horizontal(text(qs, name).is_not_null() for name in _STATEMENTS)
    occurred = text(qs, "QSOCCUR").str.to_uppercase()
    undone = text(qs, "QSSTAT").is_not_null() | (occurred != "Y").fill_null(value=False)
    return qs.filter(~undone | answered)


def _told(qs: pl.DataFrame, name: str) -> pl.Expr:
    """A column as trimmed text, or as the numbers that it holds."""
    is_number = name in qs.columns and qs.schema[name].is_numeric()
    return pl.col(name).cast(pl.Float64) if is_number else text(qs, name)


def _number(statement: pl.Expr, kind: pl.DataType) -> pl.Expr:
    return by_distinct(statement, _meaning, pl.Float64) if kind == pl.String else statement


def _meaning(statement: pl.Expr) -> pl.Expr:
    plain = statement.cast(pl.Float64, strict=False)
    words = statement.str.to_uppercase().str.strip_chars(" .")
    return pl.coalesce(
        plain, words.replace_strict(WORDS, default=None, return_dtype=pl.Float64)
    )
