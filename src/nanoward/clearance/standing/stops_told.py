"""Stops that are told somewhere else than in DS: each holds while no ending is on record.

An adverse event for which the treatment was withdrawn or interrupted (AEACN), an end of the
trial that only DM knows (RFENDTC, RFPENDTC), a dose that nobody can have meant, and a result
that a physician calls significant. Source: SDTMIG 3.4, 5.2 (DM), 6.1 (EX), 6.2 (AE), 6.3 (EG);
CDISC controlled terminology, codelist ACN (C66767).
"""

from collections.abc import Iterator
from datetime import timedelta

import polars as pl

from nanoward.base.findings import Finding
from nanoward.clearance.sdtm.adverse_events import goes_on
from nanoward.clearance.sdtm.data_cutoff import earliest, latest
from nanoward.clearance.sdtm.known_domains import Domains, answered_once
from nanoward.clearance.sdtm.subject_domains import dispositions, doses, texts
from nanoward.clearance.standing.doubtful_doses import doubtful_doses, zero_doses
from nanoward.clearance.standing.significant_results import significant_results
from nanoward.clearance.standing.standing_rules import (
    CLEARED,
    HELD,
    Result,
    result_intervals,
)

STOP_SCHEMA = {
    "participant": pl.String,
    "series": pl.String,
    "day": pl.Date,
    "level": pl.Int64,
    "told": pl.String,
    "code": pl.String,
    "column": pl.String,
}
_GOES_ON_GIVEN = (
    *("DOSE NOT CHANGED", "DOSE INCREASED", "DOSE REDUCED", "DOSE RATE REDUCED"),
    *("NOT APPLICABLE", "NA", "N A", "NONE", "NO ACTION", "NO ACTION TAKEN", "NO CHANGE"),
    *("UNCHANGED", "DOSE UNCHANGED"),
)
_FOR_A_WHILE = ("DRUG INTERRUPTED", "UNKNOWN", "NOT EVALUABLE")
_DM_ENDS = {"RFENDTC": "the trial ended for the person", "RFPENDTC": "participation ended"}
_NEXT_STEPS = {
    "CLR-075": "Record how the person left (DS), or correct the action taken",
    "CLR-076": "Record how the person left (DS), or empty the end in DM while it goes on",
    "CLR-077": "Correct the dose or its unit; a true one is an overdose to report",
    "CLR-078": "Let a physician see the person; a later result without the call ends the hold",
}


@answered_once
def stops_told(domains: Domains) -> pl.DataFrame:
    """Stops in the shape of STOP_SCHEMA; level CLEARED ends the stop of its series.

    domains  SDTM by two letters, as known by the day
    """
    rows = (
        *_actions(domains),
        *_ends(domains),
        *doubtful_doses(domains.get("EX")),
        *significant_results(domains),
    )
    return pl.DataFrame(rows, schema=STOP_SCHEMA, orient="row").drop_nulls("participant")


def stop_series(domains: Domains) -> dict[str, list[Result]]:
    """Results by person, for the rules of standings."""
    found: dict[str, list[Result]] = {}
    columns = ("participant", "series", "day", "level", "told")
    for who, series, day, level, told in stops_told(domains).select(columns).iter_rows():
        one = Result(series=series, day=day, level=level, told=told)
        found.setdefault(who, []).append(one)
    return found


def stop_findings(domains: Domains) -> Iterator[Finding]:
    """A warning for each stop that still stands and for each doubt, with its cause."""
    for who, results in stop_series(domains).items():
        standing = {one.told for one in result_intervals(results) if one.end is None}
        mine = stops_told(domains).filter(pl.col("participant") == who)
        for told, code, column, level in (
            mine.select("told", "code", "column", "level").unique(maintain_order=True).rows()
        ):
            if code and (level == CLEARED or told in standing):
                yield _finding(code, f"{who}: {told}", column, who)
    for told in zero_doses(domains.get("EX")):
        yield _finding("CLR-077", told, "EXDOSE", "")
    if _is_exposure_so_far(domains):
        words = "RFENDTC of everybody is the day of the last dose: taken as exposure so far"
        yield _finding("CLR-076", words, "RFENDTC", "")


