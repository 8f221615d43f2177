from datetime import date

import polars as pl
import pytest

from nanoward.clearance.sdtm.agent_recipients import first_receipts, unexplained_carriers

EX = pl.DataFrame(
    {
        "USUBJID": ["P1", "P2", "P3", "P4", "P5"],
        "EXTRT": ["LBP", "PLACEBO", "LBP", "LBP", "Sham LBP"],
        "EXDOSE": [1.0, 0.0, 0.0, None, 1.0],
        "EXSTDTC": ["2026-11-09", "2026-11-09", "2026-11-09", "9/11/2026", "2026-11-09"],
    }
)
PEOPLE = frozenset({"P1", "P2", "P3", "P4", "P5", "P6"})


def profiles(*rows: tuple[str, str, date | None, str]) -> pl.DataFrame:
    kinds = {
        "sample": pl.String,
        "participant": pl.String,
        "taken": pl.Date,
        "typed_as": pl.String,
    }
    return pl.DataFrame(rows, schema=kinds, orient="row")


def test_a_placebo_is_no_receipt_and_a_dose_without_amount_may_be_one() -> None:
    found = first_receipts({"EX": EX})
    assert found == {"P1": date(2026, 11, 9), "P4": None}
    assert first_receipts({}) == {}


def test_a_dose_that_was_not_given_is_no_receipt() -> None:
    refused = EX.with_columns(EXOCCUR=pl.Series(["N"] * 5))
    assert first_receipts({"EX": refused}) == {}


@pytest.mark.hazard("H-150")
def test_the_agent_in_somebody_who_never_received_it_is_found() -> None:
    day = date(2026, 11, 14)
    told = profiles(
        ("S1", "P1", day, "agent"),
        ("S2", "P2", day, "agent"),
        ("S3", "P3", day, "other"),
        ("S4", "P4", day, "agent"),
        ("S6", "P6", day, "agent"),
        ("L1", "LOT", day, "agent"),
        ("S0", "P1", date(2026, 11, 8), "agent"),
    )
    found = unexplained_carriers(told, first_receipts({"EX": EX}), PEOPLE)
    assert found["sample"].to_list() == ["S0", "S2", "S6"]
