"""nanoward tuning fit, in process, on plain files."""

import json
import tomllib
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from nanoward.base.errors import InputError, UsageError
from nanoward.faces.cli.tuning.commands import group
from nanoward.flows.tuning.use_certificate import NotCertifiedError
from nanoward.tuning import MODELS, formulas_of, question_of

EXAMPLE = Path(__file__).parents[4] / "examples" / "warfarin"


@pytest.fixture
def events(tmp_path: Path) -> Path:
    lines = (EXAMPLE / "data" / "events.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "few.csv").write_bytes(b"".join(lines[:35]))
    return tmp_path / "few.csv"


def test_text_for_people_and_tables_for_machines(events: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(
        group,
        ["fit", str(events), "--model", str(EXAMPLE / "programme.toml"), "--quiet",
         "--out", str(tmp_path / "out")],
        standalone_mode=False,
    )  # fmt: skip
    assert told.exception is None
    assert told.return_value == 1  # a value of 0 was doubted
    assert "people fitted under warfarin-1cpt" in told.stdout
    fits = pl.read_parquet(tmp_path / "out" / "fits.parquet")
    assert fits["converged"].all()
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "fits.parquet",
        "covariances.parquet",
        "bands.parquet",
        "observed.parquet",
        "outlook.parquet",
        "recommendations.parquet",
    }


def test_json_holds_fits_findings_and_the_model(events: Path) -> None:
    told = CliRunner().invoke(
        group,
        ["fit", str(events), "--model", "warfarin-1cpt", "--json"],
        standalone_mode=False,
    )
    found = json.loads(told.stdout)
    assert found["facts"]["model_sha256"] == MODELS["warfarin-1cpt"].sha256
    assert {one["parameter"] for one in found["fits"]} == {"CL", "V", "KA", "LAG"}
    assert found["findings"][0]["code"] == "TUN-103"
    assert "TUN-103" in told.stderr


def test_another_quantity_can_be_asked_for(events: Path) -> None:
    told = CliRunner().invoke(
        group,
        ["fit", str(events), "--model", "warfarin-1cpt", "--quantity", "none", "--json"],
        standalone_mode=False,
    )
    found = json.loads(told.stdout)
    assert {one["observations"] for one in found["fits"]} == {0}
    assert "no usable observation" in found["undecided"][0]["reason"]


def test_what_is_no_model_file_is_said(events: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("= 3")
    for model in ("bad.toml", "missing.toml"):
        told = CliRunner().invoke(
            group,
            ["fit", str(events), "--model", str(tmp_path / model)],
            standalone_mode=False,
        )
        assert isinstance(told.exception, InputError)
        assert model in str(told.exception)


def test_the_example_uses_the_model_of_the_library() -> None:
    plan = tomllib.loads((EXAMPLE / "programme.toml").read_text(encoding="utf-8"))
    question = question_of(plan["tuning"])
    assert question.model == formulas_of(MODELS["warfarin-1cpt"])
    assert question.target is not None


@pytest.fixture
def goal_files(tmp_path: Path) -> tuple[str, str]:
    """An event table and a file with a model of formulas and a goal."""
    levels = "a,0,1,200,.,level\na,2,0,0,3.1,level\na,10,0,0,1.4,level\n"
    (tmp_path / "e.csv").write_text("ID,TIME,EVID,AMT,DV,DVID\n" + levels)
    model = """
[tuning]
draws = 200
[tuning.goal]
setting = "dose"
unit = "mg"
interval = 12
lowest = 0
highest = 300
step = 50
benefit = "benefit"
side_effect = "nausea"
epsilon = 0.1
horizon = 24
[tuning.model]
name = "cli"
[tuning.model.parameters.CL]
typical = 5.0
variance = 0.1
[tuning.model.compartments.body]
derivative = "-CL / 50 * body"
[tuning.model.outputs.level]
value = "body / 50"
proportional = 0.02
quantity = "level"
[tuning.model.outputs.benefit]
value = "body / (body + 100)"
additive = 0.01
quantity = "benefit"
[tuning.model.outputs.nausea]
value = "expit(body / 33 - 7)"
likelihood = "bernoulli"
quantity = "nausea"
"""
    (tmp_path / "m.toml").write_text(model)
    return str(tmp_path / "e.csv"), str(tmp_path / "m.toml")


def test_models_of_formulas_are_fitted_with_their_covariance(
    goal_files: tuple[str, str],
) -> None:
    events, model = goal_files
    told = CliRunner().invoke(
        group, ["fit", events, "--model", model, "--draws", "0", "--json", "--quiet"],
        standalone_mode=False,
    )  # fmt: skip
    assert told.exception is None
    found = json.loads(told.stdout)
    assert found["fits"][0]["converged"] is True
    assert found["covariances"][0]["covariance"] > 0


def test_settings_are_recommended_certified_and_people_simulated(
    goal_files: tuple[str, str], tmp_path: Path
) -> None:
    events, model = goal_files
    asked = [events, "--model", model, "--quiet", "--json"]
    told = CliRunner().invoke(group, ["recommend", *asked], standalone_mode=False)
    assert told.exception is None
    found = json.loads(told.stdout)
    assert found["recommendations"][0]["setting"] > 0
    assert len(found["frontier"]) == 7
    days = ["--ended", "2026-11-20", "--as-of", "2026-11-23", "--until", "2026-12-24"]
    out, keys = tmp_path / "out", tmp_path / "keys"
    told = CliRunner().invoke(
        group, ["certify", *asked, *days, "--out", str(out), "--keys", str(keys)],
        standalone_mode=False,
    )  # fmt: skip
    assert told.exception is None
    assert {one.name for one in out.iterdir()} == {
        "certificate-a.json", "certificate-a.sig", "key.txt"
    }  # fmt: skip
    at = [str(out / "certificate-a.json"), "--key", str(out / "key.txt"), "--json"]
    day = ["--as-of", "2026-11-23"]
    told = CliRunner().invoke(group, ["permitted", *at, *day], standalone_mode=False)
    assert told.exception is None
    first = json.loads(told.stdout)["permitted"][0]
    again = [*at, *day, "--setting", str(first["setting"])]
    told = CliRunner().invoke(group, ["permitted", *again], standalone_mode=False)
    assert told.exception is None
    for refused in (["--setting", "777", *day], ["--setting", "50", "--as-of", "2027-11-23"]):
        told = CliRunner().invoke(group, ["permitted", *at, *refused], standalone_mode=False)
        assert isinstance(told.exception, NotCertifiedError)
    told = CliRunner().invoke(
        group, ["simulate", *asked, "--replicates", "2"], standalone_mode=False
    )
    assert told.exception is None
    assert len(json.loads(told.stdout)["simulated"]) == 4


def test_a_faulty_model_file_names_its_line(goal_files: tuple[str, str]) -> None:
    events, model = goal_files
    Path(model).write_text(Path(model).read_text().replace("-CL / 50", "-CX / 50"))
    told = CliRunner().invoke(group, ["fit", events, "--model", model], standalone_mode=False)
    assert isinstance(told.exception, InputError)
    assert "m.toml:" in told.exception.message
    assert "CX" in told.exception.message


def test_moves_newcomers_and_words_reach_the_command(
    goal_files: tuple[str, str], tmp_path: Path
) -> None:
    events, model = goal_files
    with Path(events).open("a") as file:
        file.write("new,0,2,0,.,\n")
    moves = tmp_path / "moves.csv"
    moves.write_text("participant,time,value,before,day\na,6,100,200,2026-11-20\n")
    asked = ["recommend", events, "--model", model, "--json", "--adjustments", str(moves)]
    told = CliRunner().invoke(group, asked, standalone_mode=False)
    found = {one["participant"]: one for one in json.loads(told.stdout)["recommendations"]}
    assert "One step" in found["a"]["words"]
    assert "no usable observation" in found["new"]["reason"]
    told = CliRunner().invoke(group, [*asked, "--newcomers"], standalone_mode=False)
    found = {one["participant"]: one for one in json.loads(told.stdout)["recommendations"]}
    assert found["new"]["setting"] is not None


def test_before_and_after_are_told_as_text_and_json(tmp_path: Path) -> None:
    rows = "".join(
        f"{who},{t},{int(t == 5)},{50 * (t == 5)},{'.' if t == 5 else 9 - 5 * (t > 5) + t % 2},"
        f"{'' if t == 5 else 'pain'}\n"
        for who in "ab"
        for t in range(11)
    )
    (tmp_path / "e.csv").write_text("ID,TIME,EVID,AMT,DV,DVID\n" + rows)
    asked = ["before-after", str(tmp_path / "e.csv"), "--side-effect", "pain", "--at", "5"]
    told = CliRunner().invoke(group, asked, standalone_mode=False)
    assert told.exception is None
    assert "everybody" in told.stdout
    told = CliRunner().invoke(group, [*asked, "--json"], standalone_mode=False)
    verdicts = [row["verdict"] for row in json.loads(told.stdout)["changes"]]
    assert verdicts[:2] == ["less", "less"]


def test_a_rehearsal_tells_of_four_policies_and_unknown_agents_are_refused() -> None:
    asked = ["rehearse", "stimulator", "--people", "2", "--settings", "3", "--draws", "100"]
    told = CliRunner().invoke(group, [*asked, "--json", "--quiet"], standalone_mode=False)
    assert told.exception is None
    rows = json.loads(told.stdout)["policies"]
    assert [row["policy"] for row in rows] == ["oracle", "ours", "fixed", "titration"]
    assert rows[0]["of the oracle's"] == 1.0
    told = CliRunner().invoke(group, ["rehearse", "dragon"], standalone_mode=False)
    assert isinstance(told.exception, UsageError)
