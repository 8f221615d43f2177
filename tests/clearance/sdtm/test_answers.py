import polars as pl
import pytest

from nanoward.clearance.sdtm.answers import answers


def asked(**columns: str | float | None) -> pl.DataFrame:
    row = {"USUBJID": "p", "QSTESTCD": "PHQ909", "QSDTC": "2026-05-25"} | columns
    return answers({"QS": pl.DataFrame({name: [cell] for name, cell in row.items()})})


@pytest.mark.parametrize(
    ("columns", "value", "unread"),
    [
        ({"QSSTRESN": 0.0}, 0.0, None),
        ({"QSSTRESN": 0.0, "QSORRES": "Nearly every day"}, 3.0, None),
        ({"QSORRES": "several days"}, 1.0, None),
        ({"QSSTRESN": 0.0, "QSORRES": "hmm"}, 0.0, "hmm"),
        ({"QSSTRESN": None}, None, None),
    ],
)
@pytest.mark.hazard("H-120")
def test_the_gravest_statement_of_a_row_counts(
    columns: dict[str, str | float | None], value: float | None, unread: str | None
) -> None:
    (row,) = asked(**columns).to_dicts()
    assert (row["value"], row["unread"]) == (value, unread)


def test_what_was_not_done_is_no_answer_and_a_day_that_may_be_two_is_none() -> None:
    assert asked(QSSTRESN=None, QSSTAT="NOT DONE").is_empty()
    assert asked(QSSTRESN=2.0, QSDTC="2026-01-02/2026-02-01")["day"].to_list() == [None]


@pytest.mark.hazard("H-257")
def test_an_answer_that_is_told_as_not_done_is_no_plain_no() -> None:
    qs = pl.DataFrame({"USUBJID": ["p"] * 3, "QSTESTCD": ["PHQ909"] * 3,
                       "QSSTRESN": [0.0, 3.0, None], "QSSTAT": ["NOT DONE"] * 3,
                       "QSDTC": ["2026-05-20"] * 3})  # fmt: skip
    rows = answers({"QS": qs}).select("value", "unread").sort("value").rows()
    assert rows == [(0.0, "NOT DONE"), (3.0, "NOT DONE")]


@pytest.mark.parametrize(("occurred", "count"), [("Y", 1), ("y", 1), ("N", 0), (None, 1)])
def test_a_question_that_was_asked_and_not_answered_is_a_row(
    occurred: str | None, count: int
) -> None:
    assert asked(QSOCCUR=occurred, QSORRES=None).height == count
