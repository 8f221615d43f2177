import io
from datetime import date
from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from nanoward.adapters.formats.clinical.sdtm import NEEDED, read_domain

LB = pl.DataFrame(
    {
        "STUDYID": ["S"] * 3,
        "DOMAIN": ["LB"] * 3,
        "USUBJID": ["p1", "p1", "p2"],
        "LBSEQ": [1.0, 2.0, 1.0],
        "LBTESTCD": ["ALT", "AST", "ALT"],
        "LBSTRESN": [20.5, None, 31.0],
        "LBDTC": ["2013-05-07T10:30", "2013-05", None],
    }
)


def parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def transport(frame: pl.DataFrame, folder: Path) -> bytes:
    path = str(folder / "x.xpt")
    pyreadstat.write_xport(frame, path, file_format_version=5, table_name="LB")
    return Path(path).read_bytes()


DOMAINS = [
    "ae",
    "cm",
    "dm",
    "ds",
    "ex",
    "lbch",
    "lbhe",
    "lbur",
    "mh",
    "qsco",
    "qsda",
    "qsgi",
    "qshi",
    "qsmm",
    "qsni",
    "sc",
    "se",
    "sv",
    "vs",
]
OTHERS = [
    "relrec",
    "suppae",
    "suppdm",
    "suppds",
    "supplbch",
    "supplbhe",
    "supplbur",
    "ta",
    "te",
    "ti",
    "ts",
    "tv",
]


@pytest.mark.shared
@pytest.mark.parametrize(
    "path",
    [f"sdtm_phuse/{name}" for name in DOMAINS + OTHERS]
    + [f"sdtm_pharmaverse/{name}" for name in ("ae", "dm", "ds", "ex", "lb", "sv")],
)
def test_every_domain_of_a_real_trial_is_read_whole(shared, path: str) -> None:
    content = shared(f"cdiscpilot/{path}.parquet")
    source = pl.read_parquet(io.BytesIO(content))
    name = path.split("/")[1].upper()
    reading = read_domain(name, f"data/sdtm/{name}.parquet", content)
    assert reading.findings == ()
    assert reading.table.columns == [*source.columns, "line"]
    assert reading.table["line"].to_list() == list(range(1, source.height + 1))
    assert set(reading.table.drop("line").dtypes) <= {pl.String(), pl.Float64()}
    for column in source.columns:
        assert reading.table[column].null_count() == source[column].null_count()


@pytest.mark.shared
def test_the_real_trial_gives_the_same_table_as_transport_parquet_and_csv(
    shared, tmp_path: Path
) -> None:
    source = pl.read_parquet(io.BytesIO(shared("cdiscpilot/sdtm_phuse/ae.parquet")))
    by_parquet = read_domain("AE", "ae.parquet", parquet(source))
    by_transport = read_domain("AE", "ae.xpt", transport(source, tmp_path))
    by_csv = read_domain("AE", "ae.csv", source.write_csv().encode())
    assert by_transport.table.equals(by_parquet.table)
    assert by_csv.table.drop("line").equals(by_parquet.table.drop("line"))
    assert by_csv.table["line"].to_list() == list(range(2, 963))
    assert by_parquet.findings == by_transport.findings == by_csv.findings == ()


def test_the_format_is_told_by_the_content_where_the_name_does_not(tmp_path: Path) -> None:
    table = read_domain("LB", "x.parquet", parquet(LB)).table
    for content in (parquet(LB), transport(LB, tmp_path), LB.write_csv().encode()):
        assert read_domain("LB", "x.dat", content).table.drop("line").equals(table.drop("line"))


def test_dates_stay_text_and_blanks_are_null(told) -> None:
    frame = LB.with_columns(
        LBDTC=pl.Series([date(2013, 5, 7), None, date(2013, 5, 8)]),
        LBSTAT=pl.Series(["", "  ", " NOT DONE "]),
        LBFAST=pl.Series([True, False, None]),
        LBLOC=pl.Series([None] * 3, dtype=pl.Float64),
    )
    reading = read_domain("LB", "lb.parquet", parquet(frame))
    assert reading.findings == ()
    assert reading.table["LBDTC"].to_list() == ["2013-05-07", None, "2013-05-08"]
    assert reading.table["LBSTAT"].to_list() == [None, None, "NOT DONE"]
    assert reading.table["LBFAST"].to_list() == ["Y", "N", None]
    assert reading.table["LBLOC"].dtype == pl.String