def _finding(code: str, message: str, column: str, subject: str) -> Finding:
    return Finding(
        code=code,
        severity="warning",
        message=message,
        next_step=_NEXT_STEPS[code],
        column=column,
        subject=subject,
    )


_EVERYBODY = 3  # people and more, of whom an end of all is a habit of the export
_DAY = timedelta(days=1)
_Row = tuple[str | None, str, object, int, str, str | None, str]


def _actions(domains: Domains) -> Iterator[_Row]:
    """Events by whose action the treatment stopped: for good, or until the event is over.

    A word that stands in no codelist may mean that it stopped for good.
    """
    if "AE" not in domains or "AEACN" not in domains["AE"].columns:
        return
    names = ("USUBJID", "AETERM", "AEDECOD", "AEACN", "AESTDTC", "AEENDTC", "AEOUT")
    action = pl.col("AEACN").str.to_uppercase().str.replace_all(r"[^\pL\d]+", " ")
    rows = (
        texts(domains["AE"], *names, "AEENRF", "AEENRTPT")
        .with_columns(action=action.str.strip_chars())
        .filter(pl.col("action").is_not_null() & ~pl.col("action").is_in(_GOES_ON_GIVEN))
        .select(
            "AEACN",
            participant="USUBJID",
            term=pl.coalesce("AEDECOD", "AETERM", pl.lit("unnamed")).str.to_lowercase(),
            day=earliest("AESTDTC"),
            ended=pl.when(pl.col("action").is_in(_FOR_A_WHILE) & ~goes_on()).then(
                latest("AEENDTC")
            ),
        )
        .with_row_index("number")
    )
    left = dispositions(domains).select("participant", gone="day")
    after = (pl.col("gone") >= pl.col("day")).fill_null(value=True)
    settled = rows.join(left, on="participant").filter(after)["number"].implode()
    for row in rows.filter(~pl.col("number").is_in(settled)).iter_rows(named=True):
        who, series, ended = row["participant"], f"action {row['number']}", row["ended"]
        begun = row["day"] or ended
        told = (
            f"AEACN {row['AEACN']!r} for {row['term']}, from {row['day'] or 'an unknown day'}"
        )
        yield who, series, begun, HELD, told, "CLR-075", "AEACN"
        if ended is not None:
            yield who, series, ended + _DAY, CLEARED, "", None, "AEACN"


def _ends(domains: Domains) -> Iterator[_Row]:
    """Ends that DM tells of somebody of whom DS tells none; unreadable ones always hold."""
    if "DM" not in domains:
        return
    dm = texts(domains["DM"], "USUBJID", *_DM_ENDS).rename({"USUBJID": "participant"})
    open_ = dm.join(dispositions(domains), on="participant", how="anti")
    names = [*_DM_ENDS]
    if _is_exposure_so_far(domains):
        names.remove("RFENDTC")
    for name in names:
        told = open_.drop_nulls(name).select("participant", name, day=earliest(name))
        for who, written, day in told.iter_rows():
            words = f"{_DM_ENDS[name]} on {written} by DM, and no ending is in DS"
            yield who, name, day, HELD, words, "CLR-076", name


def _is_exposure_so_far(domains: Domains) -> bool:
    """Whether everybody who is dosed, three and more, has the last dose's day as RFENDTC.

    An export of a trial that goes on may fill it so (SDTMIG 3.4, 5.2); of a few it ends.
    """
    if "DM" not in domains:
        return False
    dm = texts(domains["DM"], "USUBJID", "RFENDTC").rename({"USUBJID": "participant"})
    dosed = dm.join(doses(domains.get("EX")), on="participant").join(
        dispositions(domains), on="participant", how="anti"
    )
    same = (earliest("RFENDTC") == pl.col("last_dose")).fill_null(value=False)
    return dosed.height >= _EVERYBODY and bool(dosed.select(same.all()).item())
