from datetime import date

import polars as pl
import pytest

from nanoward.clearance import at_data_cutoff, earliest, latest
from nanoward.clearance.sdtm.data_cutoff import has_future, placed_day, unplaced, without_future

DAY = date(2026, 3, 1)


def test_partial_days_have_a_first_and_a_last_meaning() -> None:
    days = pl.DataFrame({"d": ["2026", "2024-02", "2026-03-05T10:30", "soon", None]})
    found = days.select(first=earliest("d"), last=latest("d"))
    assert found["first"].to_list() == [
        date(2026, 1, 1),
        date(2024, 2, 1),
        date(2026, 3, 5),
        None,
        None,
    ]
    assert found["last"].to_list() == [
        date(2026, 12, 31),
        date(2024, 2, 29),
        date(2026, 3, 5),
        None,
        None,
    ]


def test_later_rows_are_left_out_and_rows_without_a_day_are_kept() -> None:
    ds = pl.DataFrame(
        {"USUBJID": ["a", "b", "c"], "DSSTDTC": ["2026-02-01", "2026-04-01", None]}
    )
    assert at_data_cutoff({"DS": ds}, DAY)["DS"]["USUBJID"].to_list() == ["a", "c"]


def test_an_event_is_known_from_the_day_that_it_was_written_down() -> None:
    ae = pl.DataFrame(
        {
            "USUBJID": ["a", "b"],
            "AESTDTC": ["2026-02-01", "2026-02-01"],
            "AEDTC": ["2026-03-02", None],
        }
    )
    assert at_data_cutoff({"AE": ae}, DAY)["AE"]["USUBJID"].to_list() == ["b"]


def test_what_a_known_row_tells_of_later_is_blanked() -> None:
    ae = pl.DataFrame(
        {
            "USUBJID": ["a"],
            "AESTDTC": ["2026-02-01"],
            "AEENDTC": ["2026-03-05"],
            "AEOUT": ["FATAL"],
            "AESDTH": ["Y"],
        }
    )
    dm = pl.DataFrame({"USUBJID": ["a"], "DTHDTC": ["2026-03-05"], "DTHFL": ["Y"]})
    known = at_data_cutoff({"AE": ae, "DM": dm}, DAY)
    assert known["AE"].row(0)[2:] == (None, None, None)
    assert known["DM"].row(0)[1:] == (None, None)
    assert at_data_cutoff({"DM": dm}, date(2026, 3, 5))["DM"].row(0)[1:] == ("2026-03-05", "Y")


def test_people_are_known_from_the_first_day_that_tells_of_them() -> None:
    dm = pl.DataFrame(
        {
            "USUBJID": ["early", "late", "seen", "unseen", "undated"],
            "DMDTC": ["2026-01-01", "2026-05-01", None, None, None],
        }
    )
    sv = pl.DataFrame({"USUBJID": ["seen", "unseen"], "SVSTDTC": ["2026-02-01", "2026-05-01"]})
    known = at_data_cutoff({"DM": dm, "SV": sv}, DAY)["DM"]["USUBJID"].to_list()
    assert known == ["early", "seen", "undated"]


@pytest.mark.parametrize(("count", "more"), [(1, ""), (2, " and 1 more"), (3, " and 2 more")])
def test_days_in_the_future_are_told_once_for_a_person(count: int, more: str) -> None:
    lb = pl.DataFrame({"USUBJID": ["a"] * count, "LBDTC": ["2027-01-02"] * count})
    _, (found,) = without_future({"LB": lb}, DAY)
    assert found.message == f"LBDTC 2027-01-02{more} of a lies in the future"


def test_a_day_after_today_is_seen_in_every_column_of_what_happened() -> None:
    lb = pl.DataFrame({"USUBJID": ["a"] * 2, "LBDTC": ["2026-03-01", None]})
    plan = pl.DataFrame({"USUBJID": ["a"], "RFENDTC": ["2062-01-01"], "DTHDTC": [None]})
    assert not has_future({"LB": lb, "DM": plan}, DAY)  # an end may be planned
    assert has_future({"LB": lb}, date(2026, 2, 28))
    told, found = without_future({"LB": lb}, date(2026, 2, 28))
    assert told["LB"]["LBDTC"].to_list() == ["? 2026-03-01", None]
    assert [one.code for one in found] == ["CLR-065"]
    assert without_future({"LB": lb}, DAY) == ({"LB": lb}, ())


def test_a_text_of_several_days_has_a_first_one_and_no_place() -> None:
    days = pl.DataFrame({"d": ["2026-01-05/2026-03-07", "2026-03-05", "soon", None]})
    found = days.select(first=earliest("d"), placed=placed_day("d"), lost=unplaced("d"))
    assert found["first"].to_list() == [date(2026, 1, 5), date(2026, 3, 5), None, None]
    assert found["placed"].to_list() == [None, date(2026, 3, 5), None, None]
    assert found["lost"].to_list() == [True, False, True, False]