def test_rows_of_another_domain_are_told_and_not_used(told) -> None:
    frame = LB.with_columns(DOMAIN=pl.Series(["LB", "VS", None]))
    reading = read_domain("LBCH", "lbch.parquet", parquet(frame))
    assert reading.table["line"].to_list() == [1, 3]
    assert reading.table["DOMAIN"].to_list() == ["LB", "LB"]
    assert told(reading) == [
        ("061", "lbch.parquet", 2, "DOMAIN"),
        ("062", "lbch.parquet", 3, "DOMAIN"),
    ]


def test_variables_that_the_round_rests_on_are_missed(told) -> None:
    reading = read_domain("LB", "lb.parquet", parquet(LB.drop("LBSTRESN", "DOMAIN")))
    assert reading.table["LBSTRESN"].to_list() == [None] * 3
    assert reading.table["LBSTRESN"].dtype == pl.Float64
    assert told(reading) == [
        ("060", "lb.parquet", None, "LBSTRESN"),
        ("062", "lb.parquet", None, "DOMAIN"),
    ]


def test_without_subjects_nothing_can_be_used(told) -> None:
    reading = read_domain("LB", "lb.parquet", parquet(LB.drop("USUBJID")))
    assert reading.table.is_empty()
    assert set(NEEDED["LB"]) <= set(reading.table.columns)
    assert told(reading) == [("020", "lb.parquet", None, "USUBJID")]


def test_a_row_without_a_subject_is_told_and_a_number_given_twice_is_doubted(told) -> None:
    frame = LB.with_columns(USUBJID=pl.Series(["p1", "p1", " "]), LBSEQ=pl.Series([1, 1, 1]))
    reading = read_domain("LB", "lb.parquet", parquet(frame))
    assert reading.table["line"].to_list() == [1, 2]
    assert told(reading) == [
        ("026", "lb.parquet", 3, "USUBJID"),
        ("065", "lb.parquet", 2, "LBSEQ"),
    ]


def test_a_person_stands_in_demographics_once(told) -> None:
    content = "DOMAIN,USUBJID,RFSTDTC,ARM\nDM,p1,2013,A\nDM,p2,,B\nDM,p1,2014,B\n"
    reading = read_domain("DM", "dm.csv", content.encode())
    assert reading.table["ARM"].to_list() == ["A", "B"]
    assert told(reading) == [("029", "dm.csv", 4, "USUBJID")]


def test_text_in_a_column_of_numbers_is_told_with_its_line(told) -> None:
    content = LB.with_columns(LBSTRESN=pl.Series(["<5", "7", "NaN"])).write_csv().lower()
    head, rest = content.split("\n", 1)
    reading = read_domain("LB", "lb.csv", f"{head}\n{rest.replace('lb', 'LB')}".encode())
    assert reading.table["LBSTRESN"].to_list() == [None, 7.0, None]
    assert reading.table["LBSTRESC"].to_list() == ["<5", None, None]
    assert told(reading) == [("064", "lb.csv", 2, "LBSTRESN")]


def test_columns_that_are_neither_text_nor_number_are_told(told) -> None:
    frame = LB.with_columns(LBLIST=pl.Series([[1], [2], [3]]), lbseq=pl.Series([9, 9, 9]))
    reading = read_domain("LB", "lb.parquet", parquet(frame))
    assert "LBLIST" not in reading.table.columns
    assert reading.table["LBSEQ"].to_list() == [1.0, 2.0, 1.0]
    assert told(reading) == [
        ("066", "lb.parquet", None, "LBLIST"),
        ("022", "lb.parquet", None, "lbseq"),
    ]


@pytest.mark.parametrize(
    ("path", "content", "code"),
    [
        ("lb.parquet", b"", "001"),
        ("lb.parquet", b"STUDYID,DOMAIN\n", "011"),
        ("lb.parquet", parquet(LB)[:-20], "012"),
        ("lb.parquet", parquet(LB)[:4] + parquet(LB)[200:], "012"),
        ("lb.xpt", b"", "001"),
        ("lb.xpt", b"STUDYID,DOMAIN\n", "011"),
        ("lb.csv", b"", "001"),
        ("lb.csv", LB.head(0).write_csv().encode(), "002"),
        ("lb.parquet", parquet(LB.head(0)), "002"),
        ("lb.xpt.gz", b"\x1f\x8b\x08damaged", "004"),
    ],
)
def test_files_that_hold_nothing_to_use_are_told(
    told, path: str, content: bytes, code: str
) -> None:
    reading = read_domain("LB", path, content)
    assert reading.table.is_empty()
    assert told(reading)[0][:2] == (code, path)
