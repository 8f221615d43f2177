from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.text.sample_tables import (
    read_adjustments,
    read_contacts,
    read_markers,
    read_samples,
)
from nanoward.base.names import composed


@pytest.mark.shared
def test_the_specimens_of_a_real_household_cohort_are_read(read, shared, told) -> None:
    reading = read("samples", "data/samples.csv", shared("hive_flu/samples.csv"))
    assert reading.table.height == 226
    assert reading.table.row(0, named=True) | {} == {
        **reading.table.row(0, named=True),
        "sample": "M53301",
        "participant": "300825",
        "taken": date(2011, 1, 4),
        "household": "1191",
        "season": "2010-2011",
        "days_post_onset": 3.0,
        "line": 2,
    }
    assert told(reading) == [
        ("021", "data/samples.csv", 1, "participant"),
        ("021", "data/samples.csv", 1, "taken"),
    ]


@pytest.mark.shared
def test_the_household_pairs_of_a_real_cohort_are_read(read, shared, told) -> None:
    reading = read("contacts", "data/contacts.csv", shared("hive_flu/contacts.csv"))
    assert reading.table.height == 106
    assert reading.table["kind"].unique().to_list() == ["household"]
    assert [place[3] for place in told(reading)] == ["a", "b", "kind"]


def test_samples_without_a_day_or_with_an_impossible_one_are_told(read, told) -> None:
    content = (
        "sample,participant,taken\ns1,p,2020-01-01\ns2,p,\ns3,p,2020-02-30\n"
        "s4,p,01/02/2020\ns5,,2020-01-01\ns1,q,2020-01-02\n"
    )
    reading = read("samples", "data/samples.csv", content)
    assert reading.table["sample"].to_list() == ["s1"]
    assert reading.table["participant"].to_list() == ["p"]
    assert sorted(told(reading), key=lambda place: place[2]) == [
        ("026", "data/samples.csv", 3, "taken"),
        ("027", "data/samples.csv", 4, "taken"),
        ("027", "data/samples.csv", 5, "taken"),
        ("026", "data/samples.csv", 6, "participant"),
        ("029", "data/samples.csv", 7, "sample"),
    ]


def test_contacts_with_oneself_or_that_end_before_they_begin_are_told(read, told) -> None:
    content = (
        "a,b,kind,first,last,hours\np,p,room,2020-01-01,2020-01-02,1\n"
        "p,q,room,2020-01-05,2020-01-02,1\np,q,room,2020-01-01,soon,-3\np,r,shift,,,\n"
    )
    reading = read("contacts", "data/contacts.csv", content)
    assert reading.table["b"].to_list() == ["q", "r"]
    assert reading.table["last"].null_count() == reading.table["hours"].null_count() == 2
    assert [place[0::2] for place in told(reading)] == [
        ("030", 2),
        ("030", 3),
        ("028", 4),
        ("028", 4),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_give_the_same_samples_and_a_finding(read, encoding: str) -> None:
    content = "sample,participant,taken,site\ns1,Zoë,2020-01-01,Zürich\n"
    reading = read("samples", "data/samples.csv", content.encode(encoding))
    assert reading.table["participant"].to_list() == ["Zoë"]
    assert [finding.code for finding in reading.findings] in (["FMT-009"], ["FMT-008"])


words = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=6).map(composed)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
samples = st.lists(st.tuples(words, words, days), unique_by=lambda row: row[0], max_size=6)


@given(samples)
def test_samples_written_as_csv_are_read_back(rows: list[tuple[str, str, date]]) -> None:
    schema = {"sample": pl.String, "participant": pl.String, "taken": pl.Date}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    reading = read_samples("a.csv", table.write_csv(quote_style="always").encode())
    assert reading.table.select(table.columns).equals(table)
    assert all(finding.code == "FMT-002" for finding in reading.findings)


def test_the_same_pair_and_kind_twice_is_an_error(told) -> None:
    reading = read_contacts("c.csv", b"a,b,kind\np,q,room\np,q,room\np,q,shift\n")
    assert reading.table.height == 2
    assert told(reading) == [("029", "c.csv", 3, "a")]


def test_moves_of_settings_are_read_and_negative_ones_told() -> None:
    content = b"id,time,setting,from,day\na,5,50,75,2026-11-20\nb,6,-1,,\n"
    reading = read_adjustments("data/adjustments.csv", content)
    assert reading.table.select("participant", "time", "value", "before").row(0) == (
        "a", 5.0, 50.0, 75.0,
    )  # fmt: skip
    assert any(one.line == 3 for one in reading.findings)


def test_markers_are_numbers_and_no_more_are_seen_than_there_are() -> None:
    head = "sample,strain,n_markers_detected,n_markers_total,mean_marker_depth\n"
    read = read_markers(
        "data/markers.csv", f"{head}s,A,3,10,0.4\ns,B,11,10,2\ns,C,x,10,1\n".encode()
    )
    assert read.table["strain"].to_list() == ["A"]
    assert len(read.findings) == 2
