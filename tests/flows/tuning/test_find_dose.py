"""Doses for everybody of a plain file: each silent fault of before is told now."""

from dataclasses import replace

import numpy as np
import pytest

from nanoward.flows.tuning.find_dose import DoseAnswers, DoseChoice, find_dose
from nanoward.flows.tuning.fit_people import EventFile
from nanoward.tuning import Question, model_of, read_dynamics
from nanoward.tuning.regimens.single_dose import SingleDoseTarget
from nanoward.wiring import open_bench

MODEL = """
name = "bolus"
[parameters.CL]
typical = 3.0
unit = "L/h"
variance = 0.2
[parameters.V]
typical = 40.0
unit = "L"
variance = 0.2
[compartments.body]
unit = "mg"
derivative = "-CL / V * body"
[outputs.level]
value = "body / V"
unit = "mg/L"
proportional = 0.01
"""
ROWS = "ID,TIME,EVID,AMT,DV\na,0,1,400,.\na,1,0,0,9\na,10,0,0,5\nb,0,1,400,.\n"
WANTED = SingleDoseTarget(measure="auc", value=200.0, end=24.0)


def asked(
    wanted: SingleDoseTarget = WANTED, rows: str = ROWS, model: str = MODEL,
    choice: DoseChoice | None = None,
) -> DoseAnswers:  # fmt: skip
    file = EventFile(path="e.csv", content=rows.encode())
    question = Question(model=read_dynamics(model), draws=200)
    return find_dose(open_bench(quiet=True, workers=1), file, question, wanted, 7, choice)


def test_the_answer_lies_within_its_limits_and_people_never_observed_are_said_to_be() -> None:
    found = asked()
    first, second = found.rows
    assert first["low"] < first["answer"] < first["high"]
    assert first["reason"] == ""
    assert first["basis"] == "own levels"
    assert second["basis"] == "population"
    assert second["answer"] == pytest.approx(200 * 3 / -np.expm1(-3 / 40 * 24), rel=1e-6)
    assert second["high"] / second["low"] > first["high"] / first["low"]
    assert asked().rows == found.rows


@pytest.mark.hazard("H-232")
def test_from_empty_with_drug_in_the_body_is_told_and_from_now_counts_it() -> None:
    wanted = SingleDoseTarget(measure="level", value=9.0, end=1.0)
    empty = asked(wanted)
    assert [one.code for one in empty.findings if one.subject == "a"] == ["TUN-150"]
    assert "from empty" in empty.lines[0]
    now = replace(wanted, basis="now", at=10.0, end=11.0)
    found = asked(now)
    assert not [one for one in found.findings if one.code == "TUN-150"]
    assert found.rows[0]["give"] < 0.7 * empty.rows[0]["give"]
    assert "from now, with what is in the body" in found.lines[0]
    latest = asked(replace(wanted, basis="now", end=11.0), choice=DoseChoice(now=True))
    assert latest.rows[0]["give"] == found.rows[0]["give"]


@pytest.mark.hazard("H-232")
def test_draws_that_have_not_fallen_in_time_move_the_limits_and_are_said() -> None:
    wanted = SingleDoseTarget(measure="below", value=3.0, end=200.0, dose=400.0)
    whole = asked(wanted).rows[0]
    short = asked(replace(wanted, end=1.02 * whole["answer"])).rows[0]
    assert short["answer"] == pytest.approx(whole["answer"], rel=1e-3)
    assert short["high"] is None  # never the limit of those that were quick
    assert "not until" in short["reason"]
    never = asked(replace(wanted, end=0.5 * whole["low"])).rows[0]
    assert never["give"] is None
    assert "is not reached until" in never["reason"]


def test_a_dose_is_rounded_to_what_can_be_given_and_keeps_its_probability() -> None:
    wanted = SingleDoseTarget(measure="trough", value=4.0, basis="steady", interval=12.0)
    plain = asked(wanted).rows[0]
    often = asked(wanted, choice=DoseChoice(probability=0.9, step=50.0))
    assert often.rows[0]["give"] % 50 == 0
    assert often.rows[0]["give"] > plain["give"]
    mine = [row for row in often.regimens if row["participant"] == "a"]
    chosen = next(row for row in mine if row["dose"] == often.rows[0]["give"])
    lower = next(row for row in mine if row["dose"] == often.rows[0]["give"] - 50)
    assert chosen["reaches it"] >= 0.9 > lower["reaches it"]
    seldom = asked(wanted, choice=DoseChoice(probability=0.9, at_most=True, step=50.0))
    assert seldom.rows[0]["give"] < plain["give"]


def test_a_last_level_that_the_model_does_not_meet_is_told() -> None:
    model = MODEL.replace("proportional = 0.01", "proportional = 0.03")
    rows = "ID,TIME,EVID,AMT,DV\na,0,1,400,.\n" + "".join(
        f"a,{t},0,0,{10 * np.exp(-0.075 * t):.3f}\n" for t in range(1, 12)
    )
    now = SingleDoseTarget(measure="level", value=9.0, basis="now", at=13.0, end=14.0)
    assert not asked(now, rows, model).findings
    odd = asked(now, rows + "a,12,0,0,7.5\n", model)
    assert [one.code for one in odd.findings] == ["TUN-151"]


def test_a_model_written_as_compartments_is_answered_as_its_formulas_are() -> None:
    numbers = {"CL": {"typical": 3.0, "unit": "L/h", "variance": 0.2},
               "V": {"typical": 40.0, "unit": "L", "variance": 0.2}}  # fmt: skip
    written = model_of(
        {
            "name": "bolus", "quantity": "", "unit": "mg/L", "compartments": 1,
            "absorption": "none", "parameters": numbers, "residual": {"proportional": 0.01},
        }
    )  # fmt: skip
    assert written.written is not None
    file, bench = (
        EventFile(path="e.csv", content=ROWS.encode()),
        open_bench(quiet=True, workers=1),
    )
    found = find_dose(bench, file, Question(model=written, draws=200), WANTED, 7)
    plain = asked()
    for mine, other in zip(found.rows, plain.rows, strict=True):
        for key in ("answer", "low", "median", "high"):
            assert mine[key] == pytest.approx(other[key], rel=1e-6)
