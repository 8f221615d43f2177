import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nanoward.adapters.formats.sequences.variants_csv import read_variants_csv

HEAD = "sample,contig,position,ref,alt,frequency,depth\n"


@pytest.mark.shared
def test_minor_variants_of_a_real_cohort_are_read(read, shared, told) -> None:
    path = "data/minor_variants.csv.gz"
    reading = read("variants", path, shared("hive_flu/minor_variants.csv.gz"))
    assert reading.table.height == 237 - 29  # 29 rows tell no segment
    places = told(reading)
    assert [place[0] for place in places] == ["026"] * 29 + ["021"]
    assert places[0] == ("026", path, 4, "contig")
    assert reading.table["ref"].unique().to_list() == [""]
    assert reading.table["frequency"].is_between(0.02, 0.98).all()


def test_every_impossible_number_is_told_with_its_line(read, told) -> None:
    cells = ["0,A,C,.5,1", "-1,A,C,.5,1", "1.5,A,C,.5,1", "x,A,C,.5,1"]
    cells += ["1,A,C,1.1,1", "1,A,C,-0.1,1", "1,A,C,NaN,1", "1,A,C,inf,1", "1,A,C,,1"]
    content = HEAD + "".join(f"s,c,{row}\n" for row in cells) + "s,c,9,A,C,1,7\n"
    reading = read("variants", "v.csv", content)
    assert reading.table["position"].to_list() == [9]
    assert [(line, column) for _, _, line, column in told(reading)] == [
        *((line, "position") for line in range(2, 6)),
        *((line, "frequency") for line in range(6, 11)),
    ]


def test_alleles_are_capitals_and_others_are_told(read, told) -> None:
    content = (
        HEAD + "s,c,1,a,g,1,\ns,c,2,AT,-,1,\ns,c,3,A,+GG,1,\ns,c,4,A,E!,1,\ns,c,5,7,A,1,\n"
    )
    reading = read("variants", "v.csv", content)
    assert reading.table["alt"].to_list() == ["G", "-", "+GG"]
    assert told(reading) == [("027", "v.csv", 5, "alt"), ("027", "v.csv", 6, "ref")]


def test_rows_that_name_the_reference_allele_are_counted_and_not_used(read, told) -> None:
    reading = read("variants", "v.csv", HEAD + "s,c,1,A,A,1,\ns,c,2,A,T,1,\ns,c,3,G,g,1,\n")
    assert reading.table["position"].to_list() == [2]
    assert told(reading) == [("031", "v.csv", 2, "alt")]
    assert reading.findings[0].message.startswith("2 rows")


def test_a_frequency_of_zero_is_kept_because_absent_is_a_measurement(read) -> None:
    assert read("variants", "v.csv", HEAD + "s,c,1,A,T,0,\n").table.height == 1


def test_the_same_allele_twice_in_a_sample_is_an_error(read, told) -> None:
    reading = read("variants", "v.csv", "sample,chrom,pos,alt,freq\ns,c,1,T,.1\ns,c,1,t,.2\n")
    assert reading.table["frequency"].to_list() == [0.1]
    assert told(reading)[0] == ("029", "v.csv", 3, "sample")


rows = st.lists(
    st.tuples(
        st.sampled_from(["s1", "s2"]),
        st.sampled_from(["HA", "NA"]),  # neuraminidase, not "missing"
        st.integers(1, 10**9),
        st.sampled_from(["A", "CT"]),
        st.sampled_from(["G", "-"]),
        st.floats(0, 1),
        st.none() | st.integers(0, 10**6),
    ),
    unique_by=lambda row: row[:5],
    min_size=1,
    max_size=8,
)


@given(rows)
def test_variants_written_as_csv_are_read_back(table_rows: list[tuple[object, ...]]) -> None:
    columns = ["sample", "contig", "position", "ref", "alt", "frequency", "depth"]
    kinds = [pl.String, pl.String, pl.Int64, pl.String, pl.String, pl.Float64, pl.Int64]
    schema = dict(zip(columns, kinds, strict=True))
    table = pl.DataFrame(table_rows, schema=schema, orient="row")
    reading = read_variants_csv("v.csv", table.write_csv().encode())
    assert reading.findings == ()
    assert reading.table.drop("line").equals(table)


IVAR = (
    "REGION\tPOS\tREF\tALT\tALT_FREQ\tTOTAL_DP\tPASS\tGFF_FEATURE\n"
    "c\t100\tG\tA\t0.9\t100\tTRUE\tx\n"
    "c\t100\tG\tA\t0.9\t100\tTRUE\ty\n"
    "c\t200\tG\t-CAT\t0.2\t100\tTRUE\tNA\n"
    "c\t400\tG\tA\t0.02\t1000\tFALSE\tNA\n"
    "c\t500\tG\tA\t0.8\t10\tFALSE\tNA\n"
)


@pytest.mark.hazard("H-179")
def test_ivars_rows_that_did_not_pass_are_not_used_and_a_file_names_its_sample() -> None:
    told = read_variants_csv("runs/S9.tsv", IVAR.encode())
    assert told.table.select("sample", "position", "alt", "frequency").rows() == [
        ("S9", 100, "A", 0.9),
        ("S9", 200, "-CAT", 0.2),
        ("S9", 500, "N", 0.8),
    ]
    assert {"FMT-047", "FMT-052", "FMT-318"} <= {one.code for one in told.findings}
