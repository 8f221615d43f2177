from io import BytesIO

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.text.nonmem import read_events
from nanoward.base.errors import InputError

HEAD = "ID,TIME,AMT,DV,EVID\n"


@pytest.mark.shared
def test_theophylline_has_twelve_doses_though_written_as_evid_101(read, shared, told) -> None:
    reading = read("events", "data/dosing.csv", shared("pkpd/theo_sd.csv"))
    table = reading.table
    assert told(reading) == [("071", "data/dosing.csv", 2, "EVID")]
    assert table["EVID"].value_counts().sort("EVID")["count"].to_list() == [132, 12]
    doses = table.filter(pl.col("EVID") == 1)
    assert doses["DV"].null_count() == 12
    assert table.row(0, named=True) == {
        "ID": "1",
        "TIME": 0.0,
        "EVID": 1,
        "AMT": 319.992,
        "DV": None,
        "CMT": 1,
        "WT": 79.6,
        "line": 2,
    }


@pytest.mark.shared
def test_warfarin_has_two_quantities_and_capital_covariates(read, shared, told) -> None:
    reading = read("events", "data/dosing.csv", shared("pkpd/warfarin.csv"))
    assert reading.table.height == 515
    assert reading.table["ID"].n_unique() == 32
    assert set(reading.table["DVID"].unique()) == {"cp", "pca"}
    assert {"WT", "AGE", "SEX"} <= set(reading.table.columns)
    assert told(reading) == [("076", "data/dosing.csv", 152, "DV")]


@pytest.mark.shared
def test_mavoglurant_starts_anew_with_each_occasion(read, shared, told) -> None:
    reading = read("events", "data/dosing.csv", shared("pkpd/mavoglurant.csv"))
    assert reading.table.height == 2678
    assert (reading.table["EVID"] == 4).sum() == 78
    assert [place[0] for place in told(reading)].count("074") == 78
    assert reading.table.filter(pl.col("MDV") == 1)["DV"].null_count() == 53 + 198


def test_the_kind_of_event_follows_from_the_amount_where_it_is_not_told(read, told) -> None:
    reading = read("events", "e.csv", "ID,TIME,AMT,DV,MDV\n1,0,10,.,1\n1,1,.,5,0\n1,2,.,.,1\n")
    assert reading.table["EVID"].to_list() == [1, 0, 2]
    assert reading.table["AMT"].to_list() == [10.0, 0.0, 0.0]
    assert reading.table["DV"].to_list() == [None, 5.0, None]
    assert told(reading) == [("070", "e.csv", 2, "EVID")]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("1,1,-5,.,1", "027", "AMT"),
        ("1,1,.,.,1", "072", "AMT"),
        ("1,1,0,.,4", "072", "AMT"),
        ("1,1,10,3,0", "072", "AMT"),
        ("1,1,.,.,0", "072", "DV"),
        ("1,1,.,abc,0", "027", "DV"),
        ("1,10:30,.,3,0", "027", "TIME"),
        ("1,.,.,3,0", "026", "TIME"),
        (",1,.,3,0", "026", "ID"),
        ("1,1,.,3,7", "072", "EVID"),
        ("1,1,.,3,0.5", "027", "EVID"),
        ("1,1,.,inf,0", "027", "DV"),
        ("1,1,.,3", "024", ""),
    ],
)
def test_a_wrong_row_is_told_and_the_others_are_used(
    read, told, row: str, code: str, column: str
) -> None:
    reading = read("events", "e.csv", f"{HEAD}1,0,10,.,1\n{row}\n1,2,.,4,0\n")
    assert reading.table["line"].to_list() == [2, 4]
    assert told(reading) == [(code, "e.csv", 3, column)]


def test_rates_intervals_and_steady_state_are_checked(read, told) -> None:
    content = (
        "ID,TIME,AMT,DV,EVID,RATE,II,ADDL,SS\n"
        "1,0,10,.,1,5,12,3,0\n1,1,10,.,1,-3,0,0,0\n1,2,10,.,1,0,0,3,0\n1,3,0,.,1,5,0,0,1\n"
    )
    reading = read("events", "e.csv", content)
    assert reading.table["line"].to_list() == [2, 5]
    assert reading.table.select("RATE", "II", "ADDL").row(0) == (5.0, 12.0, 3)
    assert told(reading) == [("072", "e.csv", 3, "RATE"), ("072", "e.csv", 4, "ADDL")]


