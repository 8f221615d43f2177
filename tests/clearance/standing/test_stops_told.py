import polars as pl
import pytest

from nanoward.clearance.standing.standing_rules import HELD
from nanoward.clearance.standing.stops_told import stop_findings, stop_series

DM = pl.DataFrame({"USUBJID": ["P1"], "RFENDTC": [""], "DTHFL": [""]})


def event(action: str, ended: str = "") -> pl.DataFrame:
    cells = {"AETERM": "x", "AEACN": action, "AESTDTC": "2026-05-01", "AEENDTC": ended}
    return pl.DataFrame({name: [cell] for name, cell in {"USUBJID": "P1", **cells}.items()})


@pytest.mark.hazard("H-259")
@pytest.mark.parametrize(
    ("action", "ended", "told"),
    [
        ("DRUG WITHDRAWN", "", ["CLR-075"]),
        ("drug withdrawn", "2026-05-03", ["CLR-075"]),
        ("DRUG INTERRUPTED", "", ["CLR-075"]),
        ("DRUG INTERRUPTED", "2026-05-03", []),
        ("gone", "2026-05-03", ["CLR-075"]),
        ("DOSE NOT CHANGED", "", []),
    ],
)
def test_an_action_holds_while_no_ending_is_on_record(
    action: str, ended: str, told: list[str]
) -> None:
    domains = {"DM": DM, "AE": event(action, ended)}
    assert [one.code for one in stop_findings(domains)] == told
    ds = pl.DataFrame({"USUBJID": ["P1"], "DSDECOD": ["ADVERSE EVENT"],
                       "DSCAT": ["DISPOSITION EVENT"], "DSSTDTC": ["2026-05-04"]})  # fmt: skip
    assert stop_series({**domains, "DS": ds}) == {}


@pytest.mark.hazard("H-259")
def test_an_end_of_dm_alone_holds_and_a_habit_of_the_export_is_told() -> None:
    one = {"DM": DM.with_columns(RFENDTC=pl.lit("2026-05-01"))}
    assert [found.level for found in stop_series(one)["P1"]] == [HELD]
    people = ["P1", "P2", "P3"]
    days = ["2026-05-01", "2026-05-02", "2026-05-03"]
    dm = pl.DataFrame({"USUBJID": people, "RFENDTC": days})
    ex = pl.DataFrame({"USUBJID": people, "EXSTDTC": days})
    assert stop_series({"DM": dm, "EX": ex}) == {}
    assert [found.code for found in stop_findings({"DM": dm, "EX": ex})] == ["CLR-076"]
