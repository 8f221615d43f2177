"""A programme held week by week has the tables of one that was held once."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from nanoward.faces.cli import cli

DAYS = ("2026-04-06", "2026-04-13", "2026-04-20", "2026-04-27")
# what tells of rounds: since when something is known, what changed, what was asked before
OF_ROUNDS = {"finding_states", "round_changes", "bond_batches"}
OF_ROUNDS_IN = {
    "bonds": {"first_tested", "p_online", "called_on"}, "bond_people": {"first_tested"},
}  # fmt: skip


def typed(*words: str) -> str:
    told = CliRunner().invoke(cli, [*words])
    assert told.exit_code in (0, 1, 8), told.output
    return told.output


def tables(ward: Path) -> dict[str, pl.DataFrame]:
    folder = ward / "rounds" / DAYS[-1] / "tables"
    return {
        path.stem: pl.read_parquet(path).drop(OF_ROUNDS_IN.get(path.stem, set()), strict=False)
        for path in sorted(folder.iterdir())
        if path.stem not in OF_ROUNDS
    }


@pytest.mark.hazard("H-280")
@pytest.mark.timeout(300)
def test_week_by_week_gives_the_tables_of_all_at_once(tmp_path: Path) -> None:
    once, weekly = tmp_path / "once", tmp_path / "weekly"
    typed("simulate", str(once), "--participants", "14", "--weeks", "18", "--seed", "3")
    shutil.copytree(once, weekly)
    for day in DAYS:
        typed("round", str(weekly), "--as-of", day, "--quiet", "--workers", "1")
    typed("round", str(once), "--as-of", DAYS[-1], "--quiet", "--workers", "1")
    told, again = tables(once), tables(weekly)
    assert told.keys() == again.keys()
    assert told["profiles"].height > 10
    for name, table in told.items():
        assert again[name].equals(table), name
