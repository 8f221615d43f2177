"""Grades that the source tells (LBTOXGR) against the results they stand beside.

Which version the source graded by is not always told, so a grade is doubted only where no
version of CTCAE gives it to this result, with or without symptoms.
"""

import polars as pl

from nanoward.base.findings import Finding, row_key
from nanoward.clearance.grading.grading import grade_results
from nanoward.clearance.grading.table_versions import rule_tables
from nanoward.clearance.sdtm.baselines import first_doses
from nanoward.clearance.sdtm.known_domains import Domains
from nanoward.clearance.sdtm.lab_results import results_of
from nanoward.clearance.sdtm.subject_domains import text


def reported_grades(domains: Domains) -> tuple[Finding, ...]:
    """A finding for each result whose told grade no version gives it."""
    lb = domains.get("LB")
    if lb is None or "LBTOXGR" not in lb.columns:
        return ()
    number = text(lb, "LBTOXGR").cast(pl.Float64, strict=False).cast(pl.Int64).abs()
    told = results_of(lb, first_doses(domains.get("EX"))).with_columns(
        lb.select(number.alias("told")), sequence=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    asked = told.filter(pl.col("told").is_not_null())
    if asked.is_empty():
        return ()
    given = pl.concat(
        [
            grade_results(asked, table, assume_symptoms=symptoms)
            for table in rule_tables().values()
            if table.name == "CTCAE"
            for symptoms in (False, True)
        ]
    ).filter(pl.col("term") != "")
    possible = given.group_by("sequence").agg(
        pl.col("grade").drop_nulls().unique(), open=pl.col("grade").is_null().any()
    )
    wrong = (
        asked.join(possible, on="sequence")
        .filter(~pl.col("open") & ~pl.col("told").is_in(pl.col("grade")))
        .sort("sequence")
    )
    numbers = lb["LBSEQ"].cast(pl.Float64).cast(pl.Int64) if "LBSEQ" in lb.columns else None
    return tuple(_finding(row, numbers) for row in wrong.iter_rows(named=True))


def _finding(row: dict[str, object], numbers: pl.Series | None) -> Finding:
    who = str(row["participant"])
    place = int(str(row["sequence"]))
    number = None if numbers is None else numbers[place]
    grades = row["grade"]
    known = ", ".join(str(one) for one in sorted(grades)) if isinstance(grades, list) else ""
    name = "" if number is None else f" {number}"
    return Finding(
        code="CLR-057",
        severity="warning",
        message=f"LB{name} of {who}: {row['test']} {row['value']} is told as grade"
        f" {row['told']}; by CTCAE it is {known}",
        next_step="Correct the grade, the result or its limits at the source.",
        column="LBTOXGR",
        subject=who,
        row=row_key(
            "sdtm.LB", USUBJID=who, **({"LBSEQ": number} if number is not None else {})
        ),
    )
