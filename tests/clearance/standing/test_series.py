from datetime import date

import polars as pl
import pytest

from nanoward.clearance.policy.policy import Policy, policy_of
from nanoward.clearance.sdtm.answers import answers
from nanoward.clearance.standing.series import (
    answered_series,
    graded_series,
    names_codes,
    never_asked,
    sittings_without,
)
from nanoward.clearance.standing.standing_rules import CLEARED, HELD, RECALLED


def graded(**changed: object) -> pl.DataFrame:
    row = {
        "participant": "p",
        "test": "ALT",
        "term": "ALT increased",
        "taken": date(2026, 5, 25),
        "value": 30.0,
        "low": 7.0,
        "high": 40.0,
        "grade": 0,
        "at_least": 0,
        "reason": "no limit is crossed",
        "blood": True,
        "doubt": False,
    }
    frame = pl.DataFrame({name: [cell] for name, cell in (row | changed).items()})
    return frame.with_columns(pl.col("grade").cast(pl.Int64))


def levels(table: pl.DataFrame) -> list[int]:
    return [one.level for one in graded_series(table, Policy()).get("p", [])]


@pytest.mark.hazard("H-127")
def test_a_doubted_result_of_a_critical_test_holds_and_never_lessens_a_recall() -> None:
    assert levels(graded()) == []
    assert levels(graded(doubt=True)) == [HELD]
    assert levels(graded(doubt=True, grade=4)) == [RECALLED]
    assert levels(graded(doubt=True, test="GGT")) == []


@pytest.mark.hazard("H-121")
def test_a_result_that_cannot_be_graded_ends_no_hold() -> None:
    grave = graded(test="GGT", grade=3)
    later = graded(test="GGT", grade=None, taken=date(2026, 5, 26))
    assert levels(pl.concat([grave, later])) == [HELD]


@pytest.mark.parametrize(("value", "level"), [(900.0, HELD), (30.0, CLEARED)])
@pytest.mark.hazard("H-120")
def test_an_unknown_test_beyond_its_own_limits_holds(value: float, level: int) -> None:
    odd = graded(test="NOVUM", term="", value=value, grade=None, reason="CTCAE 5.0 grades no N")
    assert levels(odd) == [level]
    known = graded(test="RBC", term="", value=value, grade=None, reason="CTCAE 5.0 grades no R")
    assert levels(known) == []


def sitting(*codes: str, day: str = "2026-05-25") -> pl.DataFrame:
    return answers(
        {
            "QS": pl.DataFrame(
                {
                    "USUBJID": ["p"] * len(codes),
                    "QSTESTCD": codes,
                    "QSSTRESN": [0.0] * len(codes),
                    "QSDTC": [day] * len(codes),
                }
            )
        }
    )


@pytest.mark.hazard("H-120")
def test_a_sitting_that_left_the_urgent_item_out_holds() -> None:
    short = sitting("PHQ901", "PHQ902", "PHQ903")
    (one,) = answered_series(short, Policy())["p"]
    assert (one.level, "left out" in one.told) == (HELD, True)
    whole = sitting("PHQ901", "PHQ902", "PHQ903", "PHQ909")
    assert answered_series(whole, Policy()) == {}  # a plain no that ends nothing is not told
    two = sitting("PHQ901", "PHQ902")  # PHQ-2 asks no more
    assert answered_series(two, Policy()) == {}
    assert len(list(sittings_without(two, "PHQ909", whole=False))) == 1


def test_a_code_of_the_plan_that_nobody_was_asked_is_named() -> None:
    asked = sitting("PHQ901", "PHQ909")
    assert never_asked(asked, policy_of({"urgent_items": ["PHQ09"]})) == ("PHQ09",)
    assert never_asked(asked, policy_of({"urgent_items": ["PHQ909"]})) == ()
    assert never_asked(asked, policy_of({})) == ()


