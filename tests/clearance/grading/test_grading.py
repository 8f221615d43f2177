"""Grading: by hand, by laws, against a second implementation, and on the pilot's cells."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.clearance import CTCAE_V4, CTCAE_V5, doses, grade_results, results_of
from nanoward.clearance.grading.grading import scale_for, unconverted_units
from nanoward.clearance.grading.rule_types import Rule, RuleTable, Scale, Step

ROOT = Path(__file__).parents[3]
PILOT = ROOT / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
SCHEMA = {
    "participant": pl.String,
    "sequence": pl.Int64,
    "test": pl.String,
    "taken": pl.Date,
    "value": pl.Float64,
    "unit": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "least": pl.Float64,
    "most": pl.Float64,
    "base": pl.Float64,
    "base_unit": pl.String,
    "base_state": pl.String,
    "at_baseline": pl.Boolean,
    "blood": pl.Boolean,
}


def load_oracle() -> ModuleType:
    path = ROOT / "tests" / "oracles" / "grading_oracle.py"
    spec = importlib.util.spec_from_file_location("grading_oracle", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ORACLE = load_oracle()


def result(test: str, value: float | None, unit: str | None, **more: Any) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(SCHEMA)
    row |= {"participant": "p", "sequence": 1, "test": test, "value": value, "unit": unit}
    row |= {"least": value, "most": value, "at_baseline": False, "blood": True}
    row |= {"base_unit": unit, "base_state": "normal"}
    return row | more


def graded(*rows: dict[str, Any], table: RuleTable = CTCAE_V5, **how: Any) -> pl.DataFrame:
    numbered = [row | {"sequence": place} for place, row in enumerate(rows)]
    return grade_results(pl.DataFrame(numbered, schema=SCHEMA), table, **how)


def grade(term: str, row: dict[str, Any], **how: Any) -> int | None:
    found: int | None = graded(row, **how).filter(pl.col("term") == term)["grade"].item()
    return found


ALT = "Alanine aminotransferase increased"


@pytest.mark.parametrize(
    ("value", "expected"), [(40, 0), (41, 1), (120, 1), (121, 2), (201, 3), (801, 4)]
)
def test_multiples_of_the_upper_limit_grade_a_person_with_a_normal_baseline(
    value: float, expected: int
) -> None:
    assert grade(ALT, result("ALT", value, "U/L", high=40.0, base=30.0)) == expected


@pytest.mark.parametrize(("value", "expected"), [(74, 0), (75, 1), (150, 1), (151, 2)])
def test_multiples_of_baseline_grade_a_person_whose_baseline_was_abnormal(
    value: float, expected: int
) -> None:
    row = result("ALT", value, "U/L", high=40.0, base=50.0, base_state="high")
    assert grade(ALT, row) == expected


def test_the_baseline_sample_is_graded_by_the_limits_and_never_against_itself() -> None:
    row = result("ALT", 121.0, "U/L", high=40.0, base=121.0, base_state="high")
    assert grade(ALT, row | {"at_baseline": True}) == 2
    assert grade(ALT, row) == 0


def test_a_sample_before_any_baseline_is_graded_by_the_limits_without_a_doubt() -> None:
    row = result("CREAT", 70.0, "umol/L", high=40.0, base=None, base_state=None)
    assert grade("Creatinine increased", row) is None
    assert grade("Creatinine increased", row | {"at_baseline": True}) == 2


def test_a_result_is_graded_by_the_limits_of_its_own_laboratory() -> None:
    strict, lax = (result("ALT", 50.0, "U/L", high=high, base=20.0) for high in (40.0, 60.0))
    assert graded(strict, lax)["grade"].to_list() == [1, 0]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [(7.9, "g/dL", 3), (79.0, "g/L", 3), (4.9, "mmol/L", 3), (5.0, "mmol/L", 2)],
)
def test_haemoglobin_in_any_unit_is_converted_and_graded(
    value: float, unit: str, expected: int
) -> None:
    low = {"g/dL": 12.0, "g/L": 120.0, "mmol/L": 7.4}[unit]
    assert grade("Anemia", result("HGB", value, unit, low=low, high=9 * low)) == expected


@pytest.mark.parametrize("unit", [None, "", "G/L", "furlong", "%"])
def test_nothing_with_an_unknown_unit_is_graded_by_a_number(unit: str | None) -> None:
    told = graded(result("PLAT", 10.0, unit, low=130.0)).row(0, named=True)
    assert told["grade"] is None
    assert "not gradable" in told["reason"]


def test_a_unit_that_kept_results_from_being_graded_is_told_once_per_person_and_test() -> None:
    rows = [result("K", 4.0, "furlong", low=3.5, high=5.0) for _ in range(3)]
    (found,) = unconverted_units(graded(*rows, result("K", 4.0, "mmol/L", low=3, high=5)))
    assert (found.code, found.subject, found.column) == ("CLR-030", "p", "LBSTRESU")
    assert found.message.startswith("3 result(s) of K of p were not graded")
    assert "furlong" in found.message


def test_results_in_a_printed_unit_are_graded_by_the_limits_printed_for_it() -> None:
    rule = next(one for one in CTCAE_V5.rules if one.term == "Cholesterol high")
    assert scale_for(rule, "mg/dL")[0].unit == "mg/dL"
    assert scale_for(rule, "g/L") == (rule.scales[1], pytest.approx(100.0))
    assert grade("Cholesterol high", result("CHOL", 300.0, "mg/dL", high=200.0)) == 1
    assert grade("Cholesterol high", result("CHOL", 7.76, "mmol/L", high=5.0)) == 2


def test_a_missing_limit_leaves_open_only_what_it_would_decide() -> None:
    sure = result("PLAT", 40.0, "10*9/L")
    open_ = result("PLAT", 90.0, "10*9/L")
    found = graded(sure, open_)
    assert found["grade"].to_list() == [3, None]
    assert found["reason"][1].startswith("not gradable: no lower limit of normal")


def test_a_doubt_above_a_proven_grade_leaves_the_proven_grade_as_a_lower_bound() -> None:
    told = graded(result("CREAT", 70.0, "umol/L", high=40.0, base=None)).row(0, named=True)
    assert (told["grade"], told["at_least"]) == (None, 2)
    assert "baseline" in told["reason"]


def test_a_result_known_only_as_a_bound_is_graded_where_the_bound_decides() -> None:
    low = result("BILI", None, "umol/L", high=21.0, least=-np.inf, most=3.4, base=8.0)
    open_ = result("GLUC", None, "mmol/L", low=3.9, least=-np.inf, most=2.19)
    deep = result("GLUC", None, "mmol/L", low=3.9, least=-np.inf, most=1.6)
    found = graded(low, open_, deep)
    assert found["grade"].to_list() == [0, None, 4]
    assert found["at_least"][1] == 3
    assert "only a bound" in found["reason"][1]


def test_symptoms_that_a_laboratory_cannot_see_are_not_assumed_unless_asked() -> None:
    row = result("URATE", 600.0, "umol/L", high=420.0)
    assert grade("Hyperuricemia", row) == 1
    assert grade("Hyperuricemia", row, assume_symptoms=True) == 3


def test_a_test_without_a_rule_and_a_urine_sample_keep_their_row_without_a_grade() -> None:
    found = graded(
        result("TSH", 1.0, "mU/L"), result("GLUC", 1.0, "mmol/L", low=3.0) | {"blood": False}
    )
    assert found["term"].to_list() == ["", ""]
    assert found["grade"].to_list() == [None, None]
    assert found["reason"].to_list() == ["CTCAE 5.0 grades no TSH", "not a blood sample"]


def test_no_result_is_not_gradable_and_says_so() -> None:
    told = graded(result("ALT", None, "U/L", high=40.0, base=20.0)).row(0, named=True)
    assert (told["grade"], told["reason"]) == (None, "not gradable: no result")


def test_numbers_that_differ_by_rounding_alone_are_equal() -> None:
    row = result("BILI", 0.1 + 0.2, "mg/dL", high=0.2, base=0.1)  # 0.30000000000000004
    assert grade("Blood bilirubin increased", row) == 1  # 1.5 x 0.2 is not exceeded


def test_a_baseline_in_another_unit_is_converted_or_leaves_a_doubt() -> None:
    row = result("CREAT", 150.0, "umol/L", high=500.0, base=0.05, base_unit="mmol/L")
    assert grade("Creatinine increased", row) == 2  # 3.0 x baseline, not over
    assert grade("Creatinine increased", row | {"base_unit": "G/L"}) is None


def test_a_table_of_another_shape_needs_no_code() -> None:
    ranges = (
        Step(grade=1, comparison=">=", factor=1.1, of="uln"),
        Step(grade=2, comparison=">=", factor=5.0),
        Step(grade=3, comparison=">=", factor=1, of="base", plus=4.0),
    )
    rule = Rule(
        term="Made up",
        direction="high",
        tests=("X",),
        scales=(Scale(unit="mmol/L", steps=ranges),),
        citation="by hand",
    )
    table = RuleTable(name="made", version="1", citation="by hand", rules=(rule,))
    rows = [result("X", v, "mmol/L", high=2.0, base=3.0) for v in (2.1, 2.2, 5.0, 7.0)]
    assert graded(*rows, table=table)["grade"].to_list() == [0, 1, 2, 3]


def test_steps_in_any_order_and_of_one_grade_prove_the_highest_by_the_first_that_did() -> None:
    steps = (
        Step(grade=2, comparison=">", factor=20),
        Step(grade=2, comparison=">", factor=10),
        Step(grade=1, comparison=">", factor=5),
        Step(grade=3, comparison=">", factor=30),
    )
    rule = Rule(
        term="Made",
        tests=("X",),
        direction="high",
        scales=(Scale(unit="U/L", steps=steps),),
        citation="by hand",
    )
    table = RuleTable(name="made", version="1", citation="by hand", rules=(rule,))
    rows = [result("X", value, "U/L") for value in (25.0, 15.0, 7.0, 1.0, 35.0)]
    told = graded(*rows, table=table)
    assert told["grade"].to_list() == [2, 2, 1, 0, 3]
    assert told["reason"].to_list() == [
        *("> 20 U/L", "> 10 U/L", "> 5 U/L", "no limit is crossed", "> 30 U/L"),
    ]


def test_an_empty_table_gives_an_empty_table_of_the_same_shape() -> None:
    found = grade_results(pl.DataFrame(schema=SCHEMA), CTCAE_V5)
    assert found.is_empty()
    assert {"term", "direction", "grade", "reason", "at_least"} <= set(found.columns)


# ---- laws ---------------------------------------------------------------------------------

TERMS = sorted(ORACLE.TERMS)
cases = st.tuples(
    st.sampled_from(TERMS),
    st.floats(0.01, 30),  # value, as a multiple of the typical limit
    st.floats(0.8, 1.25),  # limits of the sample's own laboratory
    st.floats(0.2, 4),  # baseline
)


def case(term: str, share: float, limits: float, base: float) -> dict[str, Any]:
    test, unit, low, high, _ = ORACLE.TERMS[term]
    anchor = high if share > 1 else low
    base *= high
    state = "high" if base > high * limits else "low" if base < low * limits else "normal"
    row = result(test, share * anchor, unit, low=low * limits, high=high * limits)
    return row | {"base": base, "base_state": state}


def test_results_are_graded_among_others_as_each_is_alone() -> None:
    rng = np.random.default_rng(5)
    units = ("U/L", "umol/L", "mmol/L", "mg/dL", "g/L", "10*9/L", "furlong", None)
    rows = [
        result(str(rng.choice(["ALT", "BILI", "K", "HGB", "CREAT", "SODIUM", "NOPE"])),
               float(rng.lognormal(2, 2)), units[rng.integers(8)])
        | {
            "low": rng.choice([2.0, None]), "high": rng.choice([9.0, None]),
            "base": rng.choice([4.0, None]), "base_unit": units[rng.integers(8)],
            "base_state": rng.choice(["low", "normal", "high", None]),
            "at_baseline": rng.choice([True, False, None]),
            "blood": rng.choice([True, True, False, None]),
            "most": rng.choice([1e9, 5.0, None]),
        }
        for _ in range(150)
    ]  # fmt: skip
    together = graded(*rows)
    alone = [graded(row).with_columns(sequence=pl.lit(at)) for at, row in enumerate(rows)]
    assert together.equals(pl.concat(alone), null_equal=True)
    assert together.height > 150


@given(st.lists(cases, min_size=1, max_size=40))
def test_the_grades_are_those_of_the_document_read_out_plainly(
    drawn: list[tuple[str, float, float, float]],
) -> None:
    rows = [case(*one) for one in drawn]
    found = graded(*rows)
    for place, ((term, *_), row) in enumerate(zip(drawn, rows, strict=True)):
        told = found.filter((pl.col("sequence") == place) & (pl.col("term") == term))
        plain = ORACLE.TERMS[term][4](row["value"], row["low"], row["high"], row["base"])
        assert told["grade"].item() == plain, (term, row, told["reason"].item())


@given(cases, st.floats(1.0, 5.0))
def test_a_worse_value_never_gives_a_lower_grade(
    drawn: tuple[str, float, float, float], factor: float
) -> None:
    row = case(*drawn)
    higher = row | {name: row[name] * factor for name in ("value", "least", "most")}
    for term, low, high in zip(
        graded(row)["term"], graded(row)["grade"], graded(higher)["grade"], strict=True
    ):
        rule = next(one for one in CTCAE_V5.rules if one.term == term)
        assert low <= high if rule.direction == "high" else high <= low


@given(cases, st.sampled_from([("g/L", "g/dL", 0.1), ("mmol/L", "umol/L", 1e3)]))
def test_another_prefix_of_the_unit_does_not_change_the_grade(
    drawn: tuple[str, float, float, float], change: tuple[str, str, float]
) -> None:
    unit, other, factor = change
    row = case(*drawn)
    if row["unit"] != unit:
        return
    numbers = ("value", "least", "most", "low", "high", "base")
    told = row | {name: row[name] * factor for name in numbers} | {"unit": other}
    told |= {"base_unit": other}
    assert graded(told)["grade"].to_list() == graded(row)["grade"].to_list()


@given(cases, st.sampled_from(["low", "high", "base"]))
def test_knowing_less_never_gives_another_grade_only_none(
    drawn: tuple[str, float, float, float], lost: str
) -> None:
    row = case(*drawn)
    less = row | {lost: None} | ({"base_state": None} if lost == "base" else {})
    for full, part, least in zip(
        graded(row)["grade"], graded(less)["grade"], graded(less)["at_least"], strict=True
    ):
        assert part in (None, full)
        assert least <= full


# ---- the truth of others ------------------------------------------------------------------


def reference_cases(version: str, table: RuleTable) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cases of covered terms as results, and their expected grades by `sequence`."""
    path = PILOT / "reference" / "grading_cases.csv"
    told = pl.read_csv(path, infer_schema_length=0).filter(pl.col("criteria") == version)
    rules = {rule.term.lower(): rule for rule in table.rules}
    rows, expected = [], []
    for place, one in enumerate(told.iter_rows(named=True)):
        rule = rules.get((one["TERM"] or "").lower())
        if rule is None:
            continue
        value, low, high, base = (
            None if one[name] is None else float(one[name])
            for name in ("AVAL", "ANRLO", "ANRHI", "BASE")
        )
        state = {"NORMAL": "normal", "HIGH": "high", "HIGH HIGH": "high"}.get(one["BNRIND"])
        if state is None and base is not None and high is not None:
            state = "high" if base > high else "normal"
        row = result(rule.tests[0], value, one["AVALU"], low=low, high=high, base=base)
        rows.append(row | {"sequence": place, "base_state": state})
        grade = one["expected_grade"]
        expected.append((place, rule.term, None if grade is None else int(grade)))
    names = {"sequence": pl.Int64, "term": pl.String, "expected": pl.Int64}
    return pl.DataFrame(rows, schema=SCHEMA), pl.DataFrame(expected, schema=names, orient="row")


