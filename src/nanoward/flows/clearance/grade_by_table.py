"""Grade results by a printed table, DAIDS or somebody's own; check a table against cases."""

import io
from collections.abc import Mapping
from typing import Any

import polars as pl

from nanoward.base.errors import InputError
from nanoward.base.units import ANALYTES, UnknownUnit, conversion
from nanoward.clearance import CTCAE_V4, doses, earliest, results_of
from nanoward.clearance.grading.admiral_compatible import admiral_compatible_grades
from nanoward.clearance.grading.custom_tables import RuleFile, table_of_criteria
from nanoward.clearance.grading.literal_rules import LiteralTable
from nanoward.clearance.sdtm.subject_domains import text
from nanoward.flows.clearance.grade_files import read_parts
from nanoward.flows.steps.step_outcome import Outcome
from nanoward.ports.formats import Formats

_ANALYTES = {
    **{test: rule.analyte for rule in CTCAE_V4.rules for test in rule.tests if rule.analyte},
    "CREAT": "creatinine",
    "BILI": "bilirubin",
    "BILDIR": "bilirubin",
    "HDL": "cholesterol",
    "LDL": "cholesterol",
}
_NUMBERS = {"AVAL": "value", "ANRLO": "low", "ANRHI": "high", "BASE": "base", "PCHG": "change"}
_TEXTS = {"TERM": "term", "AVALU": "unit", "BNRIND": "base_state", "SEX": "sex"}
_DAYS = {"BRTHDT": "birth", "ADT": "taken"}
_NEEDED = ("TERM", "AVAL", "AVALU", "direction", "expected_grade", "units")


class BadCasesError(InputError):
    """A table of cases with expected grades cannot be read."""

    code = "CLR-034"
    next_step = f"Give the columns {', '.join(_NEEDED)}; the others may be left out."


def grade_by_table(
    formats: Formats,
    laboratory: Mapping[str, bytes],
    people: Mapping[str, bytes] | None,
    rules: RuleFile,
    *,
    system: str,
) -> Outcome:
    """The grades of LB files or bundles, a row per result and term of its test.

    people  DM files: birth (BRTHDTC), sex, and the first dose
    system  "si" or "us": which of the table's limits; results in other units are converted
    """
    given, findings = read_parts(formats, "sdtm.LB", laboratory)
    told, more = read_parts(formats, "sdtm.DM", people or {})
    dm = pl.concat([given["sdtm.DM"], told["sdtm.DM"]], how="diagonal_relaxed")
    results = results_of(given["sdtm.LB"], _first_doses(dm, given))
    rows = _with_terms(results.filter("blood"), rules).join(
        _births(dm), on="participant", how="left", maintain_order="left"
    )
    converted = _in_printed_units(rows, rules.table, system)
    state = pl.col("base_state").str.to_uppercase()
    facts = converted.with_columns(
        base_state=state, change=100 * (pl.col("value") - pl.col("base")) / pl.col("base")
    )
    grades = rows.select(
        *("participant", "sequence", "test", "taken", "value", "unit", "low", "high"),
        *("term", "direction"),
        admiral_compatible_grades(facts, rules.table, system=system),
        reason=pl.lit(f"{rules.table.name} {rules.table.version}".strip()),
    )
    return Outcome(
        tables={"grades": grades, "summary": _summary(grades)},
        findings=(*findings, *more),
        facts={
            "results": results.height,
            "graded": grades["grade"].count(),
            "not gradable": grades["grade"].null_count(),
            "tests without a rule": results.filter(~pl.col("test").is_in(list(rules.terms)))[
                "test"
            ].n_unique(),
            "table": f"{rules.table.name} {rules.table.version}".strip(),
            "citation": rules.table.citation,
        },
        computed=1,
    )


def _first_doses(dm: pl.DataFrame, given: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    told = dm.select(
        participant=text(dm, "USUBJID"),
        first_dose=pl.coalesce(_day(text(dm, "RFXSTDTC")), _day(text(dm, "RFSTDTC"))),
    ).drop_nulls()
    return told if told.height else doses(given.get("sdtm.EX"))


def _day(column: pl.Expr) -> pl.Expr:
    return column.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)


def _births(dm: pl.DataFrame) -> pl.DataFrame:
    """participant, sex, birth: BRTHDTC, else the day that lies AGE years before RFSTDTC."""
    years = text(dm, "AGE").cast(pl.Float64, strict=False).cast(pl.Int64)
    in_years = text(dm, "AGEU").str.to_uppercase().fill_null("YEARS") == "YEARS"
    start = _day(text(dm, "RFSTDTC"))
    rows = dm.select(
        text(dm, "BRTHDTC"),
        participant=text(dm, "USUBJID"),
        sex=text(dm, "SEX"),
        by_age=pl.when(in_years & (years >= 1)).then(
            pl.date(start.dt.year() - years, start.dt.month(), start.dt.day().clip(1, 28))
        ),
    )
    return (
        rows.select("participant", "sex", birth=pl.coalesce(earliest("BRTHDTC"), "by_age"))
        .drop_nulls("participant")
        .unique("participant", keep="first", maintain_order=True)
    )


