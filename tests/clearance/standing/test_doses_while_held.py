from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl
import pytest

from nanoward.clearance import Policy
from nanoward.clearance.analysis import ClearanceQuestion, analyse
from nanoward.clearance.standing.doses_while_held import doses_while_held
from nanoward.clearance.standing.participant_standing import persons

DAY = date(2026, 11, 20)
RULES = Policy(psychological_weeks=0)


def domains(doses: list[str], alt: list[tuple[str, float]]) -> dict[str, pl.DataFrame]:
    return {
        "DM": pl.DataFrame({"USUBJID": ["P1"], "RFICDTC": ["2026-11-01"], "ARM": ["A"]}),
        "EX": pl.DataFrame(
            {
                "USUBJID": ["P1"] * len(doses),
                "EXSEQ": [float(n) for n in range(1, len(doses) + 1)],
                "EXTRT": ["LBP"] * len(doses),
                "EXDOSE": [1.0] * len(doses),
                "EXSTDTC": doses,
            }
        ),
        "LB": pl.DataFrame(
            {
                "USUBJID": ["P1"] * len(alt),
                "LBSEQ": [float(n) for n in range(1, len(alt) + 1)],
                "LBTESTCD": ["ALT"] * len(alt),
                "LBSTRESN": [value for _, value in alt],
                "LBSTRESU": ["U/L"] * len(alt),
                "LBSTNRLO": [0.0] * len(alt),
                "LBSTNRHI": [40.0] * len(alt),
                "LBDTC": [day for day, _ in alt],
            }
        ),
    }


def found(doses: list[str], alt: list[tuple[str, float]]) -> list[Any]:
    tables = domains(doses, alt)
    told = analyse(tables, ClearanceQuestion(policy=RULES, as_of=DAY)).tables
    people = persons(tables, told["grades"], told["adverse_events"], RULES)
    found = doses_while_held(tables, people, RULES, DAY)
    assert [asdict(one) for one in found] == told["doses_while_held"].to_dicts()
    return found


BEFORE = ("2026-11-08", 30.0)
BAD = ("2026-11-14", 300.0)


@pytest.mark.hazard("H-149")
def test_a_dose_four_days_into_a_hold_is_told_with_its_reason() -> None:
    (one,) = found(["2026-11-09", "2026-11-18"], [BEFORE, BAD])
    assert (one.participant, one.day, one.sequence) == ("P1", date(2026, 11, 18), 2)
    assert "grade 3" in one.reason


def test_a_dose_of_the_day_whose_result_came_later_is_none() -> None:
    assert found(["2026-11-09", "2026-11-14"], [BEFORE, BAD]) == []


def test_a_dose_after_the_hold_ended_is_none() -> None:
    alt = [BEFORE, BAD, ("2026-11-16", 30.0)]
    assert found(["2026-11-09", "2026-11-16", "2026-11-18"], alt) == []


def test_a_dose_in_a_hold_that_ended_since_is_told() -> None:
    (one,) = found(["2026-11-09", "2026-11-16"], [BEFORE, BAD, ("2026-11-18", 30.0)])
    assert one.day == date(2026, 11, 16)


def test_a_dose_behind_the_day_of_the_round_is_not_looked_at() -> None:
    assert found(["2026-11-09", "2026-11-25"], [BEFORE, BAD]) == []


def test_without_doses_there_is_nothing_to_tell() -> None:
    assert found([], [BEFORE, BAD]) == []