# where we differ from the reference, and mean to: (term, unit) and why
DIFFERENT = {
    ("Anemia", "G/L"): "units are case-sensitive in UCUM",
    ("Hypoalbuminemia", "G/L"): "units are case-sensitive in UCUM",
    ("Cholesterol high", "Mmol/L"): "units are case-sensitive in UCUM",
    ("Cholesterol high", "Mg/dL"): "units are case-sensitive in UCUM",
    ("Cholesterol high", "umol/L"): "known units are converted, not refused",
    ("CD4 lymphocytes decreased", "10^8/L"): "known units are converted, not refused",
    ("Fibrinogen decreased", "g/dL"): "known units are converted, not refused",
    (
        "Fibrinogen decreased",
        "g/L",
    ): "a change is told, not whether the baseline was low",
    ("Hypocalcemia (Ionized)", "mg/dL"): "CTCAE prints mmol/L alone; 4.0 mg/dL is 0.998",
    ("Hemoglobin increased", "g/L"): "4.03: without a baseline it may have been abnormal",
    ("Hemoglobin increased", "g/dL"): "4.03: without a baseline it may have been abnormal",
}


@needs_pilot
@pytest.mark.shared
@pytest.mark.parametrize(
    ("version", "table", "covered", "agreeing"),
    [("CTCAE v5.0", CTCAE_V5, 508, 494), ("CTCAE v4.03", CTCAE_V4, 549, 516)],
)
def test_reference_cases_agree_but_for_a_published_list(
    version: str, table: RuleTable, covered: int, agreeing: int
) -> None:
    results, expected = reference_cases(version, table)
    found = grade_results(results, table, assume_symptoms=True)
    told = expected.join(found, on=["sequence", "term"], how="left")
    assert told.height == covered
    same = told["grade"].eq_missing(told["expected"])
    assert same.sum() == agreeing
    others = told.filter(~same)
    assert set(others.select("term", "unit").rows()) <= set(DIFFERENT)


