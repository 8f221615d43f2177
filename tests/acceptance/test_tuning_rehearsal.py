"""A rehearsal that was written is a programme: a round is held on it, again, and read."""

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

pytestmark = pytest.mark.timeout(300)


def called(*words: str) -> str:
    told = subprocess.run(
        [sys.executable, "-m", "nanoward", *words], capture_output=True, text=True, check=False
    )
    assert told.returncode in (0, 1), told.stderr
    return told.stdout


def written(ward: Path) -> dict[str, bytes]:
    rounds = ward / "rounds"
    return {
        path.relative_to(rounds).as_posix(): path.read_bytes()
        for path in sorted(rounds.rglob("*"))
        if path.is_file()
    }


def test_a_round_on_a_rehearsal_recommends_draws_and_is_the_same_when_held_again(
    tmp_path: Path,
) -> None:
    ward = tmp_path / "rehearsal"
    called(
        "tuning", "rehearse", "pump", "--people", "4", "--settings", "4", "--write", str(ward)
    )
    told = called("round", str(ward), "--as-of", "2026-11-23", "--quiet", "--workers", "1")
    assert "4 recommendations" in told
    first = written(ward)
    assert "computed now: 0;" in called("round", str(ward), "--as-of", "2026-11-23", "--quiet")
    assert written(ward) == first
    tables = ward / "rounds" / "2026-11-23" / "tables"
    frontier = pl.read_parquet(tables / "frontier.parquet")
    advice = pl.read_parquet(tables / "recommendations.parquet")
    assert frontier["participant"].n_unique() == advice.height == 4
    for row in advice.filter(pl.col("value").is_not_null()).to_dicts():
        chosen = frontier.filter(
            (pl.col("participant") == row["participant"]) & (pl.col("setting") == row["value"])
        ).to_dicts()[0]
        assert chosen["allowed"]
        assert chosen["harm"] <= 0.05
        assert row["words"].startswith(f"{row['value']:g} mg per week every 7 d: benefit")
    changes = pl.read_parquet(tables / "comparisons.parquet")
    assert {"benefit", "side effect"} <= set(changes["role"])
    page = (ward / "rounds" / "2026-11-23" / "report.html").read_text()
    for words in (
        "What if?",
        "probability of the side effect",
        "settings shown keep every limit",
        "Across: days since the first record",
        "Benefit expected at the recommended",
        "Probability of no side effect",
    ):
        assert words in page, words
    facts = json.loads((ward / "rounds" / "2026-11-23" / "round.json").read_text())
    assert facts["facts"]["tuning"]["time_unit"] == "d"
