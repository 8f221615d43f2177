"""Results that a physician calls significant in words: they hold until a later one is not.

The reader of an electrocardiogram writes "ABNORMAL, CLINICALLY SIGNIFICANT" or the rhythm
itself (EGSTRESC), and whoever looks at any result may tick that it is significant (--CLSIG);
no table of grades knows of it. Source: SDTMIG 3.4, 6.3 (EG, --CLSIG); ICH E14, 2.3.4 and 3.2.
"""

from collections.abc import Iterator

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import placed_day
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import done, text
from nanoward.clearance.standing.standing_rules import CLEARED, HELD

_NOT = r"\b(NOT|NON|NO|WITHOUT)[ -]+(CLIN\w*[ -]+)?SIGNIF|INSIGNIF|\bNCS\b"
_SIGNIFICANT = r"\bSIGNIFICANT|\bCS\b"
_GRAVE = (
    r"TORSADE|ASYSTOL|VENTRICULAR (TACHYCARDIA|FIBRILLATION|FLUTTER)|FIBRILLATION, VENTRICULAR"
    r"|TACHYCARDIA, VENTRICULAR|(COMPLETE|3RD DEGREE|THIRD DEGREE) (AV|HEART|ATRIOVENTRICULAR)"
    r"|ACUTE (MYOCARDIAL|ST|ANTERIOR|INFERIOR|LATERAL|STEMI)|\bSTEMI\b|ST ELEVATION"
)
_SUPRA = r"SUPRAVENTRICULAR"
_DENIED = r"^(NO|WITHOUT)\b"
_COLUMNS = {"EG": ("EGCLSIG", "EGDTC"), "LB": ("LBCLSIG", "LBDTC"), "VS": ("VSCLSIG", "VSDTC")}


def significant_results(
    domains: Domains,
) -> Iterator[tuple[str, str, object, int, str, str | None, str]]:
    """participant, series, day, level, told, code, column: one for each result called so.

    A later result of the same test without the call ends it. An electrocardiogram that is
    abnormal, and nobody says how much that means, is told while it is the last.
    """
    for domain, (call, day) in _COLUMNS.items():
        if domain not in domains:
            continue
        if domain == "EG" or call in domains[domain].columns:  # nothing else speaks of it
            rows = _called(done(domains[domain], domain), domain, call, day)
            yield from _stops(rows, domain)


def _called(table: pl.DataFrame, domain: str, call: str, day: str) -> pl.DataFrame:
    said = pl.coalesce(text(table, f"{domain}STRESC"), text(table, f"{domain}ORRES"))
    said = said.str.to_uppercase()
    flag = text(table, call).str.to_uppercase()
    rows = table.select(
        text(table, "USUBJID"),
        text(table, f"{domain}TESTCD").alias("test").fill_null("?"),
        text(table, day).alias("written"),
        said=said,
        flagged=(~flag.is_in(("N", "NO", "NA"))).fill_null(value=False),
        quiet=flag.is_in(("N", "NO")).fill_null(value=False),
    )
    words = pl.col("said")
    denied = words.str.contains(_NOT)
    grave = words.str.contains(_GRAVE) & ~words.str.contains(_SUPRA)
    grave = grave & ~words.str.contains(_DENIED)
    by_words = (
        (grave | (words.str.contains(_SIGNIFICANT) & ~denied)) if domain == "EG" else False
    )
    abnormal = words.str.contains("ABNORM") & ~denied & ~pl.col("quiet")
    return rows.select(
        "USUBJID",
        "test",
        "said",
        day=placed_day("written"),
        significant=(pl.col("flagged") | by_words).fill_null(value=False),
        abnormal=(abnormal if domain == "EG" else pl.lit(value=False)).fill_null(value=False),
        column=pl.when("flagged").then(pl.lit(call)).otherwise(pl.lit(f"{domain}STRESC")),
    ).drop_nulls("USUBJID")


def _stops(
    rows: pl.DataFrame, domain: str
) -> Iterator[tuple[str, str, object, int, str, str | None, str]]:
    """Of tests of which any result was called, every day's."""
    told = rows.filter(pl.col("significant") | pl.col("abnormal")).select("USUBJID", "test")
    mine = rows.join(told.unique(), on=["USUBJID", "test"], how="semi", nulls_equal=True)
    last = (pl.col("day") == pl.col("day").max().over("USUBJID", "test")).fill_null(value=True)
    for one in mine.with_columns(last=last).sort("USUBJID", "day").iter_rows(named=True):
        words = (one["said"] or "a result").lower()[:60]
        what = f"{domain} {one['test']} {words} on {one['day'] or 'an unknown day'}"
        level, code = CLEARED, None
        if one["significant"]:
            level, code, what = HELD, "CLR-078", f"{what} is called significant"
        elif one["abnormal"] and one["last"]:
            code, what = "CLR-078", f"{what}, and nobody says how much that means"
        series = f"called {domain} {one['test']}"
        yield one["USUBJID"], series, one["day"], level, what, code, one["column"]
