"""Certificates: days in order, the plan's age, named by person, void for everybody else."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

sys.path.insert(0, str(Path(__file__).parents[3] / "tuning"))

from exposures import TEXT, table_of

from nanoward.base.errors import RefusedError, UsageError
from nanoward.faces.cli.tuning.commands import group

GOAL = """
[tuning.goal]
setting = "dose"
unit = "mg"
interval = 12.0
lowest = 0.0
highest = 300.0
step = 25.0
benefit = "benefit"
side_effect = "nausea"
epsilon = 0.1
horizon = 48.0
oldest = 20.0
"""


def called(*words: str) -> Result:
    return CliRunner().invoke(group, [*words, "--quiet"], standalone_mode=False)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    model = TEXT.replace("[parameters", "[tuning.model.parameters")
    for part in ("compartments", "definitions", "outputs"):
        model = model.replace(f"[{part}", f"[tuning.model.{part}")
    (tmp_path / "p.toml").write_text(f"[tuning]\ndraws = 200\n{GOAL}[tuning.model]\n{model}")
    table_of().write_csv(tmp_path / "e.csv")
    return tmp_path


def certify(plan: Path, *words: str, ended: str = "2026-11-20") -> Result:
    return called(
        "certify", str(plan / "e.csv"), "--model", str(plan / "p.toml"), "--keys",
        str(plan / "k"), "--ended", ended, "--until", "2026-12-31", "--out", str(plan / "c"),
        *words,
    )  # fmt: skip


@pytest.mark.hazard("H-230")
def test_days_that_cannot_be_and_data_older_than_the_plan_allows_are_refused(
    plan: Path,
) -> None:
    late = certify(plan, "--as-of", "2026-11-19")
    assert isinstance(late.exception, UsageError)
    assert "after the day of the certificate" in str(late.exception)
    assert isinstance(certify(plan, "--oldest", "30").exception, UsageError)
    sound = certify(plan)
    assert sound.exception is None, sound.exception
    assert "2026-12-1" not in sound.stdout  # the plan's 20 days end before


@pytest.mark.hazard("H-230")
def test_a_certificate_is_named_by_its_person_and_void_for_others(plan: Path) -> None:
    assert certify(plan).exception is None
    assert sorted(one.name for one in (plan / "c").iterdir()) == [
        "certificate-a.json", "certificate-a.sig", "key.txt",
    ]  # fmt: skip
    at = ("permitted", str(plan / "c" / "certificate-a.json"), "--key",
          str(plan / "c" / "key.txt"), "--as-of", "2026-11-21")  # fmt: skip
    assert called(*at, "--participant", "a", "--model", str(plan / "p.toml")).exception is None
    assert isinstance(called(*at, "--participant", "b").exception, RefusedError)
    other = plan / "other.toml"
    other.write_text((plan / "p.toml").read_text().replace("typical = 5.0", "typical = 5.1"))
    assert isinstance(called(*at, "--model", str(other)).exception, RefusedError)
    for standing, wrong in (("cleared", False), ("held", True), ("withdrawn", True)):
        (plan / "s.csv").write_text(f"participant,standing\na,{standing}\n")
        refused = called(*at, "--standings", str(plan / "s.csv")).exception
        assert isinstance(refused, RefusedError) is wrong


@pytest.mark.hazard("H-230")
def test_nobody_who_is_not_cleared_is_certified(plan: Path) -> None:
    (plan / "s.csv").write_text("participant,standing\na,held\n")
    told = certify(plan, "--standings", str(plan / "s.csv"))
    assert told.return_value == 1
    assert "standing is held" in told.stdout
    assert [one.name for one in (plan / "c").iterdir()] == ["key.txt"]
