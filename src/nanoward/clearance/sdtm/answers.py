"""Answers of questionnaires (SDTM QS) as numbers: every statement of a row is read.

A row tells an answer up to three times (QSSTRESN, QSSTRESC, QSORRES), as a number or in the
words of the questionnaire; of two that differ the graver counts. What is not understood is not
taken for "no".
"""

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import earliest, unplaced
from nanoward.clearance.sdtm.known_domains import Domains, answered_once
from nanoward.clearance.sdtm.subject_domains import text

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
    none = pl.DataFrame(schema={"USUBJID": pl.String})
    qs = domains.get("QS", none)
    undone = text(qs, "QSSTAT").alias("undone")
    answered = pl.any_horizontal(text(qs, name).is_not_null() for name in _STATEMENTS)
    occurred = text(qs, "QSOCCUR").str.to_uppercase()
    qs = qs.filter((undone.is_null() & (occurred == "Y").fill_null(value=True)) | answered)
    stated = qs.select(
        text(qs, "USUBJID"),
        text(qs, "QSTESTCD"),
        text(qs, "QSDTC"),
        text(qs, "QSCAT"),
        undone,
        *(text(qs, name) for name in _STATEMENTS),
    )
    numbers = {name: _number(pl.col(name)) for name in _STATEMENTS}
    odd = [
        pl.when(pl.col(name).is_not_null() & number.is_null()).then(pl.col(name))
        for name, number in numbers.items()
    ]
    return (
        stated.select(
            participant="USUBJID",
            day=pl.when(~unplaced("QSDTC")).then(earliest("QSDTC")),
            code="QSTESTCD",
            category="QSCAT",
            value=pl.max_horizontal(*numbers.values()),
            unread=pl.coalesce(*odd, "undone"),
        )
        .drop_nulls(["participant", "code"])
        .sort("participant", "day", "code")
    )


def _number(statement: pl.Expr) -> pl.Expr:
    plain = statement.cast(pl.Float64, strict=False)
    words = statement.str.to_uppercase().str.strip_chars(" .")
    return pl.coalesce(
        plain, words.replace_strict(WORDS, default=None, return_dtype=pl.Float64)
    )