def _with_terms(results: pl.DataFrame, rules: RuleFile) -> pl.DataFrame:
    """A row per result, term of its test, and direction that the table has for it."""
    pairs = [
        {"test": test, "term": term, "direction": direction}
        for test, terms in rules.terms.items()
        for term in terms
        for direction in ("low", "high")
        if (term.casefold(), direction) in rules.table.by_term
    ]
    kinds = {"test": pl.String, "term": pl.String, "direction": pl.String}
    fasting = pl.when(pl.col("fasting") & (pl.col("test") == "GLUC")).then(pl.lit("GLUCF"))
    asked = fasting.otherwise("test") if "GLUCF" in rules.terms else pl.col("test")
    return (
        results.with_columns(asked=asked)
        .join(
            pl.DataFrame(pairs, schema=kinds).rename({"test": "asked"}),
            on="asked",
            maintain_order="left",
        )
        .drop("asked")
    )


def _in_printed_units(rows: pl.DataFrame, table: LiteralTable, system: str) -> pl.DataFrame:
    """Values, limits and baselines in the first unit of the table that they can become."""
    asked = rows.select("term", "direction", "test", "unit", "base_unit").unique()
    known = [_printed_unit(row, table, system) for row in asked.iter_rows(named=True)]
    kinds = {"printed": pl.String, "by": pl.Float64, "base_by": pl.Float64}
    units = asked.hstack(pl.DataFrame(known, schema=kinds))
    joined = rows.join(
        units,
        on=["term", "direction", "test", "unit", "base_unit"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    by = pl.col("by").fill_null(1.0)
    return joined.with_columns(
        *(pl.col(name) * by for name in ("value", "low", "high")),
        base=pl.col("base") * pl.col("base_by"),
        unit=pl.coalesce("printed", "unit"),
    )


def _printed_unit(row: Mapping[str, Any], table: LiteralTable, system: str) -> dict[str, Any]:
    """The unit that a rule prints, and the factors into it; none where nothing fits."""
    analyte = ANALYTES.get(_ANALYTES.get(row["test"], ""))
    unit, base_unit = row["unit"] or "", row["base_unit"] or ""
    same = 1.0 if unit == base_unit else None
    for rule in table.by_term.get((row["term"].casefold(), row["direction"]), ()):
        if system not in rule.systems or not rule.unit:
            continue
        by, base_by = (conversion(one, rule.unit, analyte) for one in (unit, base_unit))
        if not isinstance(by, UnknownUnit):
            base = None if isinstance(base_by, UnknownUnit) else base_by
            return {"printed": rule.unit, "by": by, "base_by": base}
    if same is None:
        found = conversion(base_unit, unit, analyte)
        same = None if isinstance(found, UnknownUnit) else found
    return {"printed": None, "by": 1.0, "base_by": same}


def _summary(grades: pl.DataFrame) -> pl.DataFrame:
    return (
        grades.group_by("term", "test")
        .agg(
            *((pl.col("grade") == grade).sum().alias(f"grade {grade}") for grade in range(5)),
            pl.col("grade").null_count().alias("not gradable"),
        )
        .sort("term", "test")
    )


def check_cases(content: bytes, *, file: str, rules: RuleFile | None = None) -> Outcome:
    """How many cases have the grade that is expected, and those that have not.

    content  CSV in the columns of an ADLB with `expected_grade` (empty: none), `direction`
             (L, H), `units` (SI, US) and `criteria` ("CTCAE v5.0", "DAIDS 2.1")
    rules    grade every case by this table, whatever its criteria say
    """
    cases = _cases(content, file)
    parts = []
    for (criteria, system), group in cases.group_by("criteria", "system", maintain_order=True):
        table = rules.table if rules else table_of_criteria(str(criteria or ""))
        if table is None:
            raise BadCasesError(f"{criteria!r} names no table that is here", file=file)
        parts.append(
            group.with_columns(
                admiral_compatible_grades(group, table, system=str(system)).alias("grade")
            )
        )
    told = pl.concat(parts)
    right = pl.col("grade").eq_missing(pl.col("expected"))
    summary = told.group_by("criteria", "system").agg(
        cases=pl.len(), equal=right.sum(), expected_none=pl.col("expected").null_count()
    )
    return Outcome(
        tables={
            "summary": summary.sort("criteria", "system"),
            "different": told.filter(~right).sort("line"),
        },
        facts={"cases": told.height, "equal": told.select(right.sum()).item()},
        computed=1,
    )


def _cases(content: bytes, file: str) -> pl.DataFrame:
    try:
        raw = pl.read_csv(io.BytesIO(content), infer_schema_length=0)
    except pl.exceptions.PolarsError as fault:
        raise BadCasesError(f"is no CSV: {fault}", file=file) from None
    lacking = [name for name in _NEEDED if name not in raw.columns]
    if lacking:
        raise BadCasesError(f"there is no column {lacking[0]}", file=file)

    def column(name: str) -> pl.Expr:
        return pl.col(name) if name in raw.columns else pl.lit(None, dtype=pl.String)

    return raw.with_row_index("line", offset=2).select(
        "line",
        *(column(name).alias(new) for name, new in _TEXTS.items()),
        *(column(name).cast(pl.Float64, strict=False).alias(n) for name, n in _NUMBERS.items()),
        *(_day(column(name)).alias(new) for name, new in _DAYS.items()),
        criteria=column("criteria"),
        system=pl.col("units").str.to_lowercase(),
        direction=pl.col("direction").replace({"L": "low", "H": "high"}).str.to_lowercase(),
        expected=pl.col("expected_grade").cast(pl.Int64, strict=False),
    )
