"""Incidents as they are typed: from an alarm to the after-action page."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli import cli


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["watch", *words, "--quiet"], standalone_mode=False)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "programme.toml").write_text(
        'name = "w"\ntitle = "W"\n[watch]\nacknowledge_minutes = 30\n'
        '[[watch.rota]]\npeople = ["Ann"]\n[[watch.rota]]\npeople = ["Ben"]\n'
        "[programme.messages]\nquiet = []\n"  # the clock is the machine's: it may be night
    )
    lines, last = ["stream,day,count,population"], datetime.now(UTC).date() - timedelta(days=8)
    for week in range(60):
        count = (2, 4, 3)[week % 3] if week else 90
        lines.append(f"ward,{last - timedelta(days=7 * week)},{count},50")
    (tmp_path / "data" / "counts").mkdir(parents=True)
    (tmp_path / "data" / "counts" / "ward.csv").write_text("\n".join(lines))
    return str(tmp_path)


def test_from_an_alarm_to_the_after_action_page(folder: str) -> None:
    scanned = typed("scan", folder)
    assert scanned.return_value == 1, scanned.output
    screen = Path(folder) / ".nanoward" / "screen.jsonl"
    (notice,) = [json.loads(one) for one in screen.read_text().splitlines()]
    (name,) = re.findall(r"I-[0-9a-f]{8}", notice["message"])[:1]
    assert "For Ann" in notice["message"]
    listed = typed("incidents", folder, "--json")
    assert listed.return_value == 1
    assert json.loads(listed.stdout)["incidents"][0]["incident"] == name
    assert len(screen.read_text().splitlines()) == 1
    assert typed("ack", folder, name, "--by", "Zoe").exception is not None
    assert (
        "Ann acknowledged"
        in typed("ack", folder, name, "--by", "Ann", "--note", "on it").stdout
    )
    assert "handed over" in typed(
        "ack", folder, name, "--by", "Ann", "--hand-over", "Ben", "--note", "night"
    ).stdout  # fmt: skip
    typed(
        "report", folder, name, "--text", "a burst pipe", "--grade", "inferred", "--by", "Ben"
    )
    page = Path(folder) / "after.html"
    ended = typed("ack", folder, name, "--by", "Ben", "--stand-down", "mended")
    assert "stood down by Ben: mended" in ended.stdout
    told = typed("report", folder, name, "--html", str(page))
    assert "a burst pipe" in told.stdout
    assert "mended" in page.read_text()
    assert typed("incidents", folder).return_value == 0
