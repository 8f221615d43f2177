"""What SDTM tells of each person: doses, consents, how they left, when they were assessed."""

from collections.abc import Mapping

import polars as pl

from nanoward.clearance.sdtm.data_cutoff import earliest, latest

Domains = Mapping[str, pl.DataFrame]

CONSENTED = ("INFORMED CONSENT OBTAINED", "INFORMED CONSENT SIGNED", "RECONSENTED")
RANDOMISED = ("RANDOMIZED", "RANDOMISED", "RANDOMIZATION")
WITHDREW = ("WITHDRAWAL BY SUBJECT", "CONSENT WITHDRAWN", "WITHDRAWAL OF CONSENT")
# DSDECOD to standing; other disposition events end a person's part by the programme's act
LEAVING = {
    "COMPLETED": "completed",
    "DEATH": "died",
    "SCREEN FAILURE": "screened",
    "LOST TO FOLLOW-UP": "withdrawn",
    **dict.fromkeys(WITHDREW, "withdrawn"),
}
_BEFORE_TREATMENT = ("SCREENING", "RUN-IN", "SCREEN")


def text(table: pl.DataFrame, name: str) -> pl.Expr:
    """A column as trimmed text; null where it is blank or the table lacks it."""
    column = pl.col(name) if name in table.columns else pl.lit(None)
    return column.cast(pl.String).str.strip_chars().replace("", None).alias(name)


def texts(table: pl.DataFrame, *names: str) -> pl.DataFrame:
    """The named columns as trimmed text, absent ones null, with one row per row."""
    return table.with_columns(text(table, name) for name in names).select(names)


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
        texts(table, "USUBJID").select(participant="USUBJID") for table in domains.values()
    ]
    every = pl.concat([people.select("participant"), *others]).drop_nulls().unique()
    return (
        every.join(people, on="participant", how="left")
        .with_columns(pl.col("in_dm").fill_null(value=False))
        .sort("participant")
    )


def doses(ex: pl.DataFrame | None) -> pl.DataFrame:
    """participant, first_dose, last_dose: from EX, records of doses not given left out.

    A dose of 0 counts: it is how SDTM writes a placebo. An open interval counts by its start.
    """
    table = _empty() if ex is None else ex
    rows = texts(table, "USUBJID", "EXSTDTC", "EXENDTC", "EXOCCUR").filter(
        (pl.col("EXOCCUR").str.to_uppercase() != "N").fill_null(value=True)
    )
    return (
        rows.drop_nulls("USUBJID")
        .group_by(participant="USUBJID")
        .agg(
            first_dose=earliest("EXSTDTC").min(),
            last_dose=pl.max_horizontal(earliest("EXSTDTC"), earliest("EXENDTC")).max(),
        )
        .drop_nulls("first_dose")
        .sort("participant")
    )


def consents(domains: Domains) -> pl.DataFrame:
    """participant, signed: DM.RFICDTC and the consent milestones of DS, by person and day.

    A partial day counts from the last day that it may mean.
    """
    dm = texts(domains.get("DM", _empty()), "USUBJID", "RFICDTC")
    ds = texts(domains.get("DS", _empty()), "USUBJID", "DSDECOD", "DSSTDTC")
    told = ds.filter(pl.col("DSDECOD").str.to_uppercase().is_in(CONSENTED))
    return (
        pl.concat(
            [
                dm.select(participant="USUBJID", signed=latest("RFICDTC")),
                told.select(participant="USUBJID", signed=latest("DSSTDTC")),
            ]
        )
        .drop_nulls()
        .unique()
        .sort("participant", "signed")
    )


def dispositions(domains: Domains) -> pl.DataFrame:
    """participant, day, event (DSDECOD), standing: how people left, with deaths of DM.

    day  null where it cannot be read; completing an epoch before treatment is no leaving
    """
    ds = texts(
        domains.get("DS", _empty()), "USUBJID", "DSDECOD", "DSCAT", "DSSTDTC", "DSDTC", "EPOCH"
    ).with_columns(pl.col("DSDECOD", "DSCAT", "EPOCH").str.to_uppercase())
    left = ds.filter(
        (pl.col("DSCAT") == "DISPOSITION EVENT").fill_null(value=False)
        | pl.col("DSDECOD").is_in(list(LEAVING)).fill_null(value=False)
    ).filter(
        ~(
            (pl.col("DSDECOD") == "COMPLETED") & pl.col("EPOCH").is_in(_BEFORE_TREATMENT)
        ).fill_null(value=False)
    )
    dm = texts(domains.get("DM", _empty()), "USUBJID", "DTHDTC", "DTHFL")
    dead = dm.filter((pl.col("DTHFL") == "Y") | pl.col("DTHDTC").is_not_null())
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
            ]
        )
        .drop_nulls("participant")
        .unique()
        .sort("participant", "day", "event")
        .with_columns(standing=pl.col("event").replace_strict(LEAVING, default="recalled"))
    )


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


def assessments(domains: Domains) -> pl.DataFrame:
    """participant, day, kind: medical (LB, VS, EG, SV) or psychological (QS), each day once."""
    sources = (
        *(("LB", "LBDTC"), ("VS", "VSDTC"), ("EG", "EGDTC")),
        *(("SV", "SVSTDTC"), ("QS", "QSDTC")),
    )
    parts = [
        texts(domains[name], "USUBJID", column).select(
            participant="USUBJID",
            day=earliest(column),
            kind=pl.lit("psychological" if name == "QS" else "medical"),
        )
        for name, column in sources
        if name in domains
    ]
    none = pl.DataFrame(schema={"participant": pl.String, "day": pl.Date, "kind": pl.String})
    return pl.concat([none, *parts]).drop_nulls().unique().sort("participant", "day", "kind")


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
