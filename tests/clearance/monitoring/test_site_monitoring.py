"""Site indicators from SDTM: counts by hand, and the pilot's known spread."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.clearance import understood_events
from nanoward.clearance.monitoring.site_monitoring import monitored_sites, open_intervals
from nanoward.clearance.sdtm.subject_domains import doses

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
GRADES = pl.DataFrame(
    {
        "participant": ["a", "a", "b"],
        "term": ["x", "x", "x"],
        "grade": [3, 0, None],
        "taken": [date(2026, 1, 5)] * 3,
    }
)
EVENTS = pl.DataFrame({"participant": ["a", "a", "b"], "emergent": [True, True, False]})
DOMAINS = {
    "DM": pl.DataFrame({"USUBJID": ["a", "b", "c"], "SITEID": ["1", "2", None]}),
    "EX": pl.DataFrame(
        {
            "USUBJID": ["a", "b", "c"],
            "EXSTDTC": ["2026-01-01"] * 3,
            "EXENDTC": ["2026-01-10", "2026-03-01", "2026-01-01"],
        }
    ),
    "DS": pl.DataFrame(
        {
            "USUBJID": ["a", "b"],
            "DSDECOD": ["ADVERSE EVENT", "COMPLETED"],
            "DSCAT": ["DISPOSITION EVENT"] * 2,
            "DSSTDTC": ["2026-01-10", "2026-03-01"],
        }
    ),
}


def test_events_days_leavers_and_grades_are_counted_by_site() -> None:
    found = monitored_sites(DOMAINS, GRADES, EVENTS, date(2026, 1, 31))
    assert found.select("measure", "site", "events", "of").rows() == [
        ("adverse events per day", "1", 2, 10.0),
        ("adverse events per day", "2", 0, 31.0),  # up to the day asked for
        ("discontinued", "1", 1, 1.0),
        ("discontinued", "2", 0, 1.0),
        ("grade 3 results", "1", 1, 2.0),
    ]


def test_without_sites_there_are_no_rows() -> None:
    no_sites = DOMAINS | {"DM": pl.DataFrame({"USUBJID": ["a"]})}
    assert monitored_sites(no_sites, GRADES, EVENTS, date(2026, 1, 31)).is_empty()


@pytest.mark.shared
@pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
def test_the_pilots_sites_have_the_known_share_of_leavers() -> None:
    names = ("dm", "ex", "ds", "ae")
    tables = {
        name.upper(): pl.read_parquet(PILOT / "sdtm_phuse" / f"{name}.parquet")
        for name in names
    }
    events, _ = understood_events(tables["AE"], doses(tables["EX"]))
    found = monitored_sites(tables, GRADES, events, date(2015, 12, 31))
    left = found.filter(pl.col("measure") == "discontinued")
    assert left.height == 17
    assert left["mean"][0] == pytest.approx(0.567, abs=5e-4)
    assert left["spread"][0] == pytest.approx(1.029, abs=5e-4)
    assert left.filter(pl.col("flag") != 0)["site"].to_list() == ["713"]


@pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
@pytest.mark.hazard("H-131")
def test_open_intervals_last_to_the_end_of_the_reference_period() -> None:
    """The published scores of the pilot's 17 sites: rate .03819 a day, spread 7.372."""
    folder = PILOT / "sdtm_pharmaverse"
    domains = {
        name: pl.read_parquet(folder / f"{name.lower()}.parquet")
        for name in ("DM", "DS", "EX", "AE")
    }
    events, _ = understood_events(domains["AE"], doses(domains["EX"]))
    grades = pl.DataFrame(schema=GRADES.schema)
    sites = monitored_sites(domains, grades, events, date(2015, 3, 5))
    rates = sites.filter(pl.col("measure") == "adverse events per day")
    assert rates.height == 17
    assert rates["mean"][0] == pytest.approx(0.03819, abs=5e-6)
    assert rates["spread"][0] == pytest.approx(7.372, abs=1e-3)
    assert rates.filter(pl.col("flag") != 0).select("site").rows() == [("705",)]
    (told,) = open_intervals(domains)
    assert (told.severity, "6 people" in told.message) == ("warning", True)
    assert open_intervals(domains, "note")[0].severity == "note"
    events, days = (rates[name].to_numpy().astype(float) for name in ("events", "of"))
    mean = events.sum() / days.sum()  # an oracle in the words of Analyze_NormalApprox
    raw = (events / days - mean) / np.sqrt(mean / days)
    assert rates["z"].to_numpy() == pytest.approx(raw / np.sqrt(np.mean(raw**2)), abs=1e-12)
