from datetime import date

import polars as pl
import pytest

from nanoward.clearance import (
    assessments,
    consents,
    dispositions,
    doses,
    participants,
    randomised,
    scores,
    texts,
)


def test_participants_are_everybody_named_anywhere() -> None:
    dm = pl.DataFrame(
        {
            "USUBJID": ["b", "a", "a"],
            "ARM": ["Low", "Screen Failure", "x"],
            "ARMCD": ["L", "Scrnfail", "x"],
        }
    )
    found = participants({"DM": dm, "LB": pl.DataFrame({"USUBJID": ["c", "b", None]})})
    assert found["participant"].to_list() == ["a", "b", "c"]
    assert found["arm"].to_list() == [None, "Low", None]
    assert found["in_dm"].to_list() == [True, True, False]


def test_doses_span_from_the_first_start_to_the_last_known_day() -> None:
    ex = pl.DataFrame(
        {
            "USUBJID": ["p", "p", "q", "r"],
            "EXSTDTC": ["2026-02-01", "2026-01-01", "2026-03", "2026-01-01"],
            "EXENDTC": ["2026-02-10", "2026-01-31", None, None],
            "EXDOSE": [0.0, 0.0, 5.0, 5.0],
            "EXOCCUR": [None, None, None, "N"],
        }
    )
    assert doses(ex).rows() == [
        ("p", date(2026, 1, 1), date(2026, 2, 10)),
        ("q", date(2026, 3, 1), date(2026, 3, 1)),
    ]
    assert doses(None).is_empty()


def test_consents_come_from_demographics_and_from_milestones() -> None:
    dm = pl.DataFrame({"USUBJID": ["p", "q"], "RFICDTC": ["2026-01-01", None]})
    ds = pl.DataFrame(
        {
            "USUBJID": ["p", "q", "q"],
            "DSDECOD": ["INFORMED CONSENT OBTAINED"] * 2 + ["COMPLETED"],
            "DSSTDTC": ["2026-01-01", "2026-02", "2026-05-01"],
        }
    )
    assert consents({"DM": dm, "DS": ds}).rows() == [
        ("p", date(2026, 1, 1)),
        ("q", date(2026, 2, 28)),  # a partial day counts from the last it may mean
    ]


def test_leaving_has_a_standing_and_other_events_do_not_count() -> None:
    ds = pl.DataFrame(
        {
            "USUBJID": ["a", "b", "c", "d", "e", "f"],
            "DSCAT": ["DISPOSITION EVENT"] * 3
            + ["PROTOCOL MILESTONE", "OTHER EVENT", "DISPOSITION EVENT"],
            "DSDECOD": [
                "COMPLETED",
                "ADVERSE EVENT",
                "COMPLETED",
                "WITHDRAWAL BY SUBJECT",
                "FINAL LAB VISIT",
                "WHATEVER NEW",
            ],
            "EPOCH": ["TREATMENT", None, "SCREENING", None, None, None],
            "DSSTDTC": ["2026-05-01"] * 6,
        }
    )
    dm = pl.DataFrame({"USUBJID": ["g"], "DTHFL": ["Y"], "DTHDTC": [None]})
    found = dispositions({"DS": ds, "DM": dm})
    assert dict(found.select("participant", "standing").iter_rows()) == {
        "a": "completed",
        "b": "recalled",
        "d": "withdrawn",
        "f": "discontinued",
        "g": "died",
    }
    assert found.filter(pl.col("participant") == "g")["day"].to_list() == [None]


def test_randomisation_is_the_first_milestone() -> None:
    ds = pl.DataFrame(
        {
            "USUBJID": ["a", "a"],
            "DSDECOD": ["RANDOMIZED"] * 2,
            "DSSTDTC": ["2026-02-02", "2026-02-01"],
        }
    )
    assert randomised({"DS": ds}).rows() == [("a", date(2026, 2, 1))]


def test_assessments_are_days_with_a_visit_laboratory_or_questionnaire() -> None:
    lb = pl.DataFrame({"USUBJID": ["a", "a"], "LBDTC": ["2026-02-01T08:00", "2026-02-01"]})
    qs = pl.DataFrame({"USUBJID": ["a"], "QSDTC": ["2026-02-02"]})
    assert assessments({"LB": lb, "QS": qs}).rows() == [
        ("a", date(2026, 2, 1), "medical"),
        ("a", date(2026, 2, 2), "psychological"),
    ]
    assert assessments({}).is_empty()


def test_scores_keep_unanswered_items_as_null() -> None:
    qs = pl.DataFrame(
        {
            "USUBJID": ["a", "a"],
            "QSTESTCD": ["PHQ909", "PHQ9TOT"],
            "QSDTC": ["2026-02-02"] * 2,
            "QSSTRESN": [None, 7.0],
            "QSORRES": ["NOT DONE", "7"],
        }
    )
    assert scores({"QS": qs}).rows() == [
        ("a", date(2026, 2, 2), "PHQ909", None),
        ("a", date(2026, 2, 2), "PHQ9TOT", 7.0),
    ]


def test_an_absent_column_is_null_in_every_row() -> None:
    assert texts(pl.DataFrame({"USUBJID": ["a", "b"]}), "ARM")["ARM"].to_list() == [None, None]


@pytest.mark.hazard("H-257")
def test_a_screen_failure_that_dm_alone_tells_is_one() -> None:
    dm = pl.DataFrame({"USUBJID": ["p", "q", "r"], "ARMCD": ["SCRNFAIL", "Scrnfail", "A"],
                       "ARM": ["Screen Failure"] * 2 + ["A"]})  # fmt: skip
    ds = pl.DataFrame({"USUBJID": ["q"], "DSDECOD": ["SCREEN FAILURE"],
                       "DSCAT": ["DISPOSITION EVENT"], "DSSTDTC": ["2026-01-05"]})  # fmt: skip
    rows = dispositions({"DM": dm, "DS": ds}).select("participant", "day", "standing").rows()
    assert rows == [("p", None, "screened"), ("q", date(2026, 1, 5), "screened")]
