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
    vital_results_of,
    vitals_of_version,
    with_corrected_calcium,
)
from nanoward.clearance.grading.admiral_compatible import admiral_compatible_grades
from nanoward.clearance.grading.ctcae_literal import literal_table
from nanoward.clearance.sdtm.baselines import first_doses
from nanoward.flows.clearance.read_sdtm import readings_of
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.formats import Formats

_LB, _DM, _VS, _EG = "sdtm.LB", "sdtm.DM", "sdtm.VS", "sdtm.EG"


def grade_files(
    formats: Formats,
    laboratory: Mapping[str, bytes],
    demographics: Mapping[str, bytes] | None = None,
    *,
    version: str = "5.0",
    assume_symptoms: bool = False,
    compat: str = "",
    vital_signs: Mapping[str, bytes] | None = None,
) -> Outcome:
    """The grades of one or more LB files or FHIR bundles, with how many of each.

    demographics  DM files: the first dose (RFXSTDTC, else RFSTDTC) tells which result is the
                  baseline where none is flagged
    vital_signs   VS files; those of a bundle are graded with it
    compat        "si" or "us": the grades that admiral gives for that set of units, instead
                  of our own (docs/explanation/grading-differences.md)
    """
    table = table_of_version(version)
    given, problems = read_parts(formats, _LB, laboratory)
    people, more = read_parts(formats, _DM, demographics or {})
    lb, dm = given[_LB], pl.concat([given[_DM], people[_DM]], how="diagonal_relaxed")
    dosed = _first_doses(dm) if dm.height else first_doses(given.get("sdtm.EX"))
    results = results_of(lb, dosed)
    if compat:
        grades = grade_results(results, table, assume_symptoms=assume_symptoms)
        grades = as_printed(grades, results, version, compat)
    else:
        corrected = with_corrected_calcium(results)
        grades = grade_results(corrected, table, assume_symptoms=assume_symptoms)
        signs, told = read_parts(formats, _VS, vital_signs or {})
        more += told
        grades = pl.concat([grades, _vital_grades(given, signs, dosed, version)])
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
            "table": f"{table.name} {table.version}{' as admiral reads it' if compat else ''}",
            "citation": table.citation,
        },
        computed=1,
    )


def _vital_grades(
    given: Mapping[str, pl.DataFrame],
    signs: Mapping[str, pl.DataFrame],
    first_doses: pl.DataFrame,
    version: str,
) -> pl.DataFrame:
    """Grades of vital signs, of a bundle or of files of their own; without those ungraded."""
    vs = pl.concat([given[_VS], signs[_VS]], how="diagonal_relaxed")
    results = vital_results_of(vs, given[_EG], first_doses)
    return grade_results(results, vitals_of_version(version)).filter(pl.col("term") != "")


def as_printed(
    grades: pl.DataFrame, results: pl.DataFrame, version: str, system: str
) -> pl.DataFrame:
    """The same rows with the grades of the compatibility mode."""
    base = results.with_row_index("row").select("row", "base", "base_unit", "base_state")
    rows = grades.join(
        results.with_row_index("row").select("participant", "sequence", "test", "row"),
        on=["participant", "sequence", "test"],
        how="left",
        maintain_order="left",
    ).join(base, on="row", how="left", maintain_order="left")
    same = pl.when(pl.col("base_unit").eq_missing(pl.col("unit"))).then("base")
    told = rows.with_columns(base=same).with_columns(
        change=100 * (pl.col("value") - pl.col("base")) / pl.col("base")
    )
    found = admiral_compatible_grades(told, literal_table(version), system=system)
    reason = pl.lit(f"as admiral reads CTCAE {version}")
    return grades.with_columns(found, reason=reason)


def read_parts(
    formats: Formats, role: str, files: Mapping[str, bytes]
) -> tuple[dict[str, pl.DataFrame], list[Finding]]:
    """Tables by role; LB, DM, VS and EG always, without rows where no file holds any."""
    nobody = pl.DataFrame(schema={"USUBJID": pl.String})
    parts = {name: [nobody] for name in (_LB, _DM, _VS, _EG)}
    findings: list[Finding] = []
    for name, content in files.items():
        for part, reading in readings_of(formats, name, content, role).items():
            parts.setdefault(part, []).append(reading.table)
            findings += reading.findings
    joined = {name: pl.concat(some, how="diagonal_relaxed") for name, some in parts.items()}
    return joined, findings


def _first_doses(dm: pl.DataFrame) -> pl.DataFrame:
    told = texts(dm, "USUBJID", "RFXSTDTC", "RFSTDTC")
    return told.select(
        participant="USUBJID",
        first_dose=pl.coalesce(earliest("RFXSTDTC"), earliest("RFSTDTC")),
        first_at=pl.coalesce("RFXSTDTC", "RFSTDTC"),
    ).drop_nulls()
