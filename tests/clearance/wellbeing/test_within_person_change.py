"""Change within a person and its cause: by hand, calibration, power, and the pilot."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nanoward.base.findings import Undecided
from nanoward.clearance.wellbeing.within_person_change import (
    Change,
    Norms,
    TooFewScoresError,
    attribution,
    attribution_power,
    calibrated_scan,
    change_in,
    load_effect,
    norms_of,
    reliable_change,
)
from nanoward.maths.statistics.change_point import NullScores, simulated_null_scores

PILOT = Path(__file__).parents[3] / ".." / "shared" / "data" / "cdiscpilot"
needs_pilot = pytest.mark.skipif(
    not PILOT.exists(), reason="the evaluation data (../shared/data/cdiscpilot) is not here"
)
COURSE = NullScores(scales=4)
NORMS = Norms(
    scales=("mood", "worry", "freedom", "goals"),
    sd=np.array([2.0, 1.0, 4.0, 1.0]),
    correlation=COURSE.matrix(),
    phi=0.3,
    people=0,
)
WATCH = calibrated_scan(NORMS, people=4_000, rng=np.random.default_rng(11))
START = date(2026, 1, 5)


def days(weeks: int) -> list[date]:
    return [START + timedelta(days=7 * week) for week in range(weeks)]


def person(seed: int, weeks: int = 26) -> np.ndarray:
    scores = simulated_null_scores(COURSE, 1, weeks, np.random.default_rng(seed))[0]
    told: np.ndarray = 10 + scores * NORMS.sd
    return told


def changed(scores: np.ndarray) -> Change:
    told = change_in(WATCH, days(scores.shape[0]), scores)
    assert isinstance(told, Change)
    return told


def test_a_negative_says_what_it_could_have_seen() -> None:
    told = changed(person(1))
    assert told.alarm is None
    assert "a 2 SD shift in 2 of 4 scales would have been seen within 6 weeks" in told.told
    assert f"{WATCH.could_see:.2f}" in told.told
    assert 0.65 < WATCH.could_see < 0.85


def test_a_lasting_shift_is_seen_and_dated() -> None:
    scores = person(2)
    scores[14:] += np.array([2.5, 2.5, 0, 0]) * NORMS.sd
    told = changed(scores)
    assert told.alarm is not None
    assert days(26)[14] <= told.alarm <= days(26)[20]
    assert told.began is not None
    assert abs((told.began - days(26)[14]).days) <= 14


def test_the_future_does_not_change_what_was_seen() -> None:
    scores = person(3)
    whole, part = changed(scores), changed(scores[:15])
    assert whole.statistic[:15] == pytest.approx(part.statistic, nan_ok=True)


def test_too_few_weeks_is_undecided_and_a_missed_week_is_left_out() -> None:
    scores = person(4, 6)
    scores[2, 1] = np.nan
    told = change_in(WATCH, days(6), scores)
    assert isinstance(told, Undecided)
    assert "5 complete weeks; 6 are needed" in told.reason
    longer = person(4, 12)
    longer[5] = np.nan
    assert len(changed(longer).days) == 11


def test_norms_are_found_again_from_people_who_do_not_change() -> None:
    people = [person(seed) for seed in range(100, 160)]
    found = norms_of(NORMS.scales, people)
    np.testing.assert_allclose(found.sd, NORMS.sd, rtol=0.08)
    assert found.phi == pytest.approx(0.3, abs=0.06)
    assert found.correlation[0, 1] == pytest.approx(0.3, abs=0.08)
    assert found.noise == "normal"
    heavy = simulated_null_scores(
        NullScores(scales=4, noise="t4"), 60, 26, np.random.default_rng(8)
    )
    assert norms_of(NORMS.scales, list(heavy)).noise == "t4"
    with pytest.raises(TooFewScoresError):
        norms_of(NORMS.scales, people[:1])


def test_attribution_counts_every_order_by_hand() -> None:
    one = Norms(scales=("x",), sd=np.ones(1), correlation=np.ones((1, 1)), phi=0.0, people=0)
    blocks = np.array([[5.0], [1.0], [6.0], [2.0]])
    on = np.array([True, False, True, False])
    told = attribution(blocks, on, one)
    assert told.orders == 6
    assert told.p_value == pytest.approx(2 / 6)  # this order and its mirror
    assert told.apart == (4.0,)
    assert "p cannot fall below 0.333: add blocks" in told.told


def test_attribution_is_exact_and_strong_enough_in_sixteen_weeks() -> None:
    rng = np.random.default_rng(5)
    false = attribution_power(NORMS, shift=0.0, people=600, rng=rng)
    true = attribution_power(NORMS, shift=2.0, people=300, rng=rng)
    assert false <= 0.05
    assert true >= 0.70


def test_blocks_of_one_kind_alone_say_nothing() -> None:
    with pytest.raises(TooFewScoresError):
        attribution(np.ones((4, 4)), np.ones(4, dtype=bool), NORMS)


def test_a_slope_on_the_load_is_found_again() -> None:
    rng = np.random.default_rng(6)
    weeks = np.arange(40.0)
    load = rng.gamma(2, 1, 40)
    slopes = []
    for seed in range(40):
        noise = simulated_null_scores(NullScores(scales=1), 1, 40, np.random.default_rng(seed))
        slopes.append(load_effect(noise[0, :, 0] + 0.5 * load, load, weeks).slope)
    assert np.mean(slopes) == pytest.approx(0.5, abs=0.05)
    with pytest.raises(TooFewScoresError):
        load_effect(load, np.ones(40), weeks)


def test_a_load_without_an_effect_is_called_one_in_at_most_a_twentieth() -> None:
    """Weeks tied at 0.6 and a load that wanders: where estimating the tie misleads most."""
    rng = np.random.default_rng(23)
    weeks = np.arange(20, dtype=np.float64)
    called = 0
    for score in simulated_null_scores(NullScores(scales=1, phi=0.6), 300, 20, rng)[:, :, 0]:
        load = np.cumsum(rng.standard_normal(20))
        told = load_effect(score, load, weeks)
        called += told.p_value <= 0.05
        assert (told.low <= 0 <= told.high) == (told.p_value > 0.05)
    assert called <= 15 + 6  # 5 % of 300, and 1.6 standard errors


@needs_pilot
@pytest.mark.shared
def test_the_naive_index_alarms_in_over_a_third_of_the_placebo_people() -> None:
    """NPI-X total, any clinic visit against baseline, at a nominal 10 %."""
    qs = pl.read_parquet(PILOT / "sdtm_phuse" / "qsni.parquet")
    dm = pl.read_parquet(PILOT / "sdtm_phuse" / "dm.parquet").select("USUBJID", "ARM")
    wide = (
        qs.filter(
            (pl.col("QSTESTCD") == "NPTOT") & ~pl.col("VISIT").str.contains("(T)", literal=True)
        )
        .join(dm, on="USUBJID")
        .filter(pl.col("ARM") == "Placebo")
        .pivot("VISIT", index="USUBJID", values="QSSTRESN", aggregate_function="first")
    )
    first = wide["BASELINE"].to_numpy()
    second = wide["WEEK 2"].to_numpy()
    both = ~np.isnan(first) & ~np.isnan(second)
    reliability = float(np.corrcoef(first[both], second[both])[0, 1])
    sd = float(first[both].std(ddof=1))
    assert (int(both.sum()), round(reliability, 3), round(sd, 1)) == (84, 0.892, 11.8)
    visits = [name for name in wide.columns if name.startswith("WEEK")]
    alarms = np.array(
        [
            np.abs(reliable_change(first, wide[name].to_numpy(), sd, reliability)) > 1.645
            for name in visits
        ]
    )
    assert alarms.any(axis=0)[both].mean() == pytest.approx(0.38, abs=0.005)


@pytest.mark.parametrize(("alpha", "told"), [(0.4, "follow the agent"), (0.3, "no effect")])
def test_attribution_says_whether_p_reached_its_level(alpha: float, told: str) -> None:
    one = Norms(scales=("x",), sd=np.ones(1), correlation=np.ones((1, 1)), phi=0.0, people=0)
    blocks = np.array([[5.0], [1.0], [6.0], [2.0]])  # p is 2 of 6 orders
    found = attribution(blocks, np.array([True, False, True, False]), one, alpha=alpha)
    assert told in found.told
