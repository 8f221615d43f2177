"""Deaths and grave events that other domains tell; what no rule reads is told."""

import polars as pl
import pytest

from nanoward.clearance.sdtm.other_domains import (
    IGNORED,
    READ,
    unread_domains,
    with_other_domains,
)
from nanoward.clearance.sdtm.subject_domains import dispositions

DS = pl.DataFrame({"USUBJID": ["q"], "DSDECOD": ["RANDOMIZED"], "DSSTDTC": ["2026-01-05"]})


@pytest.mark.hazard("H-255")
def test_a_death_detail_and_a_survival_status_tell_a_death() -> None:
    dd = pl.DataFrame({"USUBJID": ["p", "p"], "DDTESTCD": ["PRCDTH", "LOCDTH"]})
    ss = pl.DataFrame({"USUBJID": ["q", "r"], "SSTESTCD": ["SURVSTAT"] * 2,
                       "SSSTRESC": ["ALIVE", "Dead"]})  # fmt: skip
    found = dispositions(with_other_domains({"DS": DS}, {"DD": dd, "SS": ss}))
    assert found.select("participant", "day", "standing").rows() == [
        ("p", None, "died"),
        ("r", None, "died"),
    ]
    assert dispositions(with_other_domains({}, {"DD": dd}))["participant"].to_list() == ["p"]


@pytest.mark.hazard("H-255")
def test_grave_clinical_events_and_hospital_stays_are_events() -> None:
    ce = pl.DataFrame({"USUBJID": ["p", "q", "r"], "CETERM": ["STROKE", "COUGH", "FALL"],
                       "CESEV": ["SEVERE", "", ""], "CEOUT": ["", "", "FATAL"],
                       "CESTDTC": ["2026-05-20"] * 3, "line": [1, 2, 3]})  # fmt: skip
    ho = pl.DataFrame({"USUBJID": ["s", "t"], "HOTERM": ["HOSPITAL"] * 2, "HOOCCUR": ["Y", "N"],
                       "HOSTDTC": ["2026-05-21"] * 2})  # fmt: skip
    events = with_other_domains({}, {"CE": ce, "HO": ho})["AE"]
    rows = events.select("USUBJID", "AETERM", "AESEV", "AESHOSP", "AESTDTC").rows()
    assert rows == [
        ("p", "STROKE", "SEVERE", None, "2026-05-20"),
        ("r", "FALL", None, None, "2026-05-20"),
        ("s", "HOSPITAL", None, "Y", "2026-05-21"),
    ]
    assert events["line"].to_list() == [1, 3, None]


def test_what_is_read_is_not_ignored_and_all_else_is_told() -> None:
    assert not set(READ) & set(IGNORED)
    roles = {"sdtm.LB": 3, "sdtm.MH": 2, "sdtm.SUPPAE": 1, "sdtm.ZZ": 7, "samples": 4}
    (told,) = unread_domains(roles, ("LB",))
    assert (told.code, told.severity, told.subject) == ("CLR-073", "warning", "ZZ")
    assert "7 rows" in told.message
