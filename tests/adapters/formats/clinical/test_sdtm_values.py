import polars as pl
import pytest

from nanoward.adapters.formats.clinical.sdtm import read_domain
from nanoward.ports.formats import ParsedTable


def ds(*rows: str) -> ParsedTable:
    head = "DOMAIN,USUBJID,DSDECOD,DSTERM,DSCAT,DSSTDTC\n"
    return read_domain(
        "DS", "ds.csv", (head + "".join(f"DS,p,{row}\n" for row in rows)).encode()
    )


def codes(reading: ParsedTable) -> list[str]:
    return [one.code for one in reading.findings]


@pytest.mark.parametrize(
    ("row", "term"),
    [
        (",PATIENT DIED,,2026-05-24", "DEATH"),
        ("INFORMED CONSENT OBTAINED,INFORMED CONSENT REFUSED,X,2026-05-24", "CONSENT REFUSED"),
        ("ADVERSE EVENT,SUBJECT DIED,DISPOSITION EVENT,2026-05-24", "DEATH"),
        ("WITHDRAWAL BY SUBJECT,PT REFUSED HOLTERS,Y,2026-05-24", "WITHDRAWAL BY SUBJECT"),
        ("Lost to follow up,x,,2026-05-24", "LOST TO FOLLOW-UP"),
        ("Gone fishing,x,,2026-05-24", "GONE FISHING"),
    ],
)
@pytest.mark.hazard("H-119")
def test_the_graver_of_term_and_reported_term_counts(row: str, term: str) -> None:
    assert ds(row).table["DSDECOD"].to_list() == [term]


def test_one_finding_is_told_for_each_cause_and_column() -> None:
    found = ds("Gone fishing,x,,09/11/2026", "Gone home,x,,10/11/2026")
    assert codes(found) == ["FMT-115", "FMT-112"]
    assert [one.line for one in found.findings] == [2, 2]
    assert "'09/11/2026'" in found.findings[1].message


@pytest.mark.hazard("H-116")
def test_days_are_iso_text_and_those_that_may_be_two_an_interval() -> None:
    found = ds("COMPLETED,x,,30.03.2026", "COMPLETED,x,,2026-04-01")
    assert found.table["DSSTDTC"].to_list() == ["2026-03-30", "2026-04-01"]
    assert codes(found) == ["FMT-111"]


def test_bounds_are_written_in_one_way() -> None:
    head = "DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBORRES,LBDTC\n"
    rows = ["LB,p,1,ALT,≥1000,2026-01-01\n", "LB,p,2,ALT,less than 5,2026-01-02\n"]
    table = read_domain("LB", "lb.csv", (head + "".join(rows)).encode()).table
    assert table["LBORRES"].to_list() == [">=1000", "<5"]


@pytest.mark.hazard("H-120")
def test_a_test_without_a_code_is_known_by_its_name() -> None:
    content = b"DOMAIN,USUBJID,LBSEQ,LBTEST,LBSTRESN,LBDTC\nLB,p,1,Potassium,4.2,2026-01-01\n"
    reading = read_domain("LB", "lb.csv", content)
    assert reading.table["LBTESTCD"].to_list() == ["K"]
    assert "FMT-060" not in codes(reading)


def test_flags_of_a_column_of_truth_are_letters() -> None:
    frame = pl.DataFrame({"DOMAIN": ["DM"], "USUBJID": ["p"], "DTHFL": ["YES"]})
    content = frame.write_csv().encode()
    assert read_domain("DM", "dm.csv", content).table["DTHFL"].to_list() == ["Y"]
