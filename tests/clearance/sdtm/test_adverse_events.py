from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nanoward.clearance import doses, understood_events

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
DOSED = pl.DataFrame({"participant": ["p"], "first_dose": [date(2026, 3, 10)]})


def event(**more: object) -> pl.DataFrame:
    row = {"USUBJID": "p", "AESEQ": 1.0, "AETERM": "Rash", "AESEV": "MILD", "AESER": "N"}
    return pl.DataFrame([row | more])


def emergent(**more: object) -> bool:
    found: bool = understood_events(event(**more), DOSED)[0]["emergent"].item()
    return found


def test_an_event_from_the_day_of_the_first_dose_on_is_emergent() -> None:
    assert emergent(AESTDTC="2026-03-10")
    assert emergent(AESTDTC="2026-03-11T08:00")
    assert not emergent(AESTDTC="2026-03-09")


def test_a_partial_start_is_emergent_where_it_may_lie_after_the_first_dose() -> None:
    assert emergent(AESTDTC="2026-03")
    assert emergent(AESTDTC="2026")
    assert not emergent(AESTDTC="2026-02")
    assert not emergent(AESTDTC="2025")
    assert emergent(AESTDTC=None)


def test_an_event_that_surely_ended_before_the_first_dose_is_not_emergent() -> None:
    assert not emergent(AESTDTC="2026", AEENDTC="2026-02-01")
    assert emergent(AESTDTC="2026", AEENDTC="2026-03")


@pytest.mark.hazard("H-121")
def test_every_event_is_emergent_where_no_first_dose_can_be_read() -> None:
    nobody = pl.DataFrame(schema={"participant": pl.String, "first_dose": pl.Date})
    table, _ = understood_events(event(AESTDTC="2026-03-11"), nobody)
    assert table["emergent"].to_list() == [True]


@pytest.mark.parametrize(
    ("told", "severity"),
    [
        ({"AESEV": "MILD", "AETOXGR": "4"}, "life-threatening"),
        ({"AESEV": "MILD", "AEOUT": "FATAL"}, "fatal"),
        ({"AESEV": "MILD", "AETOXGR": "GRAVE"}, None),
        ({"AESEV": "SEVERE", "AETOXGR": "ODD"}, "severe"),
        ({"AESEV": "ODD"}, None),
    ],
)
@pytest.mark.hazard("H-119")
def test_the_graver_of_two_statements_counts(
    told: dict[str, str], severity: str | None
) -> None:
    table, _ = understood_events(event(AESTDTC="2026-03-11", **told), DOSED)
    assert table["severity"].to_list() == [severity]


@pytest.mark.parametrize(
    ("told", "goes_on"),
    [
        ({}, False),
        ({"AEOUT": "RECOVERED/RESOLVED"}, False),
        ({"AEOUT": "NOT RECOVERED/NOT RESOLVED"}, True),
        ({"AEOUT": "FATAL"}, True),
        ({"AEOUT": "ODD"}, True),
        ({"AEENRF": "AFTER"}, True),
        ({"AEENDTC": "2026-01-01"}, True),
    ],
)
@pytest.mark.hazard("H-119")
def test_an_event_that_is_told_as_going_on_has_not_ended(
    told: dict[str, str], goes_on: bool
) -> None:
    ended = {"AEENDTC": "2026-03-13"} | told
    table, _ = understood_events(event(AESTDTC="2026-03-11", **ended), DOSED)
    assert (table["ended"].to_list() == [None]) == goes_on


@pytest.mark.parametrize(
    ("flag", "serious"), [("N", False), ("NA", False), ("U", True), ("?", True)]
)
@pytest.mark.hazard("H-118")
def test_a_flag_that_is_no_plain_no_is_serious(flag: str, serious: bool) -> None:
    for name in ("AESER", "AESHOSP"):
        table, _ = understood_events(event(AESTDTC="2026-03-11", **{name: flag}), DOSED)
        assert table["serious"].to_list() == [serious]