def test_time_that_goes_back_is_told_with_its_line_for_that_person_only(read, told) -> None:
    content = HEAD + "1,0,10,.,1\n1,5,.,3,0\n1,4,.,3,0\n2,1,.,3,0\n1,6,.,3,0\n"
    reading = read("events", "e.csv", content)
    assert reading.table["line"].to_list() == [2, 3, 5, 6]
    assert told(reading) == [("073", "e.csv", 4, "TIME")]
    assert reading.findings[0].subject == "1"


def test_time_may_go_back_at_a_reset_without_a_finding(read, told) -> None:
    reading = read("events", "e.csv", HEAD + "1,5,10,.,1\n1,0,10,.,4\n1,5,.,2,0\n1,5,.,3,0\n")
    assert reading.table.height == 4
    assert told(reading) == [("076", "e.csv", 5, "DV")]


def test_a_second_dose_at_one_time_is_doubted_and_a_repeated_row_is_not_used(
    read, told
) -> None:
    content = HEAD + "1,0,10,.,1\n1,0,20,.,1\n1,0,10,.,1\n"
    reading = read("events", "e.csv", content)
    assert reading.table["AMT"].to_list() == [10.0, 20.0]
    assert told(reading) == [("029", "e.csv", 4, "ID"), ("075", "e.csv", 3, "TIME")]


def test_comment_rows_and_a_hash_before_the_header_are_understood(read, told) -> None:
    reading = read("events", "e.csv", "#C,ID,TIME,AMT,DV\n.,1,0,10,.\nC,1,1,.,5\n.,1,2,.,6\n")
    assert reading.table["line"].to_list() == [2, 4]
    assert ("077", "e.csv", 3, "C") in told(reading)


def test_a_table_of_doses_alone_is_read_and_one_without_either_is_not(read, told) -> None:
    reading = read("events", "e.csv", "ID,TIME,AMT\n1,0,10\n")
    assert reading.table["DV"].to_list() == [None]
    assert ("060", "e.csv", None, "DV") in told(reading)
    assert told(read("events", "e.csv", "ID,TIME\n1,0\n")) == [("020", "e.csv", None, "AMT")]
    assert told(read("events", "e.csv", "TIME,DV\n1,0\n")) == [("020", "e.csv", 1, "ID")]


amounts = st.floats(0.1, 1000)
rows = st.lists(st.tuples(st.sampled_from(["1", "p-2"]), amounts, st.booleans()), max_size=10)


@given(rows)
def test_events_written_as_csv_are_read_back(parts: list[tuple[str, float, bool]]) -> None:
    columns = {"ID": pl.String, "TIME": pl.Float64, "EVID": pl.Int64}
    columns |= {"AMT": pl.Float64, "DV": pl.Float64}
    table = pl.DataFrame(
        [
            (who, float(at), int(dose), size if dose else 0.0, None if dose else size)
            for at, (who, size, dose) in enumerate(parts)
        ],
        schema=columns,
        orient="row",
    )
    reading = read_events("e.csv", table.write_csv().encode())
    assert reading.table.select(table.columns).equals(table)
    assert all(finding.code == "FMT-002" for finding in reading.findings)


def test_a_parquet_table_is_read_as_the_csv_that_holds_the_same() -> None:
    table = pl.DataFrame(
        {"ID": [1, 1, 2], "TIME": [0.0, 1.5, 0.0], "EVID": [1, 0, 1], "AMT": [100.0, 0.0, 50.0],
         "DV": [float("nan"), 3.25, None], "WT": [70.5, 70.5, 81.0]}
    )  # fmt: skip
    held = BytesIO()
    table.write_parquet(held)
    found = read_events("e.parquet", held.getvalue())
    same = read_events("e.parquet", table.fill_nan(None).write_csv().encode())
    assert found.table.equals(same.table)
    assert found.table["DV"].to_list() == [None, 3.25, None]
    with pytest.raises(InputError, match="no Parquet"):
        read_events("e.parquet", b"PAR1 broken")


def test_columns_apart_by_spaces_are_read_as_nonmem_reads_them() -> None:
    text = " ID TIME AMT  DV\n 1 0 100 .\n 1  2.5 . 5.1\n"
    found = read_events("e.dat", text.encode())
    same = read_events("e.dat", b"ID,TIME,AMT,DV\n1,0,100,.\n1,2.5,.,5.1\n")
    assert found.table.equals(same.table)
    assert found.table["line"].to_list() == [2, 3]
