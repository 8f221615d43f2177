"""Event tables to people: doses written out, bad rows told, nobody fitted on lost doses."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import values_of

from nanoward.base.findings import Finding
from nanoward.tuning import CovariateEffect, History, Model, Residual, people, unread_doses
from nanoward.tuning.regimens.course_times import dose_times

Made = Callable[..., History]


def test_additional_doses_are_written_out(oral: Model, person_of: Made) -> None:
    person = person_of(
        oral, [(0.0, 1, 10.0, None, 2, 12.0), (30.0, 0, 0.0, 5.0, 0, 0.0)], "ADDL", "II"
    )
    assert dose_times(person).tolist() == [0.0, 12.0, 24.0]
    assert person.events[0].amount == 10.0
    assert person.interval == 12.0
    assert values_of(person) == [5.0]


@given(more=st.integers(0, 20), every=st.floats(0.5, 48.0))
def test_additional_doses_equal_doses_one_by_one(
    oral: Model, person_of: Made, more: int, every: float
) -> None:
    short = person_of(oral, [(0.0, 1, 10.0, None, more, every)], "ADDL", "II")
    long = person_of(oral, [(every * count, 1, 10.0, None) for count in range(more + 1)])
    assert dose_times(short).tolist() == pytest.approx(dose_times(long).tolist())


def test_compartment_and_rate_say_where_a_dose_goes(oral: Model, person_of: Made) -> None:
    rows = [
        (0.0, 1, 10.0, None, 1, 0.0),
        (1.0, 1, 10.0, None, 2, 0.0),
        (2.0, 1, 10.0, None, 2, 5.0),
    ]
    person = person_of(oral, rows, "CMT", "RATE")
    assert [one.compartment for one in person.events] == [0, 1, 1]
    assert [one.rate for one in person.events] == [0.0, 0.0, 5.0]


def test_other_quantities_are_kept_and_not_fitted(oral: Model, person_of: Made) -> None:
    model = replace(oral, quantity="cp")
    rows = [(0.0, 1, 10.0, None, None), (1.0, 0, 0.0, 5.0, "cp"), (1.0, 0, 0.0, 44.0, "pca")]
    person = person_of(model, rows, "DVID")
    assert values_of(person) == [5.0]
    assert person.others == (("pca", 1.0, 44.0),)


def _found(model: Model, *rows: dict[str, object]) -> tuple[list[History], list[Finding]]:
    empty = {"ID": "7", "TIME": 0.0, "EVID": 0, "AMT": 0.0, "DV": None, "line": 3}
    return people(
        pl.DataFrame([{**empty, **row} for row in rows], infer_schema_length=None), model
    )


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"DV": None}, "TUN-101"),
        ({"DV": float("nan")}, "TUN-101"),
        ({"DV": -0.1}, "TUN-102"),
        ({"DV": 0.0}, "TUN-102"),
        ({"TIME": None, "DV": 1.0}, "TUN-104"),
    ],
)
def test_rows_without_a_usable_value_are_told_with_their_line(
    oral: Model, row: dict[str, object], code: str
) -> None:
    persons, told = _found(oral, {"TIME": 1.0, "DV": 2.0}, row)
    assert [(one.code, one.line, one.subject) for one in told] == [(code, 3, "7")]
    assert told[0].severity == "error"
    assert values_of(persons[0]) == [2.0]


def test_a_zero_under_an_additive_error_is_used_with_a_doubt(oral: Model) -> None:
    model = replace(oral, residual=Residual(additive=0.1))
    persons, told = _found(model, {"TIME": 0.5, "DV": 0.0})
    assert values_of(persons[0]) == [0.0]
    assert [(one.code, one.severity) for one in told] == [("TUN-103", "warning")]


def test_a_hidden_value_is_left_out_without_a_word(oral: Model) -> None:
    persons, told = _found(oral, {"TIME": 0.5, "DV": 3.0, "MDV": 1})
    assert not values_of(persons[0])
    assert not told


@pytest.mark.parametrize(
    ("dose", "code"),
    [
        ({"AMT": None}, "TUN-105"),
        ({"AMT": -5.0}, "TUN-105"),
        ({"AMT": 5.0, "RATE": -2.0}, "TUN-105"),
        ({"AMT": 5.0, "ADDL": 3}, "TUN-105"),
        ({"AMT": 5.0, "SS": 1}, "TUN-106"),
        ({"AMT": 5.0, "CMT": 4}, "TUN-106"),
        ({"AMT": 5.0, "CMT": 1, "RATE": 2.0}, "TUN-106"),
    ],
)
def test_nobody_is_fitted_with_a_dose_left_out(
    oral: Model, dose: dict[str, object], code: str
) -> None:
    persons, told = _found(oral, {"EVID": 1, **dose}, {"TIME": 1.0, "DV": 2.0})
    assert persons[0].exclusion_reason
    assert [one.code for one in told] == [code]


def test_a_dose_without_a_time_makes_unfit(oral: Model) -> None:
    persons, _ = _found(oral, {"EVID": 1, "TIME": None, "AMT": 1.0}, {"TIME": 1.0, "DV": 2.0})
    assert "no time" in persons[0].exclusion_reason


def test_a_second_occasion_whose_clock_starts_anew_is_not_guessed_at(oral: Model) -> None:
    rows = [{"TIME": 9.0, "DV": 2.0}, {"EVID": 4, "TIME": 0.0, "AMT": 5.0}]
    persons, told = _found(oral, *rows)
    assert "anew" in persons[0].exclusion_reason
    assert [one.code for one in told] == ["TUN-106"]


def test_doses_lost_in_reading_make_their_person_or_everybody_unfit(oral: Model) -> None:
    persons, _ = _found(oral, {"ID": "1", "DV": 2.0}, {"ID": "2", "DV": 2.0})
    lost = Finding(
        code="FMT-1",
        severity="error",
        message="",
        next_step="",
        file="data/events.csv",
        line=4,
        column="AMT",
        subject="2",
    )
    assert [bool(one.exclusion_reason) for one in unread_doses(persons, [lost])] == [
        False,
        True,
    ]
    anybody = replace(lost, subject="", line=None, column="")
    assert all(one.exclusion_reason for one in unread_doses(persons, [anybody]))
    harmless = [replace(lost, column="DV"), replace(lost, severity="warning")]
    assert unread_doses(persons, harmless) == persons


def test_covariates_are_the_first_value_and_changes_are_told(oral: Model) -> None:
    effect = CovariateEffect(
        parameter="CL", covariate="WT", form="power", coefficient=0.75, reference=70.0
    )
    model = replace(oral, covariates=(effect,))
    persons, told = _found(model, {"WT": 60.0, "DV": 1.0}, {"TIME": 2.0, "WT": 61.0, "DV": 1.0})
    assert {one.covariates for one in persons[0].events} == {(60.0,)}
    assert [one.code for one in told] == ["TUN-108"]
    persons, told = _found(model, {"DV": 1.0})
    assert persons[0].events[0].covariates == (70.0,)  # the reference
    assert [one.code for one in told] == ["TUN-107"]


def test_people_come_in_order_of_name_whatever_the_order_of_rows(oral: Model) -> None:
    rows = [
        {"ID": name, "TIME": time, "DV": 1.0 + time} for time in (0.0, 1.0) for name in "bca"
    ]
    persons, _ = _found(oral, *rows)
    again, _ = _found(oral, *sorted(rows, key=lambda row: str(row["ID"])))
    assert [one.name for one in persons] == ["a", "b", "c"]
    assert [one.sha256 for one in persons] == [one.sha256 for one in again]
    assert len({one.sha256 for one in persons}) == 3
