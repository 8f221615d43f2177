"""Records that cannot all be true: each fault planted and found, none found elsewhere."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from nanoward.clearance import doses, understood_events
from nanoward.clearance.sdtm.consistency_checks import edit_checks

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)


def sound() -> dict[str, pl.DataFrame]:
    return {
        "DM": pl.DataFrame({"USUBJID": ["p"], "DTHFL": ["Y"], "DTHDTC": ["2026-03-01"]}),
        "DS": pl.DataFrame(
            {
                "USUBJID": ["p", "q"],
                "DSSEQ": [1.0, 1.0],
                "DSDECOD": ["DEATH", "ADVERSE EVENT"],
                "DSCAT": ["DISPOSITION EVENT"] * 2,
                "DSSTDTC": ["2026-03-01", "2026-02-10"],
            }
        ),
        "EX": pl.DataFrame(
            {
                "USUBJID": ["p", "q"],
                "EXSEQ": [1.0, 1.0],
                "EXSTDTC": ["2026-01-05", "2026-01-05"],
                "EXENDTC": ["2026-02-27", "2026-02-10"],
            }
        ),
        "SV": pl.DataFrame({"USUBJID": ["p"], "SVSTDTC": ["2026-03-01"]}),
        "AE": pl.DataFrame(
            {"USUBJID": ["p"], "AESEQ": [1.0], "AESTDTC": ["2026-03"], "AEOUT": ["FATAL"]}
        ),
        "LB": pl.DataFrame(
            {
                "USUBJID": ["p"],
                "LBSEQ": [7.0],
                "LBSTRESN": [5.0],
                "LBSTNRLO": [4.0],
                "LBSTNRHI": [6.0],
                "LBNRIND": ["NORMAL"],
            }
        ),
    }


def found(domain: str, **change: str | float) -> list[str]:
    tables = sound()
    tables[domain] = tables[domain].with_columns(
        pl.when(pl.int_range(pl.len()) == 0)
        .then(pl.lit(value))
        .otherwise(pl.col(name))
        .alias(name)
        for name, value in change.items()
    )
    return sorted(one.code for one in edit_checks(tables))


def test_sound_records_contradict_nothing() -> None:
    assert edit_checks(sound()) == ()
    assert edit_checks({}) == ()


@pytest.mark.parametrize(
    ("domain", "change", "code"),
    [
        ("EX", {"EXSTDTC": "2026-03-02", "EXENDTC": "2026-03-03"}, "CLR-050"),
        ("EX", {"EXENDTC": "2026-01-04"}, "CLR-053"),
        ("SV", {"SVSTDTC": "2026-03-02"}, "CLR-052"),
        ("AE", {"AESTDTC": "2026-04"}, "CLR-054"),
        ("LB", {"LBNRIND": "HIGH"}, "CLR-056"),
        ("LB", {"LBSTRESN": 7.0}, "CLR-056"),
    ],
)
def test_each_planted_fault_is_found_alone(
    domain: str, change: dict[str, str | float], code: str
) -> None:
    assert found(domain, **change) == [code]


def test_a_dose_after_somebody_left_is_found_with_its_row() -> None:
    tables = sound()
    late = pl.DataFrame(
        {"USUBJID": ["q"], "EXSEQ": [2.0], "EXSTDTC": ["2026-02-11"], "EXENDTC": ["2026-02-11"]}
    )
    tables["EX"] = pl.concat([tables["EX"], late])
    (one,) = edit_checks(tables)
    assert (one.code, one.subject) == ("CLR-051", "q")
    assert dict(one.row) == {"role": "sdtm.EX", "USUBJID": "q", "EXSEQ": 2}
    assert "after adverse event on 2026-02-10" in one.message


def test_a_death_that_dm_does_not_tell_is_found_in_each_domain() -> None:
    tables = sound()
    tables["DM"] = pl.DataFrame({"USUBJID": ["p"], "DTHFL": [""], "DTHDTC": [""]})
    assert [one.code for one in edit_checks(tables)] == ["CLR-055", "CLR-055"]


@needs_pilot
@pytest.mark.shared
@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("sdtm_phuse", {"CLR-010": 32, "CLR-011": 24}),
        ("sdtm_pharmaverse", {"CLR-010": 36, "CLR-011": 26}),
    ],
)
def test_the_pilots_contradictory_events_are_all_found_and_no_other(
    edition: str, expected: dict[str, int]
) -> None:
    ae = pl.read_parquet(PILOT / edition / "ae.parquet")
    ex = pl.read_parquet(PILOT / edition / "ex.parquet")
    _, findings = understood_events(ae, doses(ex))
    assert Counter(one.code for one in findings) == expected


@needs_pilot
@pytest.mark.shared
def test_nobody_of_the_pilot_was_dosed_after_leaving_and_one_visit_follows_a_death() -> None:
    """The clean negative control: 0 of 252 last doses lie after the disposition."""
    tables = {
        name.upper()[:2]: pl.read_parquet(PILOT / "sdtm_phuse" / f"{name}.parquet")
        for name in ("dm", "ds", "ex", "sv", "ae", "lbch")
    }
    told = [(one.code, one.subject) for one in edit_checks(tables)]
    assert told == [("CLR-052", "01-710-1083")]
