"""Changes to a programme in which everybody is rightly cleared, by the command, case by case.

NANOWARD_CASES names a folder of cases: `base/`, and a folder for each change that is laid over
it (REMOVED lists files that are gone); after each of them P004 must not go on in silence.
"""

import os
import shutil
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from nanoward.faces.cli import cli

CASES = Path(os.environ.get("NANOWARD_CASES", "/nowhere"))
NAMES = sorted(path.name for path in CASES.glob("[0-9]*")) or ["none"]
PERSON = "P004"


@cache
def held_base(root: Path) -> Path:
    base = root / "base"
    shutil.copytree(CASES / "base", base)
    assert CliRunner().invoke(cli, ["round", str(base), "--quiet"]).exit_code == 0
    return base


def is_silent(folder: Path) -> bool:
    """Whether the person may go on, and no error or warning was told."""
    (tables,) = sorted((folder / "rounds").glob("*"))[-1:]
    standings = pl.read_parquet(tables / "tables" / "standings.parquet")
    told = pl.read_parquet(tables / "tables" / "findings.parquet")
    own = standings.filter(pl.col("participant") == PERSON)["standing"].to_list()
    return own in (["cleared"], []) and told.filter(pl.col("severity") != "note").is_empty()


@pytest.mark.skipif(not CASES.exists(), reason="NANOWARD_CASES names no folder of cases")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.hazard("H-155")
def test_the_person_does_not_go_on_in_silence(
    name: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    base = held_base(tmp_path_factory.getbasetemp())
    folder, case = tmp_path / "w", CASES / name
    shutil.copytree(base, folder)
    if (case / "REMOVED").exists():
        for path in (case / "REMOVED").read_text(encoding="utf-8").split():
            (folder / path).unlink(missing_ok=True)
    if (case / "data").exists():
        shutil.copytree(case / "data", folder / "data", dirs_exist_ok=True)
    if (case / "programme.toml").exists():
        shutil.copy(case / "programme.toml", folder)
    assert CliRunner().invoke(cli, ["round", str(folder), "--quiet"]).exit_code in (0, 1, 8)
    assert not is_silent(folder)
