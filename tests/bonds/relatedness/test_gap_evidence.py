import numpy as np
import pytest

from nanoward.bonds.relatedness.gap_evidence import (
    gap_density,
    gap_log_ratios,
    learnt_gap,
    score_with_gap,
    serial_gap_density,
)
from nanoward.bonds.rules import BondRules


def pairs(seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """3,000 strangers over a season of 90 days, and 60 links some four days apart."""
    rng = np.random.default_rng(seed)
    strangers = np.abs(rng.integers(0, 90, 3000) - rng.integers(0, 90, 3000))
    days = np.concatenate([strangers, rng.exponential(4, 60).round()]).astype(float)
    genomes = np.concatenate([rng.normal(-15, 3, 3000), rng.normal(4, 1, 60)])
    unrelated = np.arange(3060) < 3000
    return days, np.zeros(3060, int), unrelated, genomes


@pytest.mark.parametrize("rules", [BondRules(), BondRules(serial_interval_d=3.6)])
def test_a_short_gap_speaks_for_a_link_and_a_long_one_against_it(rules: BondRules) -> None:
    days, strata, unrelated, genomes = pairs()
    told = gap_log_ratios(days, strata, unrelated, genomes, rules)
    assert told[days <= 3].mean() > 0.8
    assert told[days > 40].mean() < -1.5
    assert told.min() >= np.log(0.02) - 1e-9  # links whose gap is anybody's


def test_the_gap_of_links_is_learnt_from_the_genomes_alone() -> None:
    days, _, unrelated, genomes = pairs()
    assert learnt_gap(days, genomes, unrelated) == pytest.approx(8.0, abs=4.0)
    # no pair is a likely link: the law stays near the usual gap
    assert learnt_gap(days[:3000], genomes[:3000], unrelated[:3000]) > 15


def test_without_days_or_with_one_day_for_all_the_gap_says_nothing() -> None:
    days, strata, unrelated, genomes = pairs()
    for held in (np.full(3060, np.nan), np.full(3060, 7.0)):
        told = gap_log_ratios(held, strata, unrelated, genomes, BondRules())
        assert (told == 0).all()
    days[5] = np.nan
    assert gap_log_ratios(days, strata, unrelated, genomes, BondRules())[5] == 0


def test_laws_are_laws() -> None:
    assert gap_density(np.array([0, 3, 400])).sum() == pytest.approx(1)
    serial = serial_gap_density(3.6, 1.6)
    assert serial.sum() == pytest.approx(1)
    assert (serial[:20] > 5 * serial[40]).all()


def test_other_lineages_take_no_more_away_than_the_share_of_contacts_that_have_them() -> None:
    genomes, gap = np.array([-60.0, 0.0, 5.0, np.nan]), np.array([1.0, 0.0, -1.0, 0.0])
    told = score_with_gap(genomes, gap, 0.1)
    assert told[0] == pytest.approx(np.log(0.1) + 1.0)
    assert told[1] == pytest.approx(0.0)
    assert told[2] == pytest.approx(np.log(0.9 * np.exp(5.0) + 0.1) - 1.0)
    assert np.isnan(told[3])
    assert score_with_gap(genomes, gap, 0.0)[0] == -59.0
