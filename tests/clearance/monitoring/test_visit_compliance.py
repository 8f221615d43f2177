"""What is due: weekly assessments by hand, visits of the plan, nothing after leaving."""

from datetime import date

import polars as pl
import pytest

from nanoward.clearance.monitoring.visit_compliance import visit_compliance_table

DM = pl.DataFrame({"USUBJID": ["p", "q"], "RFSTDTC": ["2026-01-05"] * 2})
EX = pl.DataFrame({"USUBJID": ["p", "q"], "EXSTDTC": ["2026-01-05"] * 2})
QS = pl.DataFrame({"USUBJID": ["p", "p"], "QSDTC": ["2026-01-05", "2026-01-15"]})
DS = pl.DataFrame(
    {
        "USUBJID": ["q"],
        "DSDECOD": ["WITHDRAWAL BY SUBJECT"],
        "DSCAT": ["DISPOSITION EVENT"],
        "DSSTDTC": ["2026-01-06"],
    }
)


def test_weeks_are_late_missed_or_due_and_stop_where_a_person_left() -> None:
    domains = {"DM": DM, "EX": EX, "QS": QS, "DS": DS}
    told = visit_compliance_table(domains, None, ["psychological"], date(2026, 1, 27))
    rows = told.select("participant", "planned", "made", "state").rows()
    assert rows == [
        ("p", date(2026, 1, 12), date(2026, 1, 15), "late"),
        ("p", date(2026, 1, 19), None, "missed"),
        ("p", date(2026, 1, 26), None, "due"),
        ("q", date(2026, 1, 5), None, "missed"),
    ]
    assert visit_compliance_table(domains, None, [], date(2026, 1, 27)).is_empty()


def test_visits_of_the_plan_are_told_beside() -> None:
    tv = pl.DataFrame({"VISITNUM": [1, 2], "VISIT": ["BASELINE", "WEEK 2"], "VISITDY": [1, 14]})
    sv = pl.DataFrame({"USUBJID": ["p"], "VISITNUM": [1.0], "SVSTDTC": ["2026-01-05"]})
    domains = {"DM": DM, "EX": EX, "SV": sv, "DS": DS}
    told = visit_compliance_table(domains, tv, [], date(2026, 1, 30))
    assert told.select("participant", "name", "state").rows() == [
        ("p", "WEEK 2", "missed"),
        ("q", "BASELINE", "missed"),
    ]


@pytest.mark.hazard("H-251")
def test_nothing_is_due_of_somebody_who_died_on_a_day_that_nobody_knows() -> None:
    tv = pl.DataFrame({"VISITNUM": [1, 2], "VISIT": ["BASELINE", "WEEK 2"], "VISITDY": [1, 14]})
    sv = pl.DataFrame({"USUBJID": ["p"], "VISITNUM": [1.0], "SVSTDTC": ["2026-01-05"]})
    dead = DM.with_columns(DTHFL=pl.Series(["Y", ""]))
    domains = {"DM": dead, "EX": EX, "QS": QS, "SV": sv}
    told = visit_compliance_table(domains, tv, ["psychological"], date(2026, 1, 30))
    assert set(told["participant"]) == {"q"}


def test_without_a_plan_of_visits_none_is_due_though_visits_were_made() -> None:
    sv = pl.DataFrame({"USUBJID": ["p"], "VISITNUM": [1.0], "SVSTDTC": ["2026-01-05"]})
    tv = pl.DataFrame({"VISITNUM": [1.0], "VISITDY": [1.0]})
    domains = {"DM": DM, "EX": EX, "QS": QS}
    assert visit_compliance_table(domains | {"SV": sv}, None, [], date(2026, 1, 27)).is_empty()
    assert visit_compliance_table(domains, tv, [], date(2026, 1, 27)).is_empty()
