"""Two quantities in one output, and censoring that is not offered, keep a person from a fit."""

from typing import Any

import polars as pl
import pytest

from nanoward.tuning.data.event_tables import histories
from nanoward.tuning.models.model_files import read_dynamics

MODEL = """
name = "one"
time_unit = "h"
[parameters.CL]
typical = 2.0
variance = 0.1
[parameters.V]
typical = 20.0
variance = 0.1
[compartments.central]
derivative = "-CL / V * central"
[outputs.cp]
value = "central / V"
additive = 0.1
"""


def read(rows: list[dict[str, Any]], text: str = MODEL) -> Any:
    table = pl.DataFrame([{"ID": "a", **row} for row in rows], infer_schema_length=None)
    return histories(table, read_dynamics(text))


DOSE = {"TIME": 0.0, "EVID": 1, "AMT": 100.0, "DV": None}


@pytest.mark.hazard("H-170")
@pytest.mark.parametrize("column", ["DVID", "CMT"])
def test_two_quantities_do_not_meet_one_output_in_silence(column: str) -> None:
    rows = [
        {**DOSE, column: None},
        {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2, column: 1},
        {"TIME": 2.0, "EVID": 0, "AMT": 0.0, "DV": 3.1, column: 2},
    ]
    people, findings = read(rows)
    assert "meet the only output" in people[0].exclusion_reason
    assert "TUN-125" in [one.code for one in findings]


def test_one_quantity_needs_no_name() -> None:
    rows = [{**DOSE, "DVID": None}, {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2, "DVID": 1}]
    assert not read(rows)[0][0].exclusion_reason


def test_an_output_that_names_its_quantity_takes_its_own() -> None:
    rows = [
        {**DOSE, "DVID": ""},
        {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2, "DVID": "cp"},
        {"TIME": 2.0, "EVID": 0, "AMT": 0.0, "DV": 3.1, "DVID": "pca"},
    ]
    people, _ = read(rows, MODEL + 'quantity = "cp"\n')
    assert not people[0].exclusion_reason
    assert len(people[0].observed) == 1


@pytest.mark.hazard("H-171")
@pytest.mark.parametrize("mark", [{"CENS": -1}, {"CENS": 2}, {"CENS": 1, "LIMIT": 0.2}])
def test_censoring_that_is_not_offered_excludes_the_person(mark: dict[str, float]) -> None:
    rows = [DOSE, {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2, **mark}]
    people, findings = read(rows)
    assert "not offered" in people[0].exclusion_reason
    assert "TUN-126" in [one.code for one in findings]


@pytest.mark.hazard("H-175")
def test_an_infusion_at_steady_state_longer_than_its_interval_is_told_and_not_left_empty() -> (
    None
):
    seen = {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2}
    long, short = (
        {**DOSE, "RATE": rate, "II": 12.0, "SS": 1.0} for rate in (5.0, 10.0)
    )  # 20 h and 10 h
    people, findings = read([long, seen])
    assert "longer than its interval" in people[0].exclusion_reason
    assert "TUN-113" in [one.code for one in findings]
    assert not read([short, seen])[0][0].exclusion_reason
