import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import NanowardError
from nanoward.faces.cli import cli
from nanoward.faces.cli.programme.commands import FAILS, exit_code, headline


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words])


def test_a_new_programme_can_be_laid_out_and_held_at_once(tmp_path: Path) -> None:
    folder = str(tmp_path / "first")
    assert typed("init", folder).exit_code == 0
    told = typed("round", folder, "--as-of", "2026-11-23", "--quiet")
    assert "ward round as of 2026-11-23" in told.output
    assert (tmp_path / "first" / "rounds" / "2026-11-23" / "report.html").exists()


def test_a_round_is_told_as_text_or_as_json(ward: Path) -> None:
    told = typed("round", str(ward), "--json", "--quiet", "--workers", "1")
    facts = json.loads(told.stdout)
    assert facts["rows"]["standings"] > 0
    assert Path(facts["report"]).exists()
    assert facts["computed"] > 0
    again = json.loads(typed("round", str(ward), "--json", "--quiet").stdout)
    assert (again["computed"], again["ledger"]) == (0, facts["ledger"])
    text = typed("round", str(ward), "--quiet").stdout
    assert "standings" in text
    assert "report:" in text


@pytest.mark.hazard("H-68")
def test_the_exit_code_and_the_first_line_name_who_needs_somebody(ward: Path) -> None:
    first = typed("round", str(ward), "--quiet", "--workers", "1")
    assert first.exit_code == 8
    assert "HELD" in first.stdout.splitlines()[0]
    again = typed(
        "round", str(ward), "--quiet", "--workers", "1"
    )  # the same day, the same word
    assert (again.exit_code, again.stdout.splitlines()[0]) == (8, first.stdout.splitlines()[0])
    told = typed("round", str(ward), "--quiet", "--fail-on", "findings", "--workers", "1")
    assert told.exit_code == 1


def test_a_round_for_tomorrow_is_refused(tmp_path: Path) -> None:
    folder = str(tmp_path / "first")
    typed("init", folder)
    told = typed("round", folder, "--as-of", "2999-01-01", "--quiet")
    assert isinstance(told.exception, NanowardError)
    assert (told.exception.code, told.exception.exit_code) == ("REF-064", 4)


def test_people_count_before_findings_in_the_exit_code() -> None:
    nobody: dict[str, tuple[str, ...]] = {"danger": (), "recalled": (), "held": ()}
    assert exit_code(nobody, 1, FAILS) == 1
    assert exit_code(nobody, 0, FAILS) == 0
    held = nobody | {"held": ("P1",)}
    assert exit_code(held, 0, FAILS) == 8
    assert exit_code(held, 1, ("recalled", "findings")) == 1
    assert exit_code(held, 1, ("recalled",)) == 0
    assert headline(nobody) == "nobody newly held or recalled"
    assert headline(held | {"danger": ("P1", "P2")}) == "IN DANGER P1, P2; HELD P1"
