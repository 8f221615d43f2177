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


@pytest.mark.hazard("H-334")
@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("a,2026-01-12,-4,1000", "b.csv:3"),
        ("a,2026-01-12,four,1000", "b.csv:3"),
        ("a,2026-01-12,4,", "population"),
        ("a,2026-01-12,4,0", "b.csv"),
        ("a,2026-13-12,4,1000", "b.csv:3"),
    ],
)
def test_each_kind_of_bad_count_is_told(tmp_path: Path, row: str, word: str) -> None:
    file = tmp_path / "b.csv"
    file.write_text(f"stream,day,count,population\na,2026-01-05,3,1000\n{row}\n")
    told = typed("scan", str(file), "--quiet", "--as-of", "2026-02-01")
    assert told.return_value == 1
    assert word in told.stderr


def test_a_sensor_that_floods_is_told_once_and_its_first_counts_are_used(
    tmp_path: Path,
) -> None:
    rows = [f"a,2026-01-{5 + at % 7:02},{at},1000" for at in range(5000)]
    file = tmp_path / "flood.csv"
    file.write_text("\n".join(["stream,day,count,population", *rows]))
    told = typed(
        "scan", str(file), "--quiet", "--period", "7", "--as-of", "2026-02-01", "--json"
    )
    codes = [one["code"] for one in json.loads(told.stdout)["findings"]]
    assert codes.count("WCH-002") <= 1
    assert len(codes) < 150  # rows that come again are told up to a hundred, then counted
