"""nanoward tuning population and fit --population, in process, on plain files."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import InputError, UsageError
from nanoward.faces.cli.tuning.commands import group
from nanoward.tuning import BadModelError, read_dynamics

MODEL = """
name = "bolus"
[parameters.CL]
typical = {cl}
unit = "L/h"
variance = 0.2
[parameters.V]
typical = 60.0
unit = "L"
variance = 0.2
[compartments.body]
unit = "mg"
derivative = "-CL / V * body"
[outputs.level]
value = "body / V"
unit = "mg/L"
proportional = 0.05
quantity = "level"
[outputs.other]
value = "body / V"
additive = 1.0
quantity = "other"
"""


def called(*words: str) -> Result:
    return CliRunner().invoke(group, list(words), standalone_mode=False)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """16 people with CL 3 and V 40, and a model that begins elsewhere."""
    chance, lines = np.random.default_rng(2), ["ID,TIME,EVID,AMT,DV,DVID"]
    for place in range(16):
        cl, v = np.array([3.0, 40.0]) * np.exp(0.3 * chance.standard_normal(2))
        lines.append(f"{place},0,1,500,.,.")
        for t in (1.0, 5.0, 12.0):
            seen = 500 / v * np.exp(-cl / v * t) * (1 + 0.1 * chance.standard_normal())
            lines.append(f"{place},{t},0,0,{seen:.5g},level")
    (tmp_path / "e.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "m.toml").write_text(MODEL.format(cl=2.0))
    return str(tmp_path / "e.csv"), str(tmp_path / "m.toml")


def test_a_population_is_told_as_text_and_json_and_written_as_a_model(
    files: tuple[str, str], tmp_path: Path
) -> None:
    words = ("population", files[0], "--model", files[1], "--quantity", "level", "--quiet")
    told = called(*words, "--out", str(tmp_path / "out"))
    assert told.exception is None
    assert told.return_value == 0
    assert "converged" in told.stdout
    assert "omega CL" in told.stdout
    model = read_dynamics((tmp_path / "out" / "model.toml").read_text())
    clearance = next(one for one in model.parameters if one.name == "CL")
    assert clearance.typical == pytest.approx(3.0, rel=0.25)
    with (tmp_path / "out" / "population.csv").open() as file:
        rows = {row["name"]: row for row in csv.DictReader(file)}
    assert float(rows["CL"]["value"]) == clearance.typical
    assert float(rows["CL"]["low"]) < clearance.typical < float(rows["CL"]["high"])
    found = json.loads(called(*words, "--json").stdout)
    assert found["converged"] is True
    assert found["people"] == 16
    assert {one["name"] for one in found["estimates"]} == set(rows)
    assert found["objective"] < found["started_from"]


def test_people_are_fitted_under_the_population_that_was_estimated(
    files: tuple[str, str], tmp_path: Path
) -> None:
    told = called(
        "fit", files[0], "--model", files[1], "--quantity", "level", "--population", "--fix",
        "V", "--draws", "50", "--json", "--quiet", "--out", str(tmp_path / "out"),
        "--pictures", str(tmp_path / "pictures"),
    )  # fmt: skip
    assert told.exception is None
    found = json.loads(told.stdout)
    assert "V" not in {one["name"] for one in found["population"]["estimates"]}
    assert {one["name"]: one["typical"] for one in found["model"]["parameters"]}["V"] == 60.0
    assert (tmp_path / "out" / "population.csv").exists()
    assert (tmp_path / "pictures" / "fit-7.svg").read_text().startswith("<svg")
    assert "Individual fits" in (tmp_path / "pictures" / "fits.html").read_text()


def test_an_estimate_that_is_no_minimum_ends_with_exit_code_1(
    files: tuple[str, str], tmp_path: Path
) -> None:
    lost = MODEL.format(cl=2.0).replace(
        "[compartments.body]", "[parameters.F]\ntypical = 0.9\n[compartments.body]"
    )
    lost = lost.replace('derivative = "', 'bioavailability = "F"\nderivative = "')
    (tmp_path / "lost.toml").write_text(lost)
    told = called(
        "population", files[0], "--model", str(tmp_path / "lost.toml"), "--quantity", "level"
    )
    assert told.return_value == 1
    assert "NOT CONVERGED" in told.stdout
    assert "TUN-118" in told.stderr


def test_unknown_names_and_quantities_are_refused_with_those_that_exist(
    files: tuple[str, str],
) -> None:
    base = ("population", files[0], "--model", files[1])
    told = called(*base, "--fix", "omega Q")
    assert isinstance(told.exception, BadModelError)
    assert "omega CL" in str(told.exception.next_step)
    told = called(*base, "--quantity", "nothing")
    assert isinstance(told.exception, InputError)
    assert "level, other" in str(told.exception.next_step)


def test_a_model_of_compartments_is_estimated_with_errors_and_keeps_numbers(
    tmp_path: Path,
) -> None:
    (tmp_path / "e.csv").write_text(
        "ID,TIME,EVID,AMT,DV\n"
        + "".join(
            f"{who},0,1,500,.\n{who},2,0,0,{10 + who}\n{who},9,0,0,{5 + who / 2}\n"
            for who in range(4)
        )
    )
    (tmp_path / "m.toml").write_text(
        'name = "iv"\nquantity = ""\nunit = "mg/L"\ncompartments = 1\nabsorption = "none"\n'
        "[residual]\nproportional = 0.02\n"
        '[parameters.CL]\ntypical = 3.0\nunit = "L/h"\nvariance = 0.1\n'
        '[parameters.V]\ntypical = 40.0\nunit = "L"\nvariance = 0.1\n'
    )
    base = ("population", str(tmp_path / "e.csv"), "--model", str(tmp_path / "m.toml"))
    told = called(*base, "--quiet")
    assert told.exception is None
    assert "residual proportional" in told.stdout
    kept = called(*base, "--fix", "CL", "--fix", "omega V", "--json", "--quiet")
    names = [one["name"] for one in json.loads(kept.stdout)["estimates"]]
    assert names == ["V", "omega CL", "residual proportional"]


CLOSED = """
name = "c"
quantity = ""
unit = "mg/L"
compartments = 1
absorption = "none"
[parameters.CL]
typical = 3.0
unit = "L/h"
variance = 0.1
[parameters.V]
typical = 40.0
unit = "L"
variance = 0.1
[residual]
additive = 0.02
proportional = 0.01
"""
LEVELS = "ID,TIME,EVID,AMT,DV\n1,0,1,100,.\n1,1,0,.,2.5\n1,5,0,.,1.5\n1,9,0,.,1\n"


def written(tmp_path: Path, **texts: str) -> dict[str, str]:
    for name, text in texts.items():
        (tmp_path / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name.replace("_", ".")) for name in texts}


def test_a_closed_form_model_is_fitted_without_draws(tmp_path: Path) -> None:
    at = written(tmp_path, m_toml=CLOSED, e_csv=LEVELS)
    told = called("fit", at["e_csv"], "--model", at["m_toml"], "--draws", "0", "--json")
    assert told.exception is None, told.output
    assert told.return_value == 0
    found = json.loads(told.stdout)
    drawn = called("fit", at["e_csv"], "--model", at["m_toml"], "--draws", "200", "--json")
    assert found["fits"] == json.loads(drawn.stdout)["fits"]
    assert called("fit", at["e_csv"], "--model", at["m_toml"], "--draws", "-1").exception


@pytest.mark.parametrize("model", [CLOSED, MODEL.format(cl=3.0)])
def test_a_fit_of_nobody_is_no_success(tmp_path: Path, model: str) -> None:
    events = "ID,TIME,EVID,AMT,DV,DVID\n1,0,1,100,.,.\n1,1,0,.,2.5,level\n".replace("100", "-1")
    at = written(tmp_path, m_toml=model, e_csv=events)
    told = called("fit", at["e_csv"], "--model", at["m_toml"], "--draws", "0", "--quiet")
    assert told.return_value == 1


@pytest.mark.hazard("H-264")
def test_columns_have_the_names_that_were_told_in_csv_and_in_a_workbook(tmp_path: Path) -> None:
    import openpyxl

    theirs = LEVELS.replace("ID,", "Proband;", 1).replace("DV\n", "conc\n").replace(",", ";")
    at = written(tmp_path, m_toml=CLOSED, e_csv=LEVELS, t_csv=theirs.replace(".5", ",5"))
    book = openpyxl.Workbook()
    for row in csv.reader(theirs.splitlines(), delimiter=";"):
        book.worksheets[0].append([float(one) if one[:1].isdigit() else one for one in row])
    book.save(tmp_path / "t.xlsx")
    plain = called("fit", at["e_csv"], "--model", at["m_toml"], "--draws", "0", "--json")
    names = ("--column", "ID=Proband", "--column", "DV=conc")
    for path in (at["t_csv"], str(tmp_path / "t.xlsx")):
        told = called("fit", path, "--model", at["m_toml"], "--draws", "0", "--json", *names)
        assert json.loads(told.stdout)["fits"] == json.loads(plain.stdout)["fits"]
    lost = called("fit", at["t_csv"], "--model", at["m_toml"], "--column", "ID=Nobody")
    assert lost.return_value == 1
    assert "FMT-218" in lost.output
    twice = called("fit", at["t_csv"], "--model", at["m_toml"], *names, "--column", "DV=x")
    assert isinstance(twice.exception, UsageError)
