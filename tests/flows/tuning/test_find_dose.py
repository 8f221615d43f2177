"""Doses for everybody of a plain file."""

import pytest

from nanoward.base.errors import UsageError
from nanoward.flows.tuning.find_dose import find_dose
from nanoward.flows.tuning.fit_people import EventFile
from nanoward.tuning import MODELS, Question, read_dynamics
from nanoward.tuning.regimens.single_dose import SingleDoseTarget
from nanoward.wiring import open_bench

MODEL = """
name = "bolus"
[parameters.CL]
typical = 3.0
variance = 0.2
[parameters.V]
typical = 40.0
variance = 0.2
[compartments.body]
derivative = "-CL / V * body"
[outputs.level]
value = "body / V"
proportional = 0.01
"""
FILE = EventFile(
    path="e.csv",
    content=b"ID,TIME,EVID,AMT,DV\na,0,1,400,.\na,1,0,0,9\na,10,0,0,5\nb,0,1,400,.\n",
)
WANTED = SingleDoseTarget(measure="auc", value=200.0, end=24.0)


def test_the_answer_lies_within_its_limits_and_doubts_are_reasons() -> None:
    bench = open_bench(quiet=True, workers=1)
    question = Question(model=read_dynamics(MODEL), draws=200)
    rows, _ = find_dose(bench, FILE, question, WANTED, 7)
    first, second = rows
    assert first["low"] < first["answer"] < first["high"]
    assert first["reason"] == ""
    assert second["answer"] is None
    assert "no usable observation" in second["reason"]
    again, _ = find_dose(bench, FILE, question, WANTED, 7)
    assert again == rows


def test_closed_form_models_are_refused() -> None:
    bench = open_bench(quiet=True, workers=1)
    with pytest.raises(UsageError, match="formulas"):
        find_dose(bench, FILE, Question(model=MODELS["warfarin-1cpt"]), WANTED, 7)
