"""Site indicators: by hand, by laws, with a planted site, and on the pilot."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.clearance.monitoring.site_indicators import site_scores

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)


def sites(*rows: tuple[str, float, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["site", "events", "of"], orient="row")


def test_two_sites_by_hand() -> None:
    told = site_scores(sites(("a", 10, 100), ("b", 30, 100)), "rate")
    # mean 0.2, error sqrt(0.2 / 100) = 0.0447, raw z -2.236 and 2.236, spread 5
    assert told["spread"][0] == pytest.approx(5.0)
    assert told["z"].to_list() == pytest.approx([-1.0, 1.0])


def test_small_sites_have_a_value_but_no_flag_and_empty_ones_no_row() -> None:
    told = site_scores(sites(("a", 90, 100), ("b", 3, 4), ("c", 5, 100), ("d", 0, 0)), "share")
    assert told["site"].to_list() == ["a", "b", "c"]
    assert told["flag"].to_list()[1] is None


def test_a_site_that_dominates_is_seen_by_the_spread_of_the_others() -> None:
    quiet = [(f"s{place}", 20.0 + place % 3, 200.0) for place in range(9)]
    told = site_scores(sites(*quiet, ("wild", 300.0, 400.0)), "rate")
    wild = told.filter(pl.col("site") == "wild").row(0, named=True)
    assert wild["z"] < 4
    assert wild["z_of_others"] > 10


def test_equal_sites_are_flagged_about_as_often_as_chance_says() -> None:
    rng = np.random.default_rng(3)
    flagged = 0
    for _ in range(200):
        events = rng.poisson(20, 20)
        rows = [(f"{place:02}", float(one), 400.0) for place, one in enumerate(events)]
        told = site_scores(sites(*rows), "rate", flags=(-1.96, 1.96))
        flagged += int((told["flag"] != 0).sum())
    assert 0.03 < flagged / 4000 < 0.07


def test_one_site_alone_or_no_event_at_all_has_no_z_and_no_flag() -> None:
    for table in (sites(("a", 50, 100)), sites(("a", 0, 100), ("b", 0, 90), ("c", 0, 80))):
        for kind in ("rate", "share"):
            told = site_scores(table, kind)  # type: ignore[arg-type]
            assert told["z"].null_count() == told["flag"].null_count() == told.height


def test_a_site_with_hardly_an_event_is_flagged_in_neither_direction() -> None:
    told = site_scores(
        sites(("a", 1, 200), ("b", 2, 8000), ("c", 2, 9000), ("d", 1, 8000)), "rate"
    )
    assert told["z"][0] > 1.5
    assert told["flag"].to_list() == [None, None, None, None]


@needs_pilot
@pytest.mark.shared
def test_adverse_events_of_the_pilot_have_the_known_spread_and_one_site_beyond_two() -> None:
    """Emergent events per day on treatment, as the trial's own analysis files have them."""
    adsl = pl.read_parquet(PILOT / "adam_phuse" / "adsl.parquet")
    adae = pl.read_parquet(PILOT / "adam_phuse" / "adae.parquet")
    counted = adae.filter(pl.col("TRTEMFL") == "Y").group_by("USUBJID").agg(events=pl.len())
    rows = adsl.join(counted, on="USUBJID", how="left").group_by(site="SITEID")
    counts = rows.agg(pl.col("events").fill_null(0).sum(), of=pl.col("TRTDUR").sum())
    told = site_scores(counts, "rate", flags=(-2.0, 2.0))
    assert told["mean"][0] == pytest.approx(0.03819, abs=5e-6)
    assert told["spread"][0] == pytest.approx(7.372, abs=5e-4)
    beyond = told.filter(pl.col("flag") != 0)
    assert beyond["site"].to_list() == ["705"]
    assert beyond["z"].to_list() == pytest.approx([-2.02], abs=0.005)


@needs_pilot
@pytest.mark.shared
def test_discontinuation_of_the_pilot_has_the_known_spread_and_one_site_beyond_two() -> None:
    adsl = pl.read_parquet(PILOT / "adam_phuse" / "adsl.parquet")
    counts = adsl.group_by(site="SITEID").agg(
        events=(pl.col("DCDECOD") != "COMPLETED").sum(), of=pl.len()
    )
    told = site_scores(counts, "share", flags=(-2.0, 2.0), least_denominator=1)
    assert told.height == 17
    assert told["mean"][0] == pytest.approx(0.567, abs=5e-4)
    assert told["spread"][0] == pytest.approx(1.029, abs=5e-4)
    beyond = told.filter(pl.col("flag") != 0)
    assert beyond["site"].to_list() == ["713"]
    assert beyond["z"].to_list() == pytest.approx([-2.06], abs=0.005)


def test_the_least_denominator_and_the_least_events_are_enough() -> None:
    rows = [("a", 3, 30), ("b", 3, 29), ("c", 90, 300), ("d", 60, 300)]
    told = site_scores(sites(*rows), "rate", least_events=3, least_denominator=30.0)
    assert [one is not None for one in told["flag"]] == [True, False, True, True]
