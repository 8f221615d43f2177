import json
from pathlib import Path

from click.testing import CliRunner, Result

from nanoward.faces.cli import cli


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
