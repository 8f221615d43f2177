"""Grade laboratory results on plain files, without a programme."""

from collections.abc import Mapping

import polars as pl

from nanoward.base.findings import Finding
from nanoward.clearance import (
    earliest,
    grade_results,
    results_of,
    table_of_version,
    texts,
    unconverted_units,
)
from nanoward.flows.outcome import Outcome
from nanoward.ports.formats import Formats


def grade_files(
    formats: Formats,
    laboratory: Mapping[str, bytes],
    demographics: Mapping[str, bytes] | None = None,
    *,
    version: str = "5.0",
    assume_symptoms: bool = False,
) -> Outcome:
    """The grades of one or more LB files (by their names), with how many of each.

    demographics  DM files: the first dose (RFXSTDTC, else RFSTDTC) tells which result is the
                  baseline where none is flagged
    """
    table = table_of_version(version)
    lb, problems = _read(formats, "sdtm.LB", laboratory)
    dm, more = _read(formats, "sdtm.DM", demographics or {})
    results = results_of(lb, _first_doses(dm)) if dm.height else results_of(lb)
    grades = grade_results(results, table, assume_symptoms=assume_symptoms)
    rated = grades.filter(pl.col("term") != "")
    summary = (
        rated.group_by("term", "test")
        .agg(
            *((pl.col("grade") == grade).sum().alias(f"grade {grade}") for grade in range(5)),
            pl.col("grade").null_count().alias("not gradable"),
        )
        .sort("term", "test")
    )
    return Outcome(
        tables={"grades": grades, "summary": summary},
        findings=(*problems, *more, *unconverted_units(grades)),
        facts={
            "results": results.height,
            "graded": rated["grade"].count(),
            "not gradable": rated["grade"].null_count(),
            "tests without a rule": grades.filter(pl.col("term") == "")["test"].n_unique(),
            "table": f"{table.name} {table.version}",
            "citation": table.citation,
        },
        computed=1,
    )


def _read(
    formats: Formats, role: str, files: Mapping[str, bytes]
) -> tuple[pl.DataFrame, list[Finding]]:
    tables = [pl.DataFrame(schema={"USUBJID": pl.String})]
    findings: list[Finding] = []
    for name, content in files.items():
        reading = formats.read(role, name, content)
        tables.append(reading.table)
        findings += reading.findings
    return pl.concat(tables, how="diagonal_relaxed"), findings


def _first_doses(dm: pl.DataFrame) -> pl.DataFrame:
    told = texts(dm, "USUBJID", "RFXSTDTC", "RFSTDTC")
    return told.select(
        participant="USUBJID",
        first_dose=pl.coalesce(earliest("RFXSTDTC"), earliest("RFSTDTC")),
    ).drop_nulls()
