from datetime import date

import polars as pl

from nanoward.clearance import Policy
from nanoward.clearance.analysis import ClearanceQuestion, analyse
from nanoward.flows.round.notable_acts import notable_acts
from nanoward.flows.steps.step_outcome import Outcome

DAY = date(2026, 11, 23)
RULES = Policy(psychological_weeks=0)
DOMAINS = {
    "DM": pl.DataFrame({"USUBJID": ["P1", "P2"], "RFICDTC": ["2026-11-01"] * 2}),
    "EX": pl.DataFrame(
        {
            "USUBJID": ["P1", "P1", "P2"],
            "EXSEQ": [1.0, 2.0, 1.0],
            "EXTRT": ["LBP", "LBP", "PLACEBO"],
            "EXDOSE": [1.0, 1.0, 0.0],
            "EXSTDTC": ["2026-11-09", "2026-11-18", "2026-11-09"],
        }
    ),
    "AE": pl.DataFrame(
        {
            "USUBJID": ["P1"],
            "AESEQ": [1.0],
            "AETERM": ["sepsis"],
            "AESEV": ["SEVERE"],
            "AESER": ["Y"],
            "AESTDTC": ["2026-11-14"],
        }
    ),
}


def test_doses_carriers_and_serious_events_are_told_once_each() -> None:
    tables = analyse(DOMAINS, ClearanceQuestion(policy=RULES, as_of=DAY)).tables
    cleared = Outcome(tables=tables, handed_on=tables)
    kinds = {
        "sample": pl.String,
        "participant": pl.String,
        "taken": pl.Date,
        "typed_as": pl.String,
    }
    profiles = pl.DataFrame([("S1", "P2", DAY, "agent")], schema=kinds, orient="row")
    found = notable_acts(DOMAINS, cleared, profiles)
    assert [(one.code, one.subject) for one in found.findings] == [
        ("PRG-015", "P1"),
        ("PRG-016", "P2"),
    ]
    assert found.tables["serious"]["term"].to_list() == ["sepsis"]
    assert found.tables["deviations"]["day"].to_list() == [date(2026, 11, 18)]


def test_without_clinical_records_nothing_is_told() -> None:
    found = notable_acts({}, Outcome(), None)
    assert (found.tables, found.findings) == ({}, ())
