"""Pointers as they are typed; and real data as an honest partner."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.faces.cli.audit.partner_folder import typed
from tests.flows.audit.test_point_at import table

from nanoward.audit.pointers.pointer import INNOCENT

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


def full_table(*, deceit: bool, seed: int = 5) -> str:
    """40 people of 8 sites and 2 arms at 3 visits, with every column that can be looked at."""
    chance = np.random.default_rng(seed)
    lines = ["who,site,arm,day,saved,run,a,b,c,a0,b0,c0,query,aes"]
    run = 0
    for who in range(40):
        person = chance.normal(20, 3, 3)
        for visit in range(3):
            run += 5 if deceit and visit == 2 and who == 3 else 1
            x = (person + chance.normal(0, 0.02 if deceit else 1.5, 3)).round(2)
            asked = who % 5 == 0
            was = x + (1.0 if deceit and asked else 0.0)
            day = date(2026, 11, 2) + timedelta(days=who % 5 + 7 * visit)
            late = 30 if deceit and who % 2 else 1
            saved = datetime(2026, 11, 2, 8 + who % 9) + timedelta(days=7 * visit + 4 + late)  # noqa: DTZ001
            few = 0.05 if deceit and who % 8 == 7 else 2.0
            names = (f"P{who}", f"S{who % 8}", "AB"[who // 8 % 2])
            beside = ("yes" if asked else "no", chance.poisson(few))
            cells = (*names, day, saved.isoformat(), run, *x, *was, *beside)
            lines.append(",".join(map(str, cells)))
    return "\n".join(lines)


EVERY = (
    *(*WORDS, "--day", "day", "--group", "arm", "--edited", "saved", "--number", "run"),
    *("--before", "a0", "--before", "b0", "--before", "c0", "--asked", "query"),
    *("--events", "aes"),
)


def test_every_pointer_that_exists_is_reached_by_columns_of_the_table(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(full_table(deceit=True))
    told = typed("audit", "pointers", str(file), *EVERY, "--json")
    assert told.exception is None, told.exception
    assert told.return_value == 1
    found = json.loads(told.stdout)
    assert {one["pointer"] for one in found["pointers"]} >= set(INNOCENT) - {
        "numbers that repeat"
    }
    assert found["not_looked_at"] == {}
    seen = {one["pointer"] for one in found["pointers"] if one["seen"]}
    assert {"edit times", "moves after asking", "fewer events"} <= seen
    by_name = {one["pointer"]: one for one in found["pointers"]}
    assert by_name["numbers that skip"]["told"].startswith("4 numbers are in no row, 1 times")
    assert by_name["too steady"]["p"] is None
    assert "r up to 1.000" in by_name["too steady"]["told"]
    assert len(found["sites"]) == 8
    shown = typed("audit", "pointers", str(file), *EVERY).stdout
    assert "without a p: too steady" in shown
    assert "sites to look at first" in shown


def test_an_honest_table_with_every_column_is_not_pointed_at(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(full_table(deceit=False))
    told = typed("audit", "pointers", str(file), *EVERY, "--json")
    assert told.return_value == 0, told.stdout
    found = json.loads(told.stdout)
    assert found["not_looked_at"] == {"moves after asking": "nothing moved, or nobody asked"}


def test_what_the_table_has_no_column_for_is_told_and_a_column_that_is_lost_is_refused(
    tmp_path: Path,
) -> None:
    file = tmp_path / "t.csv"
    file.write_text(full_table(deceit=False))
    told = typed("audit", "pointers", str(file), "--person", "who", "--value", "a")
    for name, lost in (
        ("edit times", "--edited, --day"),
        ("numbers that skip or repeat", "--number"),
        ("moves after asking", "--before, --asked"),
        ("too steady", "--day"),
        ("fewer events", "--events, --site"),
        ("groups too alike", "--group"),
    ):
        assert f"not looked at: no column {lost} ({name})" in told.stdout
    lost_column = typed("audit", "pointers", str(file), *WORDS, "--edited", "nowhere")
    assert "no column 'nowhere'" in str(lost_column.exception)
