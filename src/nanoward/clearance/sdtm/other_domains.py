"""Domains beside the nine that rules read: those that tell a death or a grave event are read.

A death detail (DD) or a survival status (SS) tells a death that DS and DM may lack; a clinical
event (CE) that is told as grave, or an admission to hospital (HO), is an event like another.
What no rule reads is ignored by a declared list with its reason; all else is told. Source:
SDTMIG 3.4 and CDISC controlled terminology (SSTEST C124305: SURVSTAT).
"""

from collections.abc import Iterator, Mapping

import polars as pl

from nanoward.base.findings import Finding
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.subject_domains import text

READ = ("DD", "SS", "CE", "HO")
# domain to why no rule reads it
IGNORED: Mapping[str, str] = {
    **dict.fromkeys(
        ("TA", "TE", "TI", "TM", "TS", "TT", "TV", "TX", "TP", "TD", "OI", "DI", "DO", "RE"),
        "design of the trial, devices and relations: no subject's record",
    ),
    **dict.fromkeys(("CM", "PR", "AG", "EC", "SU", "ML"), "what else was given or taken"),
    **dict.fromkeys(("MH", "SC", "FH", "APMH", "SR"), "history, from before the trial"),
    **dict.fromkeys(("SE", "SM", "CO", "DV", "IE", "TR", "TU", "RS"), "no rule asks for it"),
    **dict.fromkeys(
        ("PC", "PP", "MB", "MS", "MI", "IS", "BE", "BS", "BM", "CP", "GF", "UR", "CV", "NV"),
        "measurements without a published grade",
    ),
    **dict.fromkeys(
        ("PE", "FA", "DA", "FT", "RP", "OE", "MK", "MO", "RE", "PF", "SK", "SZ", "XP"),
        "findings without a published grade",
    ),
    **dict.fromkeys(
        ("CL", "BW", "BG", "FW", "MA", "OM", "DT", "EO", "PM", "PA", "LA", "TF"), "of animals"
    ),
}
_DEAD = ("DEAD", "DIED", "DECEASED", "DEATH")
_EVENT = {
    "AETERM": ("TERM",),
    "AEDECOD": ("DECOD",),
    "AESEV": ("SEV",),
    "AETOXGR": ("TOXGR",),
    "AESER": ("SER",),
    "AEOUT": ("OUT",),
    "AESTDTC": ("STDTC", "DTC"),
    "AEENDTC": ("ENDTC",),
}


def with_other_domains(domains: Domains, others: Domains) -> dict[str, pl.DataFrame]:
    """The domains with deaths of DD and SS among DS, and grave events of CE and HO among AE.

    others  DD, SS, CE and HO, those that there are
    """
    tables = dict(domains)
    for name, rows in (
        *(("DS", _deaths(others[one], one)) for one in ("DD", "SS") if one in others),
        *(("AE", _events(others[one], one)) for one in ("CE", "HO") if one in others),
    ):
        if not rows.is_empty():
            parts = [tables[name], rows] if name in tables else [rows]
            tables[name] = pl.concat(parts, how="diagonal_relaxed")
    return tables


def _deaths(table: pl.DataFrame, domain: str) -> pl.DataFrame:
    """Rows of DS: every detail of a death tells one; a status tells it in so many words.

    The day of the record is no day of the death: it stands in DM or nowhere.
    """
    if domain == "SS":
        said = pl.any_horizontal(
            text(table, name).str.to_uppercase().is_in(_DEAD).fill_null(value=False)
            for name in ("SSSTRESC", "SSORRES")
        )
        table = table.filter(said)
    return table.select(
        text(table, "USUBJID"),
        pl.lit("DS").alias("DOMAIN"),
        pl.lit(f"DEATH, BY {domain}").alias("DSTERM"),
        pl.lit("DEATH").alias("DSDECOD"),
        pl.lit("DISPOSITION EVENT").alias("DSCAT"),
        pl.lit(None, dtype=pl.String).alias("DSSTDTC"),
        *_places(table),
    ).unique("USUBJID", keep="first", maintain_order=True)


def _events(table: pl.DataFrame, domain: str) -> pl.DataFrame:
    """Rows of AE: clinical events with severity, grade or flag, and every stay in hospital."""
    here = table.with_columns(
        pl.coalesce(*(text(table, f"{domain}{one}") for one in names)).alias(name)
        for name, names in _EVENT.items()
    )
    occurred = text(table, f"{domain}OCCUR").str.to_uppercase()
    kept = here.filter((occurred != "N").fill_null(value=True))
    hospital = domain == "HO"
    if not hospital:
        told = [pl.col(one).is_not_null() for one in ("AESEV", "AETOXGR", "AESER")]
        fatal = (pl.col("AEOUT").str.to_uppercase() == "FATAL").fill_null(value=False)
        kept = kept.filter(pl.any_horizontal(*told) | fatal)
    return kept.select(
        text(kept, "USUBJID"),
        pl.lit("AE").alias("DOMAIN"),
        *_EVENT,
        pl.lit("Y" if hospital else None, dtype=pl.String).alias("AESHOSP"),
        *_places(kept),
    )


def _places(table: pl.DataFrame) -> list[str]:
    return [name for name in ("file", "line") if name in table.columns]


def unread_domains(roles: Mapping[str, int], used: tuple[str, ...]) -> Iterator[Finding]:
    """A warning for each domain that no rule reads and no list ignores.

    roles  "sdtm.XX" to its number of rows
    used   domains that rules read
    """
    for role, rows in sorted(roles.items()):
        name = role.removeprefix("sdtm.")
        kind = name[:2]
        supplement = name.startswith(("SUPP", "RELREC", "REL", "SQ", "AP", "ADSL", "POOLDEF"))
        if not role.startswith("sdtm.") or supplement or kind in (*used, *READ, *IGNORED):
            continue
        yield Finding(
            code="CLR-073",
            severity="warning",
            message=f"no rule reads domain {name} ({rows} rows)",
            next_step="Move what decides into a domain that is read: docs/reference/files.md",
            subject=name,
        )
