"""Everything at once through the commands: occasions, covariates that change, infusions, added
doses, censored values, counts, grades, an event, a preference, and steady state."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli.tuning.commands import group

MODEL = """
[tuning]
draws = 200
[tuning.model]
name = "everything"
time_unit = "h"
[tuning.model.parameters.CL]
typical = 4.0
variance = 0.1
occasion_variance = 0.05
covariates = "(WT / 70) ^ 0.75"
[tuning.model.parameters.V]
typical = 50.0
variance = 0.1
[tuning.model.parameters.RATE0]
typical = 2.0
variance = 0.2
[tuning.model.parameters.HAZ]
typical = 0.01
variance = 0.1
[tuning.model.parameters.LIKE]
typical = 0.5
variance = 0.5
distribution = "normal"
[tuning.model.covariates.WT]
[tuning.model.covariates.A]
missing = 0
[tuning.model.covariates.B]
missing = 0
[tuning.model.compartments.body]
derivative = "-CL / V * body"
[tuning.model.compartments.risk]
derivative = "HAZ * (1 + body / V)"
[tuning.model.outputs.level]
value = "body / V"
proportional = 0.04
additive = 0.01
limit = 0.5
quantity = "level"
[tuning.model.outputs.count]
value = "RATE0 * exp(-body / V / 10)"
likelihood = "poisson"
quantity = "count"
[tuning.model.outputs.grade]
value = "body / V"
likelihood = "ordinal"
logits = ["body / V - 4", "body / V - 8"]
quantity = "grade"
[tuning.model.outputs.stop]
value = "HAZ * (1 + body / V)"
cumulative = "risk"
likelihood = "event"
quantity = "stop"
[tuning.model.outputs.choice]
value = "LIKE * (A - B)"
likelihood = "preference"
quantity = "choice"
"""
EVENTS = """
ID,TIME,EVID,AMT,II,SS,ADDL,RATE,DV,DVID,WT,OCC,CENS,A,B
a,0,1,300,12,0,3,150,.,.,80,1,0,0,0
a,1,0,0,0,0,0,0,9.1,level,80,1,0,0,0
a,6,0,0,0,0,0,0,5.2,level,78,1,0,0,0
a,7,0,0,0,0,0,0,2,count,78,1,0,0,0
a,8,0,0,0,0,0,0,1,grade,78,1,0,0,0
a,20,0,0,0,0,0,0,1,choice,78,1,0,2,1
a,48,1,300,0,0,0,0,.,.,70,2,0,0,0
a,50,0,0,0,0,0,0,8.8,level,70,2,0,0,0
a,55,0,0,0,0,0,0,0,count,70,2,0,0,0
a,70,0,0,0,0,0,0,0.5,level,70,2,1,0,0
a,90,0,0,0,0,0,0,1,stop,70,2,0,0,0
"""
STEADY = """
name = "steady"
[parameters.CL]
typical = 4.0
variance = 0.1
[parameters.V]
typical = 50.0
variance = 0.1
[compartments.body]
derivative = "-CL / V * body"
[outputs.level]
value = "body / V"
proportional = 0.04
"""


def called(*words: str) -> Result:
    return CliRunner().invoke(group, list(words), standalone_mode=False)


def test_one_person_with_everything_is_fitted(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MODEL)
    (tmp_path / "e.csv").write_text(EVENTS.lstrip())
    told = called("fit", str(tmp_path / "e.csv"), "--model", str(tmp_path / "m.toml"), "--json")
    assert told.exception is None, told.exception
    found = json.loads(told.stdout)
    rows = {one["parameter"]: one for one in found["fits"]}
    assert set(rows) == {"CL", "CL@1", "CL@2", "V", "RATE0", "HAZ", "LIKE"}
    assert all(one["converged"] for one in rows.values())
    assert rows["LIKE"]["eta"] > 0  # the stronger one was preferred
    assert rows["HAZ"]["eta"] < 0.1  # 90 h without, then an event: about one in 100 h
    assert rows["V"]["value"] < 50  # levels above those of a typical person


def test_counts_grades_and_choices_are_simulated_and_fitted_again(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(MODEL)
    (tmp_path / "e.csv").write_text(EVENTS.lstrip())
    told = called(
        "simulate", str(tmp_path / "e.csv"), "--model", str(tmp_path / "m.toml"),
        "--replicates", "30", "--events-out", str(tmp_path / "s.csv"), "--quiet",
    )  # fmt: skip
    assert told.exception is None, told.exception
    with (tmp_path / "s.csv").open() as file:
        rows = list(csv.DictReader(file))
    seen: dict[str, list[float]] = {}
    for row in rows:
        if row["DV"]:
            seen.setdefault(row["DVID"], []).append(float(row["DV"]))
    assert set(seen["grade"]) <= {0.0, 1.0, 2.0}
    assert set(seen["choice"]) == {0.0, 1.0}
    assert 0.4 < np.mean(seen["count"]) < 3.0
    assert "stop" not in seen  # when a hazard strikes is no value of a record
    told = called("fit", str(tmp_path / "s.csv"), "--model", str(tmp_path / "m.toml"),
                  "--draws", "0", "--json", "--quiet")  # fmt: skip
    assert told.exception is None, told.exception
    fits = json.loads(told.stdout)["fits"]
    assert len({one["participant"] for one in fits}) == 30
    assert sum(one["converged"] for one in fits) >= 0.95 * len(fits)


def test_steady_state_is_what_many_doses_come_to(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(STEADY)
    head = "ID,TIME,EVID,AMT,II,SS,ADDL,DV\n"
    (tmp_path / "steady.csv").write_text(f"{head}a,0,1,300,12,1,0,.\na,3,0,0,0,0,0,9\n")
    (tmp_path / "many.csv").write_text(f"{head}a,0,1,300,12,0,80,.\na,963,0,0,0,0,0,9\n")
    found = []
    for name in ("steady.csv", "many.csv"):
        told = called("fit", str(tmp_path / name), "--model", str(tmp_path / "m.toml"),
                      "--draws", "0", "--json", "--quiet")  # fmt: skip
        found.append([one["eta"] for one in json.loads(told.stdout)["fits"]])
    assert found[0] == pytest.approx(found[1], abs=1e-6)
