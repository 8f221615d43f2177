"""Event tables as the kernel takes them; problems told with their line."""

from typing import Any

import polars as pl
import pytest
from families import FAMILIES

from nanoward.base.findings import Finding
from nanoward.tuning import Dynamics, History, histories, read_dynamics
from nanoward.tuning.data.event_tables import packed

PLAIN = read_dynamics(FAMILIES["additive error"].text)
SHARED = read_dynamics(FAMILIES["covariates"].text)
DOSE = {"EVID": 1, "AMT": 100.0, "CMT": 1, "DV": None}
SEEN = {"EVID": 0, "AMT": 0.0, "DV": 5.0}


def read(rows: list[dict[str, Any]], model: Dynamics = PLAIN) -> tuple[History, list[Finding]]:
    lines = [{"ID": "a", "line": place + 2, **row} for place, row in enumerate(rows)]
    found, told = histories(pl.DataFrame(lines, infer_schema_length=None), model, file="e.csv")
    return found[0], told


def test_additional_doses_are_written_out_up_to_the_last_record() -> None:
    one, told = read([{"TIME": 0.0, **DOSE, "II": 12.0, "ADDL": 99}, {"TIME": 30.0, **SEEN}])
    assert not told
    given = packed([one], 0)
    assert given.dose_time.tolist() == [0.0, 0.0]
    assert given.dose_count.tolist() == [1, 2]  # at 0, then at 12 and 24
    assert given.dose_own.tolist() == [1, 0]
    assert one.interval == 12.0


def test_covariates_take_the_next_value_told_then_the_last() -> None:
    rows = [
        {"TIME": 0.0, **DOSE, "WT": None, "SEX": 1},
        {"TIME": 1.0, **SEEN, "WT": 60.0, "SEX": 1},
        {"TIME": 2.0, **SEEN, "WT": 80.0, "SEX": 0},
        {"TIME": 3.0, **SEEN, "WT": None, "SEX": 0},
    ]
    one, _ = read(rows, SHARED)
    assert [event.covariates[0] for event in one.events] == [60.0, 60.0, 80.0, 80.0]
    assert packed([one], 2).fresh.tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ({"AMT": 0.0}, "TUN-113", "AMT"),
        ({"CMT": 7}, "TUN-113", "AMT"),
        ({"RATE": -2.0}, "TUN-113", "AMT"),
        ({"ADDL": 3}, "TUN-113", "AMT"),
        ({"SS": 3, "II": 8.0}, "TUN-113", "AMT"),
        ({"TIME": None}, "TUN-115", "TIME"),
    ],
)
def test_a_dose_that_cannot_be_used_makes_the_person_unfit(
    row: dict[str, Any], code: str, column: str
) -> None:
    one, told = read([{"TIME": 0.0, **DOSE, **row}, {"TIME": 1.0, **SEEN}])
    assert one.exclusion_reason
    assert [(two.code, two.column, two.line) for two in told] == [(code, column, 2)]


def test_times_out_of_order_are_told_but_a_reset_may_start_anew() -> None:
    one, told = read([{"TIME": 5.0, **DOSE}, {"TIME": 1.0, **SEEN}])
    assert one.exclusion_reason == "times are out of order"
    assert told[0].code == "TUN-115"
    fine, told = read([{"TIME": 5.0, **DOSE}, {"TIME": 0.0, **DOSE, "EVID": 4}])
    assert not told
    assert not fine.exclusion_reason


def test_people_with_nothing_above_the_limit_are_told_and_not_fitted() -> None:
    text = FAMILIES["additive error"].text.replace(
        "additive = 4.0", "additive = 4.0\nlimit = 9.0"
    )
    one, told = read([{"TIME": 0.0, **DOSE}, {"TIME": 1.0, **SEEN}], read_dynamics(text))
    assert one.observed[0].censored
    assert one.observed[0].value == 9.0
    assert told[0].code == "TUN-117"
    assert one.exclusion_reason == "all observations are censored"


def test_a_missing_covariate_is_told_and_its_substitute_used() -> None:
    rows = [{"TIME": 0.0, **DOSE, "SEX": 0}, {"TIME": 1.0, **SEEN, "SEX": 0}]
    one, told = read(rows, SHARED)
    assert one.exclusion_reason == "covariate WT is missing"
    text = FAMILIES["covariates"].text.replace(
        "[covariates.WT]", "[covariates.WT]\nmissing = 70"
    )
    one, told = read(rows, read_dynamics(text))
    assert not one.exclusion_reason
    assert told[0].severity == "warning"
