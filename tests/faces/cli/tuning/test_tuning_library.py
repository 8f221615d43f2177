"""Every model of the library through the commands: simulated, then fitted; each kind of agent
recommended, certified and permitted."""

import json
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import UsageError
from nanoward.faces.cli.tuning.commands import group
from nanoward.flows.tuning.use_certificate import NotCertifiedError
from nanoward.tuning import read_dynamics
from nanoward.tuning.models.formula_library import TEXTS

KINDS = ("microbe", "vaccine", "CAR-T", "pump", "stimulator")


def called(*words: str) -> Result:
    return CliRunner().invoke(group, list(words), standalone_mode=False)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_model_is_simulated_and_fits_what_it_simulated(name: str, tmp_path: Path) -> None:
    dose = "a,0,1,100,1,.\n" if read_dynamics(TEXTS[name]).compartments else ""
    (tmp_path / "e.csv").write_text(f"ID,TIME,EVID,AMT,CMT,DV\n{dose}a,40,2,0,1,.\n")
    told = called(
        "simulate", str(tmp_path / "e.csv"), "--model", name, "--replicates", "3", "--at",
        "1,4,12,30", "--out", str(tmp_path / "s.csv"), "--events-out", str(tmp_path / "f.csv"),
        "--quiet",
    )  # fmt: skip
    assert told.exception is None, told.exception
    rows = pl.read_csv(tmp_path / "s.csv", infer_schema_length=None)
    outputs = read_dynamics(TEXTS[name]).outputs
    assert rows.height == 3 * 4 * len(outputs)
    assert rows["value"].null_count() == 0  # grades and events are drawn too
    told = called("fit", str(tmp_path / "f.csv"), "--model", name, "--draws", "0", "--json",
                  "--quiet")  # fmt: skip
    assert told.exception is None, told.exception
    fits = json.loads(told.stdout)["fits"]
    assert {one["participant"] for one in fits} == {"a-1", "a-2", "a-3"}
    assert all(one["converged"] for one in fits)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_agent_is_recommended_certified_and_used_alone(
    kind: str, tmp_path: Path
) -> None:
    folder = tmp_path / "rehearsal"
    told = called("rehearse", kind, "--people", "2", "--settings", "3", "--write", str(folder))
    assert told.exception is None, told.exception
    events, model = str(folder / "data" / "events.csv"), str(folder / "programme.toml")
    told = called("recommend", events, "--model", model, "--json", "--quiet")
    assert told.exception is None, told.exception
    found = json.loads(told.stdout)
    assert len(found["recommendations"]) == 2
    for one in found["recommendations"]:
        if one["setting"] is None:
            assert one["reason"]
    told = called(
        "certify", events, "--model", model, "--keys", str(tmp_path / "keys"), "--ended",
        "2026-11-20", "--until", "2026-12-31", "--out", str(tmp_path / "out"), "--json",
        "--quiet",
    )  # fmt: skip
    assert told.exception is None, told.exception
    signed = [one for one in json.loads(told.stdout)["certificates"] if one["settings"]]
    key = str(tmp_path / "out" / "key.txt")
    for one in signed:
        paper = str(tmp_path / "out" / one["file"])
        words = ("permitted", paper, "--key", key, "--setting", str(one["lowest"]))
        assert called(*words, "--as-of", "2026-11-21").exception is None
        late = called(*words, "--as-of", "2027-02-01").exception
        assert isinstance(late, NotCertifiedError)


def test_times_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("ID,TIME,EVID,AMT,CMT,DV\na,0,1,100,1,.\n")
    words = ("simulate", str(tmp_path / "e.csv"), "--model", "pump-drug", "--at")
    assert isinstance(called(*words, "1,x").exception, UsageError)
    assert isinstance(called(*words, "0:5").exception, UsageError)
    told = called(*words, "0:2:0.5,9", "--json")
    times = {one["time"] for one in json.loads(told.stdout)["simulated"]}
    assert times == {0.0, 0.5, 1.0, 1.5, 2.0, 9.0}
