"""What was told of a person and could not be read: each holds, until it is corrected.

A consent whose day cannot be read is none; so is one that was refused after it. An ending that
no codelist has, a death flag that is no flag, a dose on a day that cannot be read and records
under a name that is almost the person's all hold, and say what they are.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from nanoward.base.identifiers import persons_meant
from nanoward.clearance.sdtm.disposition_terms import ENDINGS, MILESTONES
from nanoward.clearance.sdtm.known_domains import Domains, answered_once
from nanoward.clearance.sdtm.subject_domains import (
    participants,
    texts,
    unplaced_consents,
    unplaced_doses,
)

UNREAD = "UNREAD"  # DSDECOD of a row by which a reader holds somebody, DSTERM tells why


@answered_once
def unread_facts(domains: Domains) -> pl.DataFrame:
    """participant, told: a row for each thing that holds the person while it stands so."""
    rows = [
        *(
            (who, f"the day of the consent cannot be read ({told})")
            for who, told in unplaced_consents(domains).iter_rows()
        ),
        *(
            (who, f"a dose was given on a day that cannot be read ({told})")
            for who, told in unplaced_doses(domains.get("EX")).iter_rows()
        ),
        *_endings(domains),
        *_deaths(domains),
        *_near_names(domains),
    ]
    schema = {"participant": pl.String, "told": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").unique().sort("participant", "told")


def _endings(domains: Domains) -> Iterator[tuple[str, str]]:
    """Terms of DS that stand in no codelist, where no category says that they end nothing."""
    none = pl.DataFrame(schema={"USUBJID": pl.String})
    ds = texts(domains.get("DS", none), "USUBJID", "DSDECOD", "DSTERM", "DSCAT")
    ds = ds.with_columns(pl.col("DSDECOD", "DSCAT").str.to_uppercase())
    quiet = pl.col("DSCAT").is_in(("PROTOCOL MILESTONE", "OTHER EVENT", "DISPOSITION EVENT"))
    unknown = ds.filter(
        pl.col("DSDECOD").is_not_null()
        & ~pl.col("DSDECOD").is_in((*ENDINGS, *MILESTONES))
        & ~quiet.fill_null(value=False)
    )
    for who, term, words in unknown.select("USUBJID", "DSDECOD", "DSTERM").iter_rows():
        if who is not None and term == UNREAD and words:
            yield who, words
        elif who is not None:
            yield who, f"{term.lower()!r} in DS is no ending or milestone that is known"


def _deaths(domains: Domains) -> Iterator[tuple[str, str]]:
    none = pl.DataFrame(schema={"USUBJID": pl.String})
    dm = texts(domains.get("DM", none), "USUBJID", "DTHFL")
    odd = dm.filter(~pl.col("DTHFL").str.to_uppercase().is_in(("Y", "N", "NA")))
    for who, flag in odd.drop_nulls().iter_rows():
        yield who, f"whether the person died cannot be read (DTHFL {flag})"


def _near_names(domains: Domains) -> Iterator[tuple[str, str]]:
    for other, who in names_meant(domains).items():
        yield who, f"there are records of {other}, who is not in DM; is {who} meant?"


def names_meant(domains: Domains) -> Mapping[str, str]:
    """Somebody named outside DM to the one person of DM whose name is almost the same."""
    everybody = participants(domains)
    known = everybody.filter("in_dm")["participant"].to_list()
    unknown = everybody.filter(~pl.col("in_dm"))["participant"].to_list()
    return persons_meant(unknown, known) if unknown else {}
