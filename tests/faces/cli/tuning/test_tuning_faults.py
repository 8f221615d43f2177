"""Bad models and bad data through the real command: each fault names its line and the fix."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import InputError
from nanoward.faces.cli.tuning.commands import group

GOOD = """name = "oral"
[parameters.CL]
typical = 4.0
unit = "L/h"
variance = 0.2
[parameters.V]
typical = 70.0
unit = "L"
variance = 0.2
[parameters.KA]
typical = 1.0
unit = "1/h"
variance = 0.2
[compartments.depot]
unit = "mg"
derivative = "-KA * depot"
[compartments.centre]
unit = "mg"
derivative = "KA * depot - CL / V * centre"
[outputs.level]
value = "centre / V"
unit = "mg/L"
additive = 0.01
proportional = 0.05
limit = 0.1
"""
EVENTS = """ID,TIME,EVID,AMT,CMT,DV
a,0,1,1000,1,.
a,2,0,0,2,8.5
a,8,0,0,2,7.1
b,0,1,1000,1,.
b,2,0,0,2,9.5
b,8,0,0,2,6.1
"""


def fitted(folder: Path, model: str = GOOD, events: str = EVENTS) -> Result:
    (folder / "m.toml").write_text(model)
    (folder / "e.csv").write_text(events)
    words = ["fit", str(folder / "e.csv"), "--model", str(folder / "m.toml"), "--draws", "0"]
    return CliRunner().invoke(group, words, standalone_mode=False)


def test_without_a_fault_both_people_are_fitted(tmp_path: Path) -> None:
    told = fitted(tmp_path)
    assert told.exception is None
    assert told.return_value == 0
    assert "2 people fitted" in told.stdout


MODEL_FAULTS = {
    "units that do not match": ('"centre / V"', '"centre / CL"', 21, "units that do not match",
                                "convert"),
    "units of a sum": ("- CL / V * centre", "- CL * centre", 19, "units that do not match",
                       "convert"),
    "unknown unit": ('unit = "L/h"', 'unit = "litres/h"', 4, "not understood", "UCUM"),
    "unknown symbol": ('"-KA * depot"', '"-KAA * depot"', 16, "'KAA', which is unknown",
                       "Known here are"),
    "variance < 0": ("variance = 0.2\n[parameters.V]", "variance = -0.2\n[parameters.V]", 5,
                          "never negative", "Correct"),
    "negative residual variance": ("additive = 0.01", "additive = -1", 23, "never negative",
                                   "Correct"),
    "no variance": ("variance = 0.2", "variance = 0.0", 2, "hold no variance", "Correct"),
    "key that nobody knows": ("typical = 70.0", "typcial = 70.0", 7, "typcial is unknown",
                              "Correct"),
    "no residual error": ("additive = 0.01\nproportional = 0.05\n", "", 20, "no residual error",
                          "Give additive"),
    "formula that breaks off": ('"-KA * depot"', '"-KA * "', 16, "cannot be read", "Correct"),
    "typical value of 0": ("typical = 4.0", "typical = 0.0", 3, "must be > 0", "Correct"),
    "name twice": ("[compartments.centre]", "[compartments.V]", 17, "stands under parameters",
                        "Correct"),
    "circle of formulas": ("[outputs.level]",
                           '[definitions]\nA = "B"\nB = "A"\n[outputs.level]',
                           22, "circle", "Correct"),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(MODEL_FAULTS))
def test_a_fault_of_the_model_names_its_line_and_the_fix(kind: str, tmp_path: Path) -> None:
    old, new, line, what, fix = MODEL_FAULTS[kind]
    assert old in GOOD
    told = fitted(tmp_path, model=GOOD.replace(old, new))
    fault = told.exception
    assert isinstance(fault, InputError), told.output
    assert what in fault.message
    assert fault.line == line
    assert str(fault.file).endswith("m.toml")
    assert fix in fault.next_step


DATA_FAULTS = {
    "dose without a compartment": ("a,0,1,1000,1,.", "a,0,1,1000,7,.", 2,
                                   "compartment 7, which the model lacks", "Correct the dose"),
    "times out of order": ("a,2,0,0,2,8.5", "a,9,0,0,2,8.5", 4, "comes after 9", "Sort"),
    "dose without an amount": ("a,0,1,1000,1,.", "a,0,1,0,1,.", 2, "without an amount", ""),
    "observation without a value": ("a,2,0,0,2,8.5", "a,2,0,0,2,.", 3, "without a DV", ""),
    "a word for a number": ("a,2,0,0,2,8.5", "a,2,0,0,2,high", 3, "high", ""),
    "all observations censored": ("a,2,0,0,2,8.5\na,8,0,0,2,7.1", "a,2,0,0,2,0\na,8,0,0,2,0.01",
                                  2, "all observations are censored", "above the limit"),
    "the same row twice": ("a,2,0,0,2,8.5\n", "a,2,0,0,2,8.5\na,2,0,0,2,8.5\n", 4,
                           "stands twice", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(DATA_FAULTS))
def test_a_fault_of_the_data_names_its_line_and_the_others_are_fitted(
    kind: str, tmp_path: Path
) -> None:
    old, new, line, what, fix = DATA_FAULTS[kind]
    assert old in EVENTS
    told = fitted(tmp_path, events=EVENTS.replace(old, new))
    assert told.exception is None
    assert told.return_value == 1
    assert what in told.stderr
    assert f"e.csv:{line}" in told.stderr
    assert fix in told.stderr
    assert "b            CL" in told.stdout


def test_a_rate_that_the_model_does_not_give_is_told(tmp_path: Path) -> None:
    rows = [f"{line},0" for line in EVENTS.splitlines()]
    rows[0], rows[1] = "ID,TIME,EVID,AMT,CMT,DV,RATE", "a,0,1,1000,1,.,-2"
    told = fitted(tmp_path, events="\n".join(rows) + "\n")
    assert told.return_value == 1
    assert "RATE -2, but compartment depot gives no duration" in told.stderr
    assert "e.csv:2" in told.stderr


def test_covariates_that_lack_name_the_person_and_the_column(tmp_path: Path) -> None:
    model = GOOD.replace('unit = "L/h"', 'unit = "L/h"\ncovariates = "WT / 70"')
    told = fitted(tmp_path, model=model + "[covariates.WT]\n")
    assert told.return_value == 1
    assert "covariate WT is missing" in told.stderr
    assert "cannot tell a" in told.stdout


def test_a_table_without_times_is_told_with_the_column(tmp_path: Path) -> None:
    told = fitted(tmp_path, events=EVENTS.replace("TIME", "WHEN"))
    assert told.return_value == 1
    assert "TIME" in told.stderr
