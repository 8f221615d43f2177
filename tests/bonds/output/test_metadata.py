from datetime import date

import polars as pl

from nanoward.base.tables import BONDS
from nanoward.bonds.output.metadata import decimal_year, node_metadata
from nanoward.maths.frames import frame_of

ROWS = [
    {"a": "p1", "b": "p2", "stratum": "x", "sample_a": "s1", "sample_b": "s2", "linked": True,
     "cluster": 1}
]  # fmt: skip
SAMPLES = pl.DataFrame(
    {"sample": ["s1", "s2", "s9"], "participant": ["p1", "p2", "p9"],
     "taken": [date(2026, 1, 1), None, date(2026, 3, 1)], "household": ["h", None, "k"],
     "ct": ["21.5", "18", ""], "dose": [1.5, 2.0, None]}
)  # fmt: skip


def test_every_column_of_the_samples_compared_goes_along() -> None:
    known = node_metadata(frame_of(BONDS, ROWS), SAMPLES, {"p1": 1, "p2": 1})
    assert known.people["p1"] == {
        "sample": "s1", "cluster": 1, "household": "h", "ct": "21.5", "dose": 1.5,
    }  # fmt: skip
    assert "household" not in known.people["p2"]
    assert set(known.samples) == {"s1", "s2"}
    assert known.taken == {"s1": date(2026, 1, 1), "p1": date(2026, 1, 1)}
    assert known.columns == {"household": False, "ct": False, "dose": False}


def test_without_samples_there_is_the_cluster_alone() -> None:
    known = node_metadata(frame_of(BONDS, ROWS), None, {"p1": 1})
    assert known.people == {"p1": {"sample": "s1", "cluster": 1}, "p2": {"sample": "s2"}}
    assert known.columns == {}


def test_a_day_as_a_decimal_year() -> None:
    assert decimal_year(date(2026, 1, 1)) == 2026 + 0.5 / 365
    assert decimal_year(date(2024, 12, 31)) == 2024 + 365.5 / 366