@needs_pilot
@pytest.mark.shared
def test_the_published_version_4_grades_of_the_pilot_agree_but_for_explained_cells() -> None:
    lb = pl.concat(
        pl.read_parquet(PILOT / "sdtm_phuse" / f"{name}.parquet")
        for name in ("lbch", "lbhe", "lbur")
    )
    dosed = doses(pl.read_parquet(PILOT / "sdtm_phuse" / "ex.parquet"))
    found = grade_results(results_of(lb, dosed), CTCAE_V4).with_columns(
        key=pl.col("term").str.to_lowercase()
    )
    published = pl.read_parquet(PILOT / "adam_pharmaverse" / "adlb.parquet").filter(
        pl.col("LBSEQ").is_not_null() & pl.col("DTYPE").is_null()
    )
    cells = pl.concat(
        published.filter(pl.col(term).is_not_null())
        .unique(["USUBJID", "LBSEQ"])
        .select(
            participant="USUBJID",
            sequence=pl.col("LBSEQ").cast(pl.Int64),
            name=pl.col(term),
            key=pl.col(term).str.to_lowercase(),
            published=pl.col(grade).cast(pl.Int64).abs(),
        )
        for term, grade in (("ATOXDSCL", "ATOXGRL"), ("ATOXDSCH", "ATOXGRH"))
    )
    told = cells.join(found, on=["participant", "sequence", "key"], how="left")
    other = told.filter(~pl.col("grade").eq_missing(pl.col("published")))
    assert told.height == 43_516
    assert dict(other.group_by("name").len().iter_rows()) == {
        "Anemia": 1_809,  # in mmol/L: graded here, not there
        "Hemoglobin increased": 1_809,  # the same
        "CD4 lymphocytes decreased": 1_796,  # there by all lymphocytes, which is not CD4
        "Hypokalemia": 11,  # there grade 2, which needs symptoms
        "Creatinine increased": 52,  # their baseline is a later screening sample
        "Blood bilirubin increased": 5,  # "< 3.42" is surely normal
        "Hyperglycemia": 1,  # "< 2.2204" is surely not high
    }
    haemoglobin = told.filter(pl.col("name") == "Anemia")
    assert haemoglobin["grade"].null_count() == 0
    assert haemoglobin["published"].count() == 0
