import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli import cli
from nanoward.wiring.exit import open_stop_codes


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["clearance", *words])


def test_who_left_is_listed_until_they_are_home_and_clear(tmp_path: Path) -> None:
    ward = str(tmp_path / "ward")
    CliRunner().invoke(cli, ["init", ward])
    assert run("leaving", ward).exit_code == 0
    run("withdraw", ward, "P1")
    listed = run("leaving", ward)
    assert listed.exit_code == 1
    assert "something is owed to 1 people" in listed.stdout
    assert "staff must act" in listed.stderr
    late = run("leaving", ward, "--as-of", "2999-01-01", "--json")
    assert "help from outside" in json.loads(late.stdout)["findings"][0]["message"]
    told = run("home", ward, "P1", "--where", "pier 9", "--by", "kim", "--json")
    assert json.loads(told.stdout)["where"] == "pier 9"
    assert run("home", ward, "P1", "--confirm", "--by", "P1").stdout == "P1 is home\n"
    assert run("home", ward, "P1", "--clear", "flushed", "--by", "kim").exit_code == 0
    assert run("leaving", ward).exit_code == 0


@pytest.mark.hazard("H-416")
def test_a_stop_code_is_typed_shown_once_and_ended(tmp_path: Path) -> None:
    ward = str(tmp_path / "ward")
    CliRunner().invoke(cli, ["init", ward])
    code = json.loads(run("stop-code", ward, "P1", "--json").stdout)["code"]
    assert "shown this once" in run("stop-code", ward, "P2").stdout
    with open_stop_codes(ward) as codes:
        assert codes.participant_of(code) == "P1"
    assert run("stop-code", ward, "P1", "--end").stdout == "1 codes of P1 ended\n"
    with open_stop_codes(ward) as codes:
        assert codes.participant_of(code) is None
