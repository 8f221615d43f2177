from datetime import date

import polars as pl
import pytest

from nanoward.base.tables import BONDS
from nanoward.flows.bonds.export_bonds import NoDayError, distance_matrix, export_bonds
from nanoward.maths.frames import frame_of

ROWS = [
    {"a": "p1", "b": "p2", "stratum": "x", "sample_a": "s1", "sample_b": "s2",
     "differing": 1.0, "compared": 100, "linked": True, "cluster": 1, "q_value": 0.01},
    {"a": "p1", "b": "p3", "stratum": "x", "sample_a": "s1", "sample_b": "s3",
     "differing": 9.0, "compared": 100, "linked": False},
]  # fmt: skip


def bonds() -> pl.DataFrame:
    return frame_of(BONDS, ROWS)


@pytest.mark.parametrize(
    ("kind", "sign"),
    [("tn93", "s1,s2,0.01"), ("graphml", "<edge"), ("microbetrace", "trace_results"),
     ("newick", "s3"), ("auspice", '"v2"')],
)  # fmt: skip
def test_each_format_holds_its_sign(kind: str, sign: str) -> None:
    assert sign in export_bonds(bonds(), kind, date(2026, 1, 1), "t")


def test_pairs_that_were_not_compared_stand_the_furthest() -> None:
    names, apart = distance_matrix(bonds())
    assert names == ["s1", "s2", "s3"]
    assert apart[1, 2] == 9.0


def test_auspice_wants_a_day() -> None:
    with pytest.raises(NoDayError):
        export_bonds(bonds(), "auspice", None, "t")
