import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli import cli


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words])


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "programme.toml").write_text('name = "w"\ntitle = "W"\n')
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "samples.csv").write_text("sample,participant,taken\nS1,P1,soon\n")
    assert typed("round", str(tmp_path), "--as-of", "2026-11-16", "--quiet").exit_code == 1
    return str(tmp_path)


def test_findings_are_listed_and_sent_as_queries(folder: str, tmp_path: Path) -> None:
    out = tmp_path / "queries.csv"
    told = typed("findings", "list", folder, "--json", "--csv", str(out))
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert found["counts"]["new"] == len(found["findings"]) == 1
    assert out.read_text().splitlines()[1].startswith(found["findings"][0]["id"])
    assert "1 new" in typed("findings", "list", folder).stdout


def test_an_accepted_finding_no_longer_fails_the_round(folder: str) -> None:
    row = json.loads(typed("findings", "list", folder, "--json").stdout)["findings"][0]
    common = (folder, row["id"], "--by", "B")
    assert typed("findings", "assign", *common, "--role", "site").exit_code == 0
    assert typed("findings", "answer", *common, "--answer", "asked").exit_code == 0
    assert typed("findings", "accept", *common, "--reason", "known",
                 "--until", "2099-01-01").exit_code == 1  # fmt: skip
    from datetime import UTC, datetime, timedelta

    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    accept = ("findings", "accept", *common, "--reason", "known", "--until", until)
    assert typed(*accept).exit_code == 0
    again = typed("round", folder, "--as-of", "2026-11-16", "--quiet", "--json")
    assert again.exit_code == 0
    assert json.loads(again.stdout)["states"] == {"accepted": 1}
    assert typed("findings", "list", folder, "--role", "site").exit_code == 0
