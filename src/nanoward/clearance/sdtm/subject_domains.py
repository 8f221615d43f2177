"""What SDTM tells of each person: doses, consents, how they left, when they were assessed."""

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import earliest, latest, unplaced
from nanoward.clearance.sdtm.disposition_terms import (
    CONSENTED,
    ENDINGS,
    LEAVING,
    LEFT_OTHERWISE,
    RANDOMISED,
    REFUSED,
)
from nanoward.clearance.sdtm.known_domains import Domains, answered_once

_BEFORE_TREATMENT = ("SCREENING", "RUN-IN", "SCREEN")


def text(table: pl.DataFrame, name: str) -> pl.Expr:
    """A column as trimmed text; null where it is blank or the table lacks it."""
    column = pl.col(name) if name in table.columns else pl.lit(None)
    return column.cast(pl.String).str.strip_chars().replace("", None).alias(name)


def texts(table: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The named columns as trimmed text, absent ones null, with one row per row."""
    if not set(names) & set(table.columns):  # literals alone would make one row
        return table.with_columns(text(table, name) for name in names).select(names)
    return table.select(text(table, name) for name in names)


@answered_once
def participants(domains: Domains) -> pl.DataFrame:
    """Everybody named in any domain: participant, arm, in_dm, sorted by participant.

    The arm is the one assigned (ARM), null before randomisation or for screen failures.
    """
    dm = texts(domains.get("DM", _empty()), "USUBJID", "ARM", "ARMCD").drop_nulls("USUBJID")
    codes = pl.col("ARMCD").str.to_uppercase().is_in(["SCRNFAIL", "NOTASSGN", "NOTTRT"])
    people = dm.unique("USUBJID", keep="first", maintain_order=True).select(
        participant="USUBJID",
        arm=pl.when(~codes.fill_null(value=False)).then("ARM"),
        in_dm=pl.lit(value=True),
    )
    others = [
        table.get_column("USUBJID").cast(pl.String)
        for table in domains.values()
        if "USUBJID" in table.columns
    ]
    named = pl.concat([people.get_column("participant"), *others])
    every = texts(pl.DataFrame({"USUBJID": named}), "USUBJID").drop_nulls().unique()
    return (
        every.rename({"USUBJID": "participant"})
        .join(people, on="participant", how="left")
        .with_columns(pl.col("in_dm").fill_null(value=False))
        .sort("participant")
    )


def doses(ex: pl.DataFrame | None) -> pl.DataFrame:
    """participant, first_dose, last_dose: from EX, records of doses not given left out.

    A dose of 0 counts: it is how SDTM writes a placebo. An open interval counts by its start.
    A start that may be several days counts from the first of them.
    """
    return (
        given_doses(ex)
        .group_by(participant="USUBJID")
        .agg(
            first_dose=earliest("EXSTDTC").min(),
            last_dose=pl.max_horizontal(earliest("EXSTDTC"), earliest("EXENDTC")).max(),
        )
        .drop_nulls("first_dose")
        .sort("participant")
    )


def unplaced_doses(ex: pl.DataFrame | None) -> pl.DataFrame:
    """participant, told: a dose that was given on a day that cannot be read, as written."""
    rows = given_doses(ex).filter(unplaced("EXSTDTC") | pl.col("EXSTDTC").is_null())
    return (
        rows.select(participant="USUBJID", told=pl.col("EXSTDTC").fill_null("no day"))
        .unique(["participant"], keep="first", maintain_order=True)
        .sort("participant")
    )


def given_doses(ex: pl.DataFrame | None, *more: str) -> pl.DataFrame:
    """EX without what was not given: texts USUBJID, EXSTDTC, EXENDTC and more.

    An occurrence that cannot be read counts as given.
    """
    table = _empty() if ex is None else ex
    rows = texts(table, "USUBJID", "EXSTDTC", "EXENDTC", "EXOCCUR", "EXSTAT", *more)
    refused = (pl.col("EXOCCUR").str.to_uppercase() == "N") | (pl.col("EXSTAT") == "NOT DONE")
    return rows.filter(~refused.fill_null(value=False)).drop_nulls("USUBJID")


@answered_once
def consents(domains: Domains) -> pl.DataFrame:
    """participant, signed: DM.RFICDTC and the consent milestones of DS, by person and day.

    A partial day counts from the last day that it may mean; a day that may be several, far
    apart, shows no consent.
    """
    dm = texts(domains.get("DM", _empty()), "USUBJID", "RFICDTC")
    told = _milestones(domains, CONSENTED)
    return (
        pl.concat(
            [
                dm.filter(~unplaced("RFICDTC")).select(
                    participant="USUBJID", signed=latest("RFICDTC")
                ),
                told.filter(~unplaced("DSSTDTC")).select(
                    participant="USUBJID", signed=latest("DSSTDTC")
                ),
            ]
        )
        .drop_nulls()
        .unique()
        .sort("participant", "signed")
    )


@answered_once
def refusals(domains: Domains) -> pl.DataFrame:
    """participant, day, what: a consent refused or at its end; day null where unreadable."""
    told = _milestones(domains, REFUSED)
    days = told.select(
        participant="USUBJID",
        day=earliest("DSSTDTC"),
        what=pl.col("DSDECOD").str.to_lowercase(),
    )
    return days.unique().sort("participant", "day", "what")


@answered_once
def unplaced_consents(domains: Domains) -> pl.DataFrame:
    """participant, told: a consent whose day cannot be read, as written, without any other."""
    dm = texts(domains.get("DM", _empty()), "USUBJID", "RFICDTC")
    ds = _milestones(domains, CONSENTED)
    parts = [
        dm.filter(unplaced("RFICDTC")).select(participant="USUBJID", told="RFICDTC"),
        ds.filter(unplaced("DSSTDTC")).select(participant="USUBJID", told="DSSTDTC"),
    ]
    return (
        pl.concat(parts)
        .drop_nulls()
        .unique("participant", keep="first", maintain_order=True)
        .join(consents(domains), on="participant", how="anti")
        .sort("participant")
    )


def _milestones(domains: Domains, terms: tuple[str, ...]) -> pl.DataFrame:
    ds = texts(domains.get("DS", _empty()), "USUBJID", "DSDECOD", "DSSTDTC")
    return ds.filter(pl.col("DSDECOD").str.to_uppercase().is_in(terms)).drop_nulls("USUBJID")


@answered_once
def dispositions(domains: Domains) -> pl.DataFrame:
    """participant, day, event (DSDECOD), standing: how people left, with deaths of DM.

    day  null where it cannot be read; completing an epoch before treatment is no leaving
    Whoever DM alone calls a screen failure is one.
    """
    ds = texts(
        domains.get("DS", _empty()), "USUBJID", "DSDECOD", "DSCAT", "DSSTDTC", "DSDTC", "EPOCH"
    ).with_columns(pl.col("DSDECOD", "DSCAT", "EPOCH").str.to_uppercase())
    left = ds.filter(
        (pl.col("DSCAT") == "DISPOSITION EVENT").fill_null(value=False)
        | pl.col("DSDECOD").is_in(ENDINGS).fill_null(value=False)
    ).filter(
        ~(
            (pl.col("DSDECOD") == "COMPLETED") & pl.col("EPOCH").is_in(_BEFORE_TREATMENT)
        ).fill_null(value=False)
    )
    dm = texts(domains.get("DM", _empty()), "USUBJID", "DTHDTC", "DTHFL", "ARMCD", "ARM")
    failed = dm.filter(_is_screen_failure()).join(left, on="USUBJID", how="anti")
    dead = dm.filter(
        (pl.col("DTHFL").str.to_uppercase() == "Y") | pl.col("DTHDTC").is_not_null()
    )
    return (
        pl.concat(
            [
                left.select(
                    participant="USUBJID",
                    day=pl.coalesce(earliest("DSSTDTC"), earliest("DSDTC")),
                    event=pl.col("DSDECOD").fill_null("DISPOSITION EVENT"),
                ),
                dead.select(
                    participant="USUBJID", day=earliest("DTHDTC"), event=pl.lit("DEATH")
                ),
                failed.select(
                    participant="USUBJID",
                    day=pl.lit(None, dtype=pl.Date),
                    event=pl.lit("SCREEN FAILURE"),
                ),
            ]
        )
        .drop_nulls("participant")
        .unique()
        .sort("participant", "day", "event")
        .with_columns(standing=pl.col("event").replace_strict(LEAVING, default=LEFT_OTHERWISE))
    )


def _is_screen_failure() -> pl.Expr:
    code = pl.col("ARMCD").str.to_uppercase() == "SCRNFAIL"
    name = pl.col("ARM").str.to_uppercase().is_in(("SCREEN FAILURE", "SCREEN FAIL"))
    return (code | name).fill_null(value=False)


@answered_once
def randomised(domains: Domains) -> pl.DataFrame:
    """participant, day: the randomisation milestone of DS, the first of each person."""
    ds = texts(domains.get("DS", _empty()), "USUBJID", "DSDECOD", "DSSTDTC")
    return (
        ds.filter(pl.col("DSDECOD").str.to_uppercase().is_in(RANDOMISED))
        .group_by(participant="USUBJID")
        .agg(day=earliest("DSSTDTC").min())
        .drop_nulls()
        .sort("participant")
    )


@answered_once
def assessments(domains: Domains) -> pl.DataFrame:
    """participant, day, kind: medical (LB, VS, EG, SV) or psychological (QS), each day once.

    What was not done is none, and a day that may be several counts by the first.
    """
    sources = (
        *(("LB", "LBDTC"), ("VS", "VSDTC"), ("EG", "EGDTC")),
        *(("SV", "SVSTDTC"), ("QS", "QSDTC")),
    )
    parts = [
        _distinct(done(domains[name], name), "USUBJID", column).select(
            participant="USUBJID",
            day=earliest(column),
            kind=pl.lit("psychological" if name == "QS" else "medical"),
        )
        for name, column in sources
        if name in domains
    ]
    none = pl.DataFrame(schema={"participant": pl.String, "day": pl.Date, "kind": pl.String})
    return pl.concat([none, *parts]).drop_nulls().unique().sort("participant", "day", "kind")


def _distinct(table: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The named columns as trimmed text, each combination once."""
    here = [name for name in names if name in table.columns]
    return texts(table.select(here).unique() if here else table, *names)


def done(table: pl.DataFrame, domain: str, *, empty: bool = False) -> pl.DataFrame:
    """Rows of what was done: no NOT DONE (or another status), and no visit that was not made.

    empty  keep rows of findings without any result, which show nothing that was done either
    """
    here = set(table.columns)
    wrong = pl.lit(value=False)
    if f"{domain}STAT" in here:
        wrong = wrong | text(table, f"{domain}STAT").is_not_null()
    if f"{domain}OCCUR" in here:
        occurred = text(table, f"{domain}OCCUR").str.to_uppercase()
        wrong = wrong | (occurred != "Y").fill_null(value=False)
    results = [f"{domain}{name}" for name in ("STRESN", "STRESC", "ORRES")]
    if not empty and here & set(results):
        wrong = wrong | pl.all_horizontal(
            _is_blank(table, name) for name in results if name in here
        )
    return table.filter(~wrong)


def _is_blank(table: pl.DataFrame, name: str) -> pl.Expr:
    is_text = not table.schema[name].is_numeric()
    return text(table, name).is_null() if is_text else pl.col(name).is_null()


def scores(domains: Domains) -> pl.DataFrame:
    """participant, day, code, value: questionnaire results (QS), null where not answered."""
    qs = domains.get("QS", _empty())
    number = (
        pl.coalesce(text(qs, "QSSTRESN"), text(qs, "QSSTRESC"), text(qs, "QSORRES"))
        .cast(pl.Float64, strict=False)
        .alias("value")
    )
    rows = qs.select(text(qs, "USUBJID"), text(qs, "QSTESTCD"), text(qs, "QSDTC"), number)
    return (
        rows.select("value", participant="USUBJID", day=earliest("QSDTC"), code="QSTESTCD")
        .drop_nulls(["participant", "code"])
        .select("participant", "day", "code", "value")
        .sort("participant", "day", "code")
    )


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"USUBJID": pl.String})
