"""Two quantities in one output, and marks that contradict themselves, keep one from a fit."""

import math
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
@pytest.mark.parametrize(
    ("mark", "what"),
    [
        ({"CENS": 2}, "is none of"),
        ({"CENS": 0.5}, "is none of"),
        ({"CENS": 1, "LIMIT": 4.2}, "does not lie below"),
        ({"CENS": -1, "LIMIT": 0.2}, "does not lie above"),
    ],
)
def test_censoring_that_contradicts_itself_excludes_the_person(
    mark: dict[str, float], what: str
) -> None:
    rows = [DOSE, {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2, **mark}]
    people, findings = read(rows)
    assert what in people[0].exclusion_reason
    assert "TUN-126" in [one.code for one in findings]


@pytest.mark.hazard("H-260")
def test_marks_and_limits_are_read_as_monolix_reads_them() -> None:
    seen = {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2}
    marks = {
        (-math.inf, 4.2): {"CENS": 1},
        (4.2, math.inf): {"CENS": -1},
        (0.2, 4.2): {"CENS": 1, "LIMIT": 0.2},
        (4.2, 9.0): {"CENS": -1, "LIMIT": 9.0},
    }
    for bounds, mark in marks.items():
        rows = [DOSE, {**seen, "CENS": 0, "LIMIT": 9.0}, {**seen, "TIME": 2.0, **mark}]
        (one,), _ = read(rows)
        assert not one.exclusion_reason
        assert [event.censored for event in one.observed] == [False, True]
        assert one.observed[1].bounds == bounds


@pytest.mark.hazard("H-260")
def test_nothing_but_one_side_known_is_no_fit_and_an_interval_is() -> None:
    seen = {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2}
    for mark in ({"CENS": -1}, {"CENS": 1}):
        assert "censored" in read([DOSE, {**seen, **mark}])[0][0].exclusion_reason
    assert not read([DOSE, {**seen, "CENS": 1, "LIMIT": 0.2}])[0][0].exclusion_reason


@pytest.mark.hazard("H-260")
def test_a_count_cannot_be_censored() -> None:
    text = MODEL[: MODEL.index("[outputs")] + (
        '[outputs.n]\nvalue = "central"\nlikelihood = "poisson"\n'
    )
    rows = [DOSE, {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.0, "CENS": 1}]
    assert "marked CENS" in read(rows, text)[0][0].exclusion_reason


@pytest.mark.hazard("H-175")
def test_what_is_not_offered_at_steady_state_is_told_and_what_overlaps_is_not() -> None:
    seen = {"TIME": 1.0, "EVID": 0, "AMT": 0.0, "DV": 4.2}
    long = {**DOSE, "RATE": 5.0, "II": 12.0, "SS": 1.0}  # 20 h
    assert not read([long, seen])[0][0].exclusion_reason
    assert not read([{**long, "SS": 2.0}, seen])[0][0].exclusion_reason
    inflow = MODEL.replace("-CL / V * central", "3 - CL / V * central")
    people, findings = read([{**long, "SS": 2.0}, seen], inflow)
    assert "SS 2" in people[0].exclusion_reason
    assert "SS 3" in read([{**long, "SS": 3.0}, seen])[0][0].exclusion_reason
    assert "TUN-113" in [one.code for one in findings]
