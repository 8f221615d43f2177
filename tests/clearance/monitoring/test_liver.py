"""Hy's law by both criteria, and the eDISH plane; the pilot's own analysis as truth."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from nanoward.clearance.monitoring.liver import edish, hepatocyte_loss, liver_visits

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)


def visit(who: str = "p", **multiples: float) -> list[dict[str, object]]:
    day = date(2026, 1, 5)
    return [
        {"participant": who, "taken": day, "test": test, "value": 10 * x, "high": 10.0}
        for test, x in multiples.items()
    ]


def law(criteria: str, **multiples: float) -> bool | None:
    found: bool | None = liver_visits(pl.DataFrame(visit(**multiples)), criteria)[
        "hys_law"
    ].item()  # type: ignore[arg-type]
    return found


def test_the_limit_itself_counts_by_the_fda_and_not_by_the_pilot() -> None:
    assert law("fda", ALT=3, BILI=2, ALP=1.9) is True
    assert law("fda", ALT=2.99, AST=2.99, BILI=2, ALP=1) is False
    assert law("pilot", ALT=1.5, AST=1.5, BILI=1.6) is False
    assert law("pilot", ALT=1.51, BILI=1.51) is True


def test_a_bile_duct_injury_is_not_hys_law_by_the_fda() -> None:
    assert law("fda", AST=4, ALT=4, BILI=3, ALP=2) is False
    assert law("pilot", AST=4, ALT=4, BILI=3, ALP=2) is True


def test_a_test_that_was_not_made_clears_nobody() -> None:
    assert law("fda", ALT=5, ALP=1) is None
    assert law("fda", ALT=5, BILI=3) is None
    assert law("fda", ALT=1, AST=1, BILI=1) is False


def test_people_fall_into_the_four_quadrants_by_their_peaks() -> None:
    rows = [
        *visit("a", ALT=4, BILI=3),
        *visit("b", AST=4, BILI=1),
        *visit("c", ALT=1, BILI=2.5),
        *visit("d", ALT=1, BILI=1),
        *visit("e", ALT=9),
    ]
    told = edish(liver_visits(pl.DataFrame(rows), "fda"))
    assert told["quadrant"].to_list() == ["hy", "temple", "cholestasis", "normal", None]


@needs_pilot
@pytest.mark.shared
def test_the_pilots_own_analysis_is_reproduced() -> None:
    """ADLBHY: TRANSHY 27 records of 11 people, BILIHY 6 of 4, HYLAW 2 of one person."""
    published = pl.read_parquet(PILOT / "adam_phuse" / "adlbhy.parquet")
    rows = published.filter(pl.col("PARAMCD").is_in(["ALT", "AST", "BILI"])).select(
        participant="USUBJID", taken="AVISITN", test="PARAMCD", value="AVAL", high="A1HI"
    )
    visits = liver_visits(rows, "pilot")
    counts = {
        name: (part.height, part["participant"].n_unique())
        for name in ("transaminase", "bilirubin", "hys_law")
        for part in [visits.filter(pl.col(name))]
    }
    assert counts == {"transaminase": (27, 11), "bilirubin": (6, 4), "hys_law": (2, 1)}
    assert visits.filter("hys_law")["participant"].unique().to_list() == ["01-705-1186"]
    flags = published.filter(pl.col("PARAMCD") == "HYLAW").select(
        "AVAL", participant="USUBJID", taken="AVISITN"
    )
    both = flags.join(visits, on=["participant", "taken"])
    assert both.height == flags.height
    assert (both["AVAL"] == both["hys_law"].cast(pl.Float64)).all()


# P_ALT of three people as the eDISH explorer's own check has them (SafetyGraphics/hep-explorer)
PUBLISHED = {
    "01-705-1186": ([-5, 16, 19, 22, 25], [50, 104, 95, 107, 92], 60408, 1.4008238820599),
    "01-705-1310": ([45, 55, 58], [20, 129, 42], 24036, 0.576458892715944),
    "01-708-1286": ([145, 167, 180], [13, 124, 22], 58944, 1.40363926166475),
}


def alt(who: str, days: list[int], values: list[int], unit: str = "U/L") -> pl.DataFrame:
    start = date(2026, 1, 5)
    return pl.DataFrame(
        {
            "participant": who,
            "taken": [start + timedelta(days=day) for day in days],
            "test": "ALT",
            "value": [float(one) for one in values],
            "unit": unit,
            "high": 32.0,
        }
    )


def test_the_loss_of_liver_cells_is_that_of_the_established_explorer() -> None:
    people = [alt(who, days, values) for who, (days, values, *_) in PUBLISHED.items()]
    found = hepatocyte_loss(pl.concat(people)).to_dicts()
    for row, (who, (days, values, area, p_alt)) in zip(found, PUBLISHED.items(), strict=True):
        assert (row["participant"], row["samples"], row["peak"]) == (
            *(who, len(days)),
            max(values),
        )
        assert row["area"] == area
        assert row["p_alt"] == pytest.approx(p_alt, abs=1e-12)


def test_one_sample_an_unknown_unit_and_urine_tell_no_loss() -> None:
    assert hepatocyte_loss(alt("p", [1], [400]))["p_alt"].to_list() == [None]
    assert hepatocyte_loss(alt("p", [1, 2], [400, 400], unit="spoons")).is_empty()
    urine = alt("p", [1, 2], [400, 400]).with_columns(blood=pl.lit(value=False))
    assert hepatocyte_loss(urine).is_empty()


def test_katal_and_enzyme_units_tell_the_same_loss() -> None:
    units = hepatocyte_loss(alt("p", [0, 3, 9], [60, 600, 120]))["p_alt"].item()
    katal = alt("p", [0, 3, 9], [1, 10, 2], unit="ukat/L")  # 1 ukat is 60 U
    assert hepatocyte_loss(katal)["p_alt"].item() == pytest.approx(units, rel=1e-12)
