"""A positive pregnancy test holds until one is negative; what cannot be read holds too."""

from datetime import date

import polars as pl
import pytest

from nanoward.clearance.standing.pregnancy_tests import (
    CASE,
    CASE_CLOSED,
    CASE_OPEN,
    pregnancy_series,
)
from nanoward.clearance.standing.standing_rules import CLEARED, HELD


def levels(*results: tuple[str, str | None, float | None]) -> list[int]:
    lb = pl.DataFrame(
        {
            "USUBJID": ["p"] * len(results),
            "LBTESTCD": [code for code, _, _ in results],
            "LBSTRESC": [words for _, words, _ in results],
            "LBSTRESN": [number for _, _, number in results],
            "LBSTNRHI": [5.0] * len(results),
            "LBDTC": [f"2026-05-{n:02d}" for n in range(1, len(results) + 1)],
        },
        schema_overrides={"LBSTRESN": pl.Float64, "LBSTRESC": pl.String},
    )
    return [one.level for one in pregnancy_series({"LB": lb}).get("p", [])]


@pytest.mark.hazard("H-256")
def test_positive_holds_and_negative_ends_it() -> None:
    assert levels(("HCG", "POSITIVE", None), ("HCG", "NEGATIVE", None)) == [HELD, CLEARED]
    assert levels(("HCG", "5000", 5000.0), ("HCG", "2", 2.0)) == [HELD, CLEARED]
    assert levels(("PREG", "+", None), ("PREG", "Not pregnant", None)) == [HELD, CLEARED]


@pytest.mark.hazard("H-256")
def test_what_cannot_be_read_as_negative_holds_and_no_result_is_none() -> None:
    assert levels(("HCG", "INVALID", None), ("HCG", None, None)) == [HELD]
    assert levels(("ALT", "POSITIVE", None)) == []


def test_the_day_and_the_words_are_told() -> None:
    lb = pl.DataFrame({"USUBJID": ["p"], "LBTESTCD": ["hcg"], "LBORRES": ["Positive"],
                       "LBDTC": ["2026-05-20"]})  # fmt: skip
    (one,) = pregnancy_series({"LB": lb})["p"]
    assert (one.day, one.told) == (date(2026, 5, 20), "pregnancy test positive on 2026-05-20")


@pytest.mark.hazard("H-256")
def test_a_case_holds_while_it_is_open_and_asks_for_a_test_when_it_is_closed() -> None:
    rows = [
        ("p", CASE, CASE_OPEN, "C1", "2026-05-01"),
        ("p", CASE, CASE_CLOSED, "C1", "2026-05-09"),
        ("p", "OTHER", CASE_OPEN, "C2", "2026-05-10"),
    ]
    names = ["USUBJID", "RPTESTCD", "RPSTRESC", "RPREFID", "RPDTC"]
    rp = pl.DataFrame(rows, schema=names, orient="row")
    assert [(one.series, one.day, one.level) for one in pregnancy_series({"RP": rp})["p"]] == [
        ("pregnancy C1", date(2026, 5, 1), HELD),
        ("pregnancy C1", date(2026, 5, 9), CLEARED),
        ("pregnancy test", date(2026, 5, 9), HELD),
    ]
