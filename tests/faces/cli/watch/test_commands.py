"""nanoward watch scan and streams, as they are typed."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from nanoward.faces.cli import cli


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["watch", *words], standalone_mode=False)


def counts(tmp_path: Path, last: int) -> str:
    rng, lines = np.random.default_rng(1), ["stream,day,count,population"]
    for week in range(110):
        day = date(2024, 1, 1) + timedelta(days=7 * week)
        for name in ("plant A", "plant B"):
            count = last if name == "plant B" and week > 107 else rng.poisson(3)
            lines.append(f"{name},{day},{count},1000")
    file = tmp_path / "counts.csv"
    file.write_text("\n".join(lines))
    return str(file)


def test_an_alarm_is_told_with_its_promise(tmp_path: Path) -> None:
    out = tmp_path / "alarms.csv"
    told = typed("scan", counts(tmp_path, 60), "--quiet", "--out", str(out))
    assert told.return_value == 1
    assert "ALARM 2026-0" in told.stdout
    assert "once in 500 weeks" in told.stdout
    assert "plant B" in out.read_text()


def test_nothing_seen_says_what_would_have_been(tmp_path: Path) -> None:
    told = typed("scan", counts(tmp_path, 3), "--quiet")
    assert told.return_value == 0
    assert "nothing seen" in told.stdout
    told = typed("streams", counts(tmp_path, 3), "--quiet", "--json")
    rows = json.loads(told.stdout)["streams"]
    assert all("would have alarmed" in one["told"] for one in rows)


@pytest.mark.hazard("H-334")
def test_a_bad_row_is_told_with_file_and_line(tmp_path: Path) -> None:
    file = Path(counts(tmp_path, 3))
    file.write_text(file.read_text() + "\nplant A,2026-02-09,-4,1000")
    told = typed("scan", str(file), "--quiet")
    assert told.return_value == 1
    assert f"{file}:222" in told.stderr
