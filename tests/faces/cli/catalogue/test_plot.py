from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import UsageError
from nanoward.faces.cli.catalogue.commands import group
from nanoward.flows.steps.parquet import parquet_of


def run(*line: str) -> Result:
    return CliRunner().invoke(group, ["plot", *line], standalone_mode=False)


@pytest.fixture
def programme(tmp_path: Path) -> Path:
    tables = tmp_path / "ward" / "rounds" / "2026-01-08" / "tables"
    tables.mkdir(parents=True)
    (tmp_path / "ward" / "programme.toml").write_text('name = "w"\n')
    found = {
        "coverage": pl.DataFrame({"sample": ["s/1"], "contig": ["c"], "first": [1], "last": [9],
                                  "depth": [3.0]}),
        "aligned": pl.DataFrame({"sample": ["s/1"], "contig": ["c"], "sequence": ["ACGTACG"]}),
        "factors": pl.DataFrame({"sample": ["s/1", "s2"], "contig": ["c"] * 2,
                                 "position": [3, 4], "frequency": [0.1, 1.0]}),
        "departures": pl.DataFrame({"participant": ["p"], "sample": ["s/1"], "days": [3],
                                    "acquired": [1.0]}),
    }  # fmt: skip
    for name, table in found.items():
        (tables / f"{name}.parquet").write_bytes(parquet_of(table))
    return tmp_path / "ward"


def test_the_newest_round_of_a_programme_is_drawn(programme: Path, tmp_path: Path) -> None:
    told = run(str(programme), "--out", str(tmp_path / "out"))
    assert told.exception is None
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "adaptation.svg",
        "coverage-s_1.svg",
        "variants-s2.svg",
        "variants-s_1.svg",
        "variants.svg",
    ]


def test_one_sample_and_a_folder_of_tables(programme: Path, tmp_path: Path) -> None:
    tables = programme / "rounds" / "2026-01-08" / "tables"
    run(str(tables), "--out", str(tmp_path / "out"), "--sample", "s2")
    names = {one.name for one in (tmp_path / "out").iterdir()}
    assert names == {"adaptation.svg", "variants.svg", "variants-s2.svg"}


def test_without_a_round_or_tables_it_says_what_to_do(programme: Path, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "out"))
    late = run(str(programme), *out, "--as-of", "2026-02-01")
    assert isinstance(late.exception, UsageError)
    (tmp_path / "empty").mkdir()
    assert isinstance(run(str(tmp_path / "empty"), *out).exception, UsageError)
