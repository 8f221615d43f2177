"""The SDTM AE domain understood: partial dates, emergence, seriousness, contradictions."""

from collections.abc import Iterator

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.clearance.sdtm.data_cutoff import earliest, latest
from nanoward.clearance.sdtm.subject_domains import text

CRITERIA = {
    "AESCAN": "cancer",
    "AESCONG": "congenital anomaly",
    "AESDISAB": "disability",
    "AESDTH": "death",
    "AESHOSP": "hospital stay",
    "AESLIFE": "threat to life",
    "AESOD": "overdose",
    "AESMIE": "other medically important event",
}
_SEVERITY = {
    "MILD": "mild",
    "MODERATE": "moderate",
    "SEVERE": "severe",
    "LIFE THREATENING": "life-threatening",
    "LIFE-THREATENING": "life-threatening",
    "FATAL": "fatal",
    "1": "mild",
    "2": "moderate",
    "3": "severe",
    "4": "life-threatening",
    "5": "fatal",
}
_RANKED = ("mild", "moderate", "severe", "life-threatening", "fatal")
_OVER = ("RECOVERED/RESOLVED", "RECOVERED/RESOLVED WITH SEQUELAE", "UNKNOWN", "FATAL")
_ONGOING = ("ONGOING", "AFTER", "DURING/AFTER", "COINCIDENT")
_TEXT = (
    "USUBJID",
    "AETERM",
    "AEDECOD",
    "AEBODSYS",
    "AESEV",
    "AETOXGR",
    "AESER",
    "AEOUT",
    "AESTDTC",
    "AEENDTC",
    "AEOCCUR",
    "AEENRF",
    "AEENRTPT",
    *CRITERIA,
)