@pytest.mark.parametrize("criterion", ["AESHOSP", "AESDTH", "AESLIFE", "AESCAN", "AESMIE"])
def test_any_single_criterion_makes_an_event_serious_whatever_the_flag(criterion: str) -> None:
    table, findings = understood_events(event(AESTDTC="2026-03-11", **{criterion: "Y"}), DOSED)
    assert table["serious"].to_list() == [True]
    assert table["told_serious"].to_list() == [False]
    assert [one.code for one in findings] == ["CLR-010"]
    assert findings[0].subject == "p"


def test_a_fatal_outcome_is_fatal_and_a_number_is_a_severity() -> None:
    table, _ = understood_events(event(AESTDTC="2026-03-11", AEOUT="FATAL"), DOSED)
    assert table["severity"].to_list() == ["fatal"]
    table, _ = understood_events(event(AESTDTC="2026-03-11", AESEV=None, AETOXGR="3"), DOSED)
    assert table["severity"].to_list() == ["severe"]
    table, _ = understood_events(event(AESTDTC="2026-03-11", AESEV="AWFUL"), DOSED)
    assert table["severity"].to_list() == [None]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"AESTDTC": "2026-03"}, "CLR-011"),
        ({"AESTDTC": "soon"}, "CLR-012"),
        ({"AESTDTC": "2026-03-12", "AEENDTC": "2026-03-11"}, "CLR-013"),
    ],
)
def test_doubtful_days_are_told(more: dict[str, str], code: str) -> None:
    _, findings = understood_events(event(**more), DOSED)
    assert [one.code for one in findings] == [code]


def test_an_end_of_which_only_the_month_is_known_is_not_before_a_start_in_it() -> None:
    _, findings = understood_events(event(AESTDTC="2026-03-12", AEENDTC="2026-03"), DOSED)
    assert findings == ()


@needs_pilot
@pytest.mark.shared
@pytest.mark.parametrize(
    ("edition", "contradictions", "partial"), [("phuse", 32, 24), ("pharmaverse", 36, 26)]
)
def test_the_pilots_contradictions_and_partial_days_are_all_found(
    edition: str, contradictions: int, partial: int
) -> None:
    folder = PILOT / f"sdtm_{edition}"
    dosed = doses(pl.read_parquet(folder / "ex.parquet"))
    _, findings = understood_events(pl.read_parquet(folder / "ae.parquet"), dosed)
    assert Counter(one.code for one in findings) == {
        "CLR-010": contradictions,
        "CLR-011": partial,
    }


@needs_pilot
@pytest.mark.shared
def test_every_single_emergence_flag_of_the_pilots_analysis_is_found() -> None:
    folder = PILOT / "sdtm_pharmaverse"
    dosed = doses(pl.read_parquet(folder / "ex.parquet"))
    table, _ = understood_events(pl.read_parquet(folder / "ae.parquet"), dosed)
    analysis = pl.read_parquet(PILOT / "adam_phuse" / "adae.parquet").select(
        participant="USUBJID",
        sequence=pl.col("AESEQ").cast(pl.Int64),
        flag=pl.col("TRTEMFL") == "Y",
    )
    both = table.join(analysis, on=["participant", "sequence"])
    assert both.height == 1_191
    assert both.filter(pl.col("emergent") != pl.col("flag")).is_empty()


@pytest.mark.hazard("H-257")
def test_what_did_not_occur_and_has_a_severity_is_an_event_all_the_same() -> None:
    ae = pl.DataFrame({"USUBJID": ["p"] * 3, "AETERM": ["SEPSIS", "COUGH", "FALL"],
                       "AESEV": ["SEVERE", None, None], "AESER": [None, None, "Y"],
                       "AEOCCUR": ["N"] * 3, "AESTDTC": ["2026-05-20"] * 3})  # fmt: skip
    events, _ = understood_events(ae, pl.DataFrame(schema={"participant": pl.String,
                                                           "first_dose": pl.Date}))  # fmt: skip
    assert events["term"].to_list() == ["SEPSIS", "FALL"]
