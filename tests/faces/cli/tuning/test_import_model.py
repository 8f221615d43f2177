"""nanoward tuning import, and what it writes fitted by the real command."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from nanoward.base.errors import NanowardError, UsageError
from nanoward.faces.cli.tuning.commands import group

DATA = Path(__file__).parents[4] / ".." / "shared" / "data" / "nonmem_map"
STREAM = """$PROBLEM one compartment
$SUBROUTINES ADVAN2 TRANS2
$PK
CL = THETA(1)*EXP(ETA(1))
V  = THETA(2)*EXP(ETA(2))
KA = THETA(3)*EXP(ETA(3))
S2 = V
$ERROR
Y = F*(1 + EPS(1))
$THETA (0, 4) (0, 70) (0, 1)
$OMEGA 0.2 0.2 0.2
$SIGMA 0.05
"""


def called(*words: str) -> Result:
    return CliRunner().invoke(group, list(words), standalone_mode=False)


@pytest.mark.shared
def test_a_stream_and_a_parquet_table_are_all_that_a_stranger_needs(tmp_path: Path) -> None:
    """Etas and objective of NONMEM 7.4.4 (Le Louedec et al. 2021), from two commands."""
    if not DATA.exists():
        pytest.skip("the shared data sets are not here")
    (tmp_path / "run.mod").write_text(STREAM)
    told = called("import", str(tmp_path / "run.mod"), "--out", str(tmp_path / "m.toml"))
    assert told.exception is None
    events = pl.read_parquet(DATA / "run001_data.parquet").filter(pl.col("ID") <= 20)
    events.write_parquet(tmp_path / "e.parquet")
    told = called("fit", str(tmp_path / "e.parquet"), "--model", str(tmp_path / "m.toml"),
                  "--draws", "0", "--json", "--quiet")  # fmt: skip
    assert told.exception is None
    rows = {
        (one["participant"], one["parameter"]): one for one in json.loads(told.stdout)["fits"]
    }
    truth = pl.read_parquet(DATA / "run001_map.parquet").filter(pl.col("ID") <= 20)
    for row in truth.iter_rows(named=True):
        who = str(row["ID"])
        eta = [rows[who, name]["eta"] for name in ("CL", "V", "KA")]
        np.testing.assert_allclose(eta, [row[f"ETA({k})"] for k in (1, 2, 3)], atol=1e-3)
        assert rows[who, "CL"]["objective"] == pytest.approx(row["OBJ"], abs=1e-3)


def test_the_model_is_told_as_text_and_json(tmp_path: Path) -> None:
    (tmp_path / "run.mod").write_text(STREAM)
    words = ("import", str(tmp_path / "run.mod"), "--name", "mine")
    assert "[parameters.CL]" in called(*words).stdout
    found = json.loads(called(*words, "--json").stdout)
    assert found["etas"] == ["CL", "V", "KA"]
    assert found["name"] == "mine"


def test_monolix_s_numbers_need_a_model(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("parameter,value\nKTR_pop,1.5\nomega_CL,0.3\n")
    assert isinstance(called("import", str(tmp_path / "p.txt")).exception, UsageError)
    told = called("import", str(tmp_path / "p.txt"), "--model", "warfarin-pca")
    assert told.exception is None
    assert "typical = 1.5" in told.stdout


def test_a_fault_names_the_file_and_the_line(tmp_path: Path) -> None:
    (tmp_path / "run.mod").write_text(STREAM.replace("ADVAN2 TRANS2", "ADVAN99"))
    told = called("import", str(tmp_path / "run.mod"))
    assert isinstance(told.exception, NanowardError)
    assert "run.mod" in str(told.exception)
    assert getattr(told.exception, "line", None) == 2