def understood_events(
    ae: pl.DataFrame, first_doses: pl.DataFrame
) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Events in the shape ADVERSE_EVENTS (with `told_serious`, the flag alone) and findings.

    An event is serious by its flag or by any single criterion (ICH E2A, section II.B).
    What is neither Y nor N is taken as Y. What is told not to have occurred is an event all
    the same where it has a severity, a grade or a raised flag. The graver of AESEV and AETOXGR
    counts; a fatal event never ends, nor does one that is told as ongoing or not recovered, or
    as ended before it began. It is treatment-emergent when it may have begun on or after the
    first dose: with a partial start the latest possible day counts, with none the event is
    taken as emergent, unless it surely ended before the first dose. Where no first dose can be
    read every event is.

    ae           SDTM AE; USUBJID at least
    first_doses  participant, first_dose (date)
    """
    rows = _typed(ae).join(first_doses, on="participant", how="left")
    begun = (pl.col("latest_start") >= pl.col("first_dose")).fill_null(value=True)
    over = (pl.col("latest_end") < pl.col("first_dose")).fill_null(value=False)
    rows = rows.with_columns(
        emergent=pl.col("first_dose").is_null() | (begun & ~over),
        serious=pl.col("flagged") | (pl.col("criteria").list.len() > 0),
    )
    table = rows.select(
        "participant",
        "sequence",
        "term",
        "started",
        "ended",
        "severity",
        "serious",
        "emergent",
        "body_system",
        "told_serious",
    )
    return table, tuple(_findings(rows))


def _typed(ae: pl.DataFrame) -> pl.DataFrame:
    sequence = pl.col("AESEQ") if "AESEQ" in ae.columns else pl.int_range(1, pl.len() + 1)
    texts = [text(ae, name) for name in _TEXT]
    met = [pl.when(_raised(c)).then(pl.lit(c)) for c in CRITERIA]
    fatal = (pl.col("AESDTH").str.to_uppercase() == "Y") | (
        pl.col("AEOUT").str.to_uppercase() == "FATAL"
    )
    fatal = fatal.fill_null(value=False)
    return (
        ae.select(sequence.cast(pl.Int64, strict=False).alias("sequence"), *texts)
        .filter((pl.col("AEOCCUR").str.to_uppercase() != "N").fill_null(value=True) | _grave())
        .select(
            "sequence",
            "AESER",
            "AESTDTC",
            "AEENDTC",
            participant="USUBJID",
            term=pl.coalesce("AEDECOD", "AETERM"),
            started=earliest("AESTDTC"),
            latest_start=latest("AESTDTC"),
            ended=pl.when(~fatal & ~goes_on()).then(latest("AEENDTC")),
            latest_end=latest("AEENDTC"),
            severity=pl.when(fatal).then(pl.lit("fatal")).otherwise(_severity()),
            told_serious=(pl.col("AESER").str.to_uppercase() == "Y").fill_null(value=False),
            flagged=_raised("AESER"),
            criteria=pl.concat_list(met).list.drop_nulls(),
            body_system="AEBODSYS",
        )
    )


def _grave() -> pl.Expr:
    """A severity, a grade or a raised flag: such a row tells an event in spite of AEOCCUR."""
    told = [pl.col(name).is_not_null() for name in ("AESEV", "AETOXGR")]
    return pl.any_horizontal(*told, *(_raised(name) for name in ("AESER", *CRITERIA)))


def _raised(name: str) -> pl.Expr:
    """A flag that is there and is no plain no."""
    return (~pl.col(name).str.to_uppercase().is_in(("N", "NA"))).fill_null(value=False)


def _severity() -> pl.Expr:
    """The graver of severity and grade; null where one of them cannot be read as a mild one."""
    ranks = {word: rank for rank, word in enumerate(_RANKED)}
    known = [
        pl.col(name).str.to_uppercase().replace_strict(_SEVERITY, default=None)
        for name in ("AESEV", "AETOXGR")
    ]
    worst = pl.max_horizontal(one.replace_strict(ranks, default=None) for one in known)
    unread = pl.any_horizontal(
        pl.col(name).is_not_null() & one.is_null()
        for name, one in zip(("AESEV", "AETOXGR"), known, strict=True)
    )
    grave = worst >= ranks["severe"]
    named = worst.replace_strict(
        {rank: word for word, rank in ranks.items()}, default=None, return_dtype=pl.String
    )
    return pl.when(~unread | grave).then(named)


def goes_on() -> pl.Expr:
    """Told as ongoing or not recovered beside an end, or an end that cannot be true."""
    ongoing = pl.any_horizontal(
        pl.col(name).str.to_uppercase().is_in(_ONGOING).fill_null(value=False)
        for name in ("AEENRF", "AEENRTPT")
    )
    backwards = (latest("AEENDTC") < earliest("AESTDTC")).fill_null(value=False)
    over = pl.col("AEOUT").str.to_uppercase().is_in(_OVER).fill_null(value=True)
    return ongoing | backwards | ~over


def _findings(rows: pl.DataFrame) -> Iterator[Finding]:
    for one in rows.filter((pl.col("criteria").list.len() > 0) & ~pl.col("flagged")).iter_rows(
        named=True
    ):
        why = ", ".join(CRITERIA[name] for name in one["criteria"])
        yield _finding(
            one,
            "CLR-010",
            "warning",
            f"{one['term']} is told as not serious but meets a criterion: {why}",
            "Taken as serious. Correct the flag or the criterion at the source.",
            "AESER",
        )
    for one in rows.filter(pl.col("started") != pl.col("latest_start")).iter_rows(named=True):
        yield _finding(
            one,
            "CLR-011",
            "note",
            f"{one['term']} began on a day of which only {one['AESTDTC']} is known",
            "The latest possible day decides whether it is treatment-emergent.",
            "AESTDTC",
        )
    for one in rows.filter(pl.col("started").is_null()).iter_rows(named=True):
        yield _finding(
            one,
            "CLR-012",
            "warning",
            f"{one['term']} has no start that can be read ({one['AESTDTC'] or 'empty'})",
            "Taken as treatment-emergent. Enter the start, or the year at least.",
            "AESTDTC",
        )
    ends_first = pl.col("latest_end") < pl.col("started")
    for one in rows.filter(ends_first).iter_rows(named=True):
        yield _finding(
            one,
            "CLR-013",
            "warning",
            f"{one['term']} ended ({one['AEENDTC']}) before it began ({one['AESTDTC']})",
            "Correct one of the two dates at the source.",
            "AEENDTC",
        )


def _finding(
    row: dict[str, object], code: str, severity: str, message: str, next_step: str, column: str
) -> Finding:
    number = "without a number" if row["sequence"] is None else row["sequence"]
    return Finding(
        code=code,
        severity="note" if severity == "note" else "warning",
        message=f"AE {number}: {message}",
        next_step=next_step,
        column=column,
        subject=str(row["participant"]),
        row=row_key("sdtm.AE", USUBJID=str(row["participant"]), AESEQ=_whole(row["sequence"])),
    )


def _whole(number: object) -> int | None:
    return number if isinstance(number, int) else None