@pytest.mark.hazard("H-120")
def test_an_item_of_another_questionnaire_is_missed_beside_its_own_category_only() -> None:
    rows = [
        ("CSSRS01", "C-SSRS", "2026-05-18"),
        ("CSSRS02", "C-SSRS", "2026-05-25"),
        ("GAD01", "GAD-7", "2026-06-01"),
    ]
    qs = pl.DataFrame(rows, schema=["QSTESTCD", "QSCAT", "QSDTC"], orient="row")
    asked = answers({"QS": qs.with_columns(USUBJID=pl.lit("p"), QSSTRESN=0.0)})
    assert list(sittings_without(asked, "CSSRS01")) == [("p", date(2026, 5, 25))]


@pytest.mark.parametrize(
    ("number", "words", "told"),
    [
        (3.0, "hmm", "urgent answer PHQ909 = 3.0 on 2026-05-25"),
        (0.0, "hmm", "the answer to PHQ909 is not understood (hmm) on 2026-05-25"),
        (None, None, "PHQ909 was not answered on 2026-05-25"),
    ],
)
def test_an_urgent_answer_says_what_was_answered(
    number: float | None, words: str | None, told: str
) -> None:
    cells = {"USUBJID": "p", "QSTESTCD": "PHQ909", "QSSTRESN": number, "QSORRES": words,
             "QSDTC": "2026-05-25"}  # fmt: skip
    schema = {"QSSTRESN": pl.Float64, "QSORRES": pl.String}
    qs = pl.DataFrame({name: [cell] for name, cell in cells.items()}, schema_overrides=schema)
    (one,) = answered_series(answers({"QS": qs}), Policy())["p"]
    assert (one.level, one.told) == (HELD, told)


def said(*rows: tuple[str, str, float | None]) -> pl.DataFrame:
    who, days, codes = (
        ["p"] * len(rows),
        [day for day, *_ in rows],
        [code for _, code, _ in rows],
    )
    values = pl.Series([value for *_, value in rows], dtype=pl.Float64)
    table = pl.DataFrame({"USUBJID": who, "QSTESTCD": codes, "QSDTC": days})
    return answers({"QS": table.with_columns(QSSTRESN=values)})


@pytest.mark.hazard("H-120")
def test_an_answer_that_ends_a_hold_is_kept_with_those_that_hold() -> None:
    two = said(("2026-05-18", "PHQ909", 1.0), ("2026-05-25", "PHQ909", 0.0))
    assert [one.level for one in answered_series(two, Policy())["p"]] == [HELD, CLEARED]
    scores = said(("2026-05-25", "PHQ9TOT", 3.0), ("2026-05-18", "PHQ9TOT", 20.0))
    assert [one.level for one in answered_series(scores, Policy())["p"]] == [HELD, CLEARED]
    below = said(("2026-05-18", "PHQ9TOT", 19.0), ("2026-05-25", "OTHER", 99.0))
    assert answered_series(below, Policy()) == {}
    blank = said(("2026-05-18", "PHQ9TOT", None))
    assert [one.level for one in answered_series(blank, Policy())["p"]] == [HELD]
    danger = said(("2026-05-18", "X.URGENT", 1.0))
    assert [one.level for one in answered_series(danger, Policy())["p"]] == [HELD]


@pytest.mark.hazard("H-120")
def test_an_answer_after_the_item_was_left_out_ends_that_hold() -> None:
    left = pl.concat(
        [
            sitting("PHQ901", "PHQ902", "PHQ903"),
            sitting("PHQ901", "PHQ902", "PHQ909", day="2026-06-01"),
        ]
    )
    found = answered_series(left, Policy())["p"]
    assert sorted(one.level for one in found) == [CLEARED, HELD]


def test_only_a_plan_that_names_codes_asks_whether_they_were_asked() -> None:
    assert names_codes(policy_of({"hold_scores": {"GAD7TOT": 15}}))
    assert names_codes(policy_of({"urgent_items": ["PHQ909"]}))
    assert not names_codes(policy_of({}))
