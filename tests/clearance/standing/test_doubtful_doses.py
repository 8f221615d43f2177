import numpy as np
import polars as pl
import pytest

from nanoward.clearance.standing.doubtful_doses import (
    _largest_of_others,
    doubtful_doses,
    zero_doses,
)
from nanoward.clearance.standing.standing_rules import CLEARED, HELD


def exposure(*amounts: float, name: str = "X", units: tuple[str, ...] = ()) -> pl.DataFrame:
    people = [f"P{number}" for number in range(len(amounts))]
    return pl.DataFrame(
        {"USUBJID": people, "EXTRT": name, "EXDOSE": list(amounts), "EXSTDTC": "2026-05-01",
         "EXDOSU": list(units) or ["mg"] * len(amounts)}
    )  # fmt: skip


@pytest.mark.hazard("H-259")
@pytest.mark.parametrize(
    ("ex", "levels"),
    [
        (exposure(54, 81, 54), []),
        (exposure(54, -1, 54), [HELD]),
        (exposure(54, 540, 54), [CLEARED]),
        (exposure(54, 5400, 54), [HELD]),
        (exposure(54, 54, 54, units=("mg", "g", "mg")), [HELD]),
        (exposure(0.054, 54, 54, units=("g", "mg", "mg")), []),
    ],
)
def test_a_dose_that_nobody_can_have_meant_holds(ex: pl.DataFrame, levels: list[int]) -> None:
    assert [level for _, _, _, level, *_ in doubtful_doses(ex)] == levels


def test_a_dose_of_0_is_told_unless_it_is_a_placebo() -> None:
    assert len(list(zero_doses(exposure(0, 54, 0)))) == 1
    assert list(zero_doses(exposure(0, 0, name="Placebo"))) == []
    assert list(doubtful_doses(None)) == list(zero_doses(None)) == []


def test_beside_a_usual_dose_of_nothing_no_dose_is_so_many_times_any_other() -> None:
    mine = exposure(0, 0, 540).with_columns(USUBJID=pl.lit("P0"))
    assert list(doubtful_doses(mine)) == []


@pytest.mark.parametrize(
    ("amounts", "whom"),
    [((0, 5), "P0"), ((0, 0), "P0 and 1 more"), ((0,) * 3, "P0 and 2 more")],
)
def test_whoever_was_given_nothing_is_counted(amounts: tuple[float, ...], whom: str) -> None:
    (told,) = zero_doses(exposure(*amounts))
    assert told.endswith(f"to {whom}")


def test_the_largest_dose_of_others_is_that_of_anybody_else() -> None:
    """Against pairing everybody with everybody."""
    rng = np.random.default_rng(5)
    for size in (0, 1, 2, 5, 30):
        rows = pl.DataFrame(
            {
                "treatment": rng.choice(["A", "B"], size),
                "USUBJID": rng.choice(list("pqrst"), size),
                "amount": rng.choice([-1.0, 0.0, 1.0, 2.0, 10.0], size),
            },
            schema={"treatment": pl.String, "USUBJID": pl.String, "amount": pl.Float64},
        )
        found = {(one, who): most for one, who, most in _largest_of_others(rows).iter_rows()}
        told = rows.rows()
        paired: dict[tuple[str, str], float] = {}
        for one, who, _ in told:
            others = [most for other, whose, most in told if other == one and whose != who]
            if others:
                paired[one, who] = max(others)
        assert found == paired
