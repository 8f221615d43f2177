"""Pointers as they are typed; and real data as an honest partner."""

import json
from pathlib import Path

import polars as pl
import pytest
from tests.faces.cli.audit.partner_folder import typed
from tests.flows.audit.test_point_at import table

PILOT = Path(__file__).parents[5] / "shared/data/cdiscpilot/sdtm_phuse"
WORDS = ("--person", "who", "--value", "a", "--value", "b", "--value", "c", "--site", "site")


def test_a_table_with_copied_rows_is_pointed_at_with_innocent_causes(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(table(12))
    told = typed("audit", "pointers", str(file), *WORDS)
    assert told.return_value == 1, told.output
    assert "repeated rows" in told.stdout
    assert "one sample under two visits" in told.stdout
    file.write_bytes(table(0))
    quiet = typed("audit", "pointers", str(file), *WORDS, "--json")
    assert quiet.return_value == 0
    assert not any(one["seen"] for one in json.loads(quiet.stdout)["pointers"])


@pytest.mark.shared
@pytest.mark.skipif(not PILOT.exists(), reason="no shared data")
def test_the_pilots_sites_are_not_pointed_at(tmp_path: Path) -> None:
    rows = pl.read_parquet(PILOT / "vs.parquet")
    wide = rows.filter(pl.col("VSTESTCD").is_in(["SYSBP", "DIABP", "PULSE"])).with_columns(
        site=pl.col("USUBJID").str.slice(3, 3)
    )
    keys = ["USUBJID", "site", "VISITNUM", "VSTPTNUM"]
    table_ = wide.pivot("VSTESTCD", index=keys, values="VSSTRESN", aggregate_function="first")
    file = tmp_path / "vs.csv"
    table_.drop_nulls().filter(pl.col("VSTPTNUM") == pl.col("VSTPTNUM").max()).write_csv(file)
    told = typed(
        "audit", "pointers", str(file), "--person", "USUBJID", "--site", "site",
        "--value", "SYSBP", "--value", "DIABP", "--value", "PULSE", "--json",
    )  # fmt: skip
    assert told.exception is None, told.exception
    seen = {one["pointer"] for one in json.loads(told.stdout)["pointers"] if one["seen"]}
    assert not seen & {"site differs", "people too alike", "spreads too alike"}
