"""nanoward watch drill, as it is typed."""

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from nanoward.faces.cli import cli


def test_a_drill_says_what_was_measured_and_predicted(tmp_path: Path) -> None:
    rng, lines = np.random.default_rng(1), ["stream,day,count,population"]
    for week in range(110):
        day = date(2024, 1, 1) + timedelta(days=7 * week)
        lines += [f"{one},{day},{rng.poisson(3)},1000" for one in "ab"]
    file = tmp_path / "counts.csv"
    file.write_text("\n".join(lines))
    told = CliRunner().invoke(
        cli, ["watch", "drill", str(file), "--json", "--quiet"], standalone_mode=False
    )
    found = json.loads(told.stdout)
    assert found["as_predicted"] is (told.return_value == 0)
    assert found["low"] <= found["high"]
