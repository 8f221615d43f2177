"""nanoward tuning fit, in process, on plain files."""

import json
import tomllib
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from nanoward.base.errors import InputError
from nanoward.faces.cli.tuning import group
from nanoward.tuning import MODELS, question_of

EXAMPLE = Path(__file__).parents[3] / "examples" / "warfarin"


@pytest.fixture
def events(tmp_path: Path) -> Path:
    lines = (EXAMPLE / "data" / "events.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "few.csv").write_bytes(b"".join(lines[:35]))
    return tmp_path / "few.csv"


def test_text_for_people_and_tables_for_machines(events: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(
        group,
        ["fit", str(events), "--model", str(EXAMPLE / "programme.toml"), "--quiet",
         "--out", str(tmp_path / "out")],
        standalone_mode=False,
    )  # fmt: skip
    assert told.exception is None
    assert told.return_value == 1  # a value of 0 was doubted
    assert "people fitted under warfarin-1cpt" in told.stdout
    fits = pl.read_parquet(tmp_path / "out" / "fits.parquet")
    assert fits["converged"].all()
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {
        "fits.parquet",
        "bands.parquet",
        "observed.parquet",
        "recommendations.parquet",
    }


def test_json_holds_fits_findings_and_the_model(events: Path) -> None:
    told = CliRunner().invoke(
        group,
        ["fit", str(events), "--model", "warfarin-1cpt", "--json"],
        standalone_mode=False,
    )
    found = json.loads(told.stdout)
    assert found["facts"]["model_sha256"] == MODELS["warfarin-1cpt"].sha256
    assert {one["parameter"] for one in found["fits"]} == {"CL", "V", "KA", "LAG"}
    assert found["findings"][0]["code"] == "TUN-103"
    assert "TUN-103" in told.stderr


def test_another_quantity_can_be_asked_for(events: Path) -> None:
    told = CliRunner().invoke(
        group,
        ["fit", str(events), "--model", "warfarin-1cpt", "--quantity", "none", "--json"],
        standalone_mode=False,
    )
    found = json.loads(told.stdout)
    assert {one["observations"] for one in found["fits"]} == {0}
    assert "no usable observation" in found["undecided"][0]["reason"]


def test_what_is_no_model_file_is_said(events: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("= 3")
    for model in ("bad.toml", "missing.toml"):
        told = CliRunner().invoke(
            group,
            ["fit", str(events), "--model", str(tmp_path / model)],
            standalone_mode=False,
        )
        assert isinstance(told.exception, InputError)
        assert model in str(told.exception)


def test_the_example_uses_the_model_of_the_library() -> None:
    plan = tomllib.loads((EXAMPLE / "programme.toml").read_text(encoding="utf-8"))
    question = question_of(plan["tuning"])
    assert question.model == MODELS["warfarin-1cpt"]
    assert question.target is not None
