from datetime import date
from pathlib import Path

import polars as pl
import pytest

from nanoward.base.tables import LIVER
from nanoward.clearance import doses, results_of
from nanoward.clearance.monitoring.liver_peaks import liver_peaks
from nanoward.maths.frames import schema_of

DATA = Path(__file__).parents[3] / "examples" / "xanomeline-pilot" / "data" / "sdtm"


def results(*rows: tuple[str, int, str, float]) -> pl.DataFrame:
    """participant, day of January, test, multiple of an upper limit of 10."""
    return pl.DataFrame(
        [
            {"participant": who, "taken": date(2026, 1, day), "test": test, "value": 10 * x,
             "high": 10.0, "blood": True}
            for who, day, test, x in rows
        ]
    )  # fmt: skip


def one(table: pl.DataFrame) -> dict[str, object]:
    (row,) = table.to_dicts()
    return row


def test_peaks_of_different_days_make_the_corner_but_not_hys_law() -> None:
    row = one(liver_peaks(results(
        ("P", 1, "ALT", 4.0), ("P", 1, "BILI", 0.5), ("P", 1, "ALP", 1.0), ("P", 1, "AST", 1.0),
        ("P", 9, "ALT", 1.0), ("P", 9, "BILI", 2.5), ("P", 9, "ALP", 1.0), ("P", 9, "AST", 1.0),
    )))  # fmt: skip
    assert (row["transaminase"], row["bilirubin"], row["quadrant"]) == (4.0, 2.5, "hy")
    assert row["fda"] is False
    assert (row["peak"], row["ratio"]) == (date(2026, 1, 1), 4.0)


def test_both_on_one_day_are_hys_law() -> None:
    row = one(liver_peaks(results(
        ("P", 1, "ALT", 3.0), ("P", 1, "BILI", 2.0), ("P", 1, "ALP", 1.9), ("P", 1, "AST", 1.0),
    )))  # fmt: skip
    assert row["fda"] is True
    assert row["pilot"] is True


def test_a_missing_test_leaves_the_law_open_and_the_corner_too() -> None:
    row = one(liver_peaks(results(("P", 1, "ALT", 4.0))))
    assert row["fda"] is None
    assert row["quadrant"] is None


def test_columns_are_those_of_the_shape() -> None:
    found = liver_peaks(results(("P", 1, "ALT", 4.0)))
    assert dict(found.schema) == schema_of(LIVER)


@pytest.mark.skipif(not DATA.exists(), reason="the example's data are not in this copy")
def test_the_pilot_has_one_person_by_its_own_criteria_and_nobody_by_the_fdas() -> None:
    parts = [pl.read_parquet(DATA / f"lb{part}.parquet") for part in ("ch", "he", "ur")]
    lab = pl.concat(parts, how="diagonal_relaxed")
    found = liver_peaks(results_of(lab, doses(pl.read_parquet(DATA / "ex.parquet"))))
    assert found.filter("pilot")["participant"].to_list() == ["01-705-1186"]
    assert found.filter("fda").is_empty()
    counts = dict(found.group_by("quadrant").len().rows())
    assert counts == {"hy": 1, "temple": 3, "cholestasis": 1, "normal": 249}
