"""The safety board's numbers: by hand, and the pilot's against its own analysis tables."""

from pathlib import Path

import polars as pl
import pytest

from nanoward.base.tables import DISPOSITION
from nanoward.clearance import doses, safety_numbers, understood_events

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
ARMS = ("Placebo", "Xanomeline High Dose", "Xanomeline Low Dose")


def numbers(domains: dict[str, pl.DataFrame]) -> pl.DataFrame:
    events, _ = understood_events(domains["AE"], doses(domains["EX"]))
    return safety_numbers(domains, events)


def pilot(edition: str) -> pl.DataFrame:
    folder = PILOT / f"sdtm_{edition}"
    names = ("dm", "ds", "ae", "ex")
    return numbers(
        {name.upper(): pl.read_parquet(folder / f"{name}.parquet") for name in names}
    )


def by_arm(table: pl.DataFrame, measure: str) -> tuple[int, ...]:
    rows = dict(table.filter(pl.col("measure") == measure).select("arm", "people").iter_rows())
    return tuple(rows[arm] for arm in ARMS)


def test_a_small_programme_counts_as_by_hand() -> None:
    domains = {
        "DM": pl.DataFrame(
            {
                "USUBJID": ["a", "b", "c"],
                "ARM": ["X", "X", "Screen Failure"],
                "ARMCD": ["X", "X", "SCRNFAIL"],
            }
        ),
        "DS": pl.DataFrame(
            {
                "USUBJID": ["a", "c"],
                "DSDECOD": ["COMPLETED", "SCREEN FAILURE"],
                "DSSTDTC": ["2026-05-01"] * 2,
            }
        ),
        "AE": pl.DataFrame(
            {
                "USUBJID": ["b", "b"],
                "AESTDTC": ["2026-02-02", "2026-02-03"],
                "AESER": ["N", "Y"],
            }
        ),
        "EX": pl.DataFrame({"USUBJID": ["a", "b"], "EXSTDTC": ["2026-02-01"] * 2}),
    }
    table = numbers(domains)
    assert table.columns == [column.name for column in DISPOSITION.columns]
    found = {(m, arm): (people, of) for m, arm, people, of in table.iter_rows()}
    assert found["screened", "all"] == (3, 3)
    assert found["screen failure", "all"] == (1, 3)
    assert found["randomised", "X"] == (2, 2)
    assert found["with emergent event", "X"] == (1, 2)
    assert found["emergent events", "X"] == (2, 2)
    assert found["with serious event", "all"] == (1, 2)
    assert found["completed", "X"] == (1, 2)
    assert found["died", "X"] == (0, 2)


@needs_pilot
@pytest.mark.shared
@pytest.mark.parametrize("edition", ["phuse", "pharmaverse"])
def test_both_editions_give_the_pilots_numbers_of_people(edition: str) -> None:
    table = pilot(edition)
    total = dict(table.filter(pl.col("arm") == "all").select("measure", "people").iter_rows())
    assert (total["screened"], total["randomised"], total["screen failure"]) == (306, 254, 52)
    assert by_arm(table, "randomised") == (86, 84, 84)
    assert by_arm(table, "with emergent event") == (65, 76, 77)
    assert by_arm(table, "discontinued for event") == (8, 40, 44)
    assert by_arm(table, "died") == (2, 0, 1)
    assert by_arm(table, "completed") == (58, 27, 25)
    assert by_arm(table, "withdrew") == (9, 8, 10)
    assert by_arm(table, "with event told as serious") == (0, 2, 1)
    assert total["left for lack of effect"] == 4


@needs_pilot
@pytest.mark.shared
def test_only_the_uncleaned_edition_gives_the_pilots_numbers_of_events() -> None:
    assert by_arm(pilot("pharmaverse"), "emergent events") == (281, 433, 412)
    assert by_arm(pilot("pharmaverse"), "with severe event") == (5, 8, 16)
    assert by_arm(pilot("phuse"), "emergent events") == (220, 359, 331)


@needs_pilot
@pytest.mark.shared
def test_the_numbers_are_those_of_the_trials_own_analysis_tables() -> None:
    people = pl.read_parquet(PILOT / "adam_phuse" / "adsl.parquet")
    events = pl.read_parquet(PILOT / "adam_phuse" / "adae.parquet")
    table = pilot("pharmaverse")

    def analysed(rows: pl.DataFrame, arm: str) -> tuple[int, ...]:
        counts = dict(rows.group_by(arm).agg(pl.col("USUBJID").n_unique()).iter_rows())
        return tuple(counts.get(one, 0) for one in ARMS)

    emergent = events.filter(pl.col("TRTEMFL") == "Y")
    assert by_arm(table, "randomised") == analysed(people, "ARM")
    assert by_arm(table, "with emergent event") == analysed(emergent, "TRTA")
    assert by_arm(table, "completed") == analysed(
        people.filter(pl.col("DCDECOD") == "COMPLETED"), "ARM"
    )
    assert by_arm(table, "discontinued for event") == analysed(
        people.filter(pl.col("DSRAEFL") == "Y"), "ARM"
    )
    assert by_arm(table, "died") == analysed(people.filter(pl.col("DTHFL") == "Y"), "ARM")
    assert by_arm(table, "with event told as serious") == analysed(
        emergent.filter(pl.col("AESER") == "Y"), "TRTA"
    )
