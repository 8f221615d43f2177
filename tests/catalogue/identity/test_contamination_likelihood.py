from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaln

from nanoward.catalogue.identity.contamination_likelihood import (
    DOSES,
    PRECISION,
    InformativeSites,
    contamination_evidence,
    log_ratios,
    own_minor,
    without,
)


def sites(found, depth=100.0, *, foreign=1.0, error=1e-3, chance=1e-3, floor=0.0):
    count = len(found)
    return InformativeSites(
        found=np.array(found, float),
        depth=np.full(count, float(depth)),
        foreign=np.full(count, foreign),
        error=np.full(count, 0.0 if floor else error),
        known=np.full(count, 1e6),
        chance=np.full(count, chance),
        floor=np.full(count, float(floor)),
    )


def exact(found: int, depth: int, mean: float, precision: float) -> float:
    a, b = mean * precision, (1 - mean) * precision
    return comb(depth, found) * float(
        np.exp(betaln(found + a, depth - found + b) - betaln(a, b))
    )


def test_a_counted_site_by_hand() -> None:
    """3 letters of 40, dose 5 %, errors 0.1 %, own minor variants in 1 of 100 people."""
    one = sites([3], 40, chance=0.01)
    own = 1 / (3 * np.log(40.5 / 0.5))
    none = 0.99 * exact(3, 40, 1e-3, 1e6) + 0.01 * own
    mixed = 0.99 * exact(3, 40, 0.051, PRECISION) + 0.01 * own
    assert log_ratios(one, np.array([0.05]))[0, 0] == pytest.approx(np.log(mixed / none))


def test_a_site_that_was_not_told_speaks_by_what_would_have_been() -> None:
    """None told of 400 letters, told from 8 on: at a dose of 10 % all but impossible."""
    quiet = sites([0], 400, floor=8)
    near, far = log_ratios(quiet, np.array([0.01, 0.1]))[:, 0]
    slow = sum(exact(k, 400, 0.01, PRECISION) for k in range(8))
    assert np.exp(near) == pytest.approx(slow, rel=0.1)
    assert far < -10


@given(st.integers(1, 5), st.sampled_from([0.0, 4.0]), st.floats(0.001, 0.3))
def test_the_evidence_has_mean_one_without_contamination(
    count: int, floor: float, chance: float
) -> None:
    """Summed over every number of letters that a site can show, site by site."""
    depth = 60
    letters = np.arange(depth + 1)
    if floor:
        letters = np.concatenate([[0], letters[letters >= floor]])
    one = sites(letters, depth, chance=chance, floor=floor)
    none = (1 - one.chance) * without(one) + one.chance * own_minor(one)
    assert none.sum() == pytest.approx(1.0, abs=0.05)
    ratios = np.exp(log_ratios(one, DOSES))
    mean = (ratios * none).sum(axis=1)
    assert np.all(mean <= 1.05)
    assert np.all(mean**count <= 1.05**count)


def test_evidence_is_reached_by_chance_at_most_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    reached = 0
    for _ in range(3000):
        own = rng.random(8) < 0.05
        found = np.where(own, rng.integers(1, 30, 8), rng.binomial(60, 1e-3, 8))
        reached += contamination_evidence(sites(found, 60, chance=0.05)).log_ratio >= np.log(20)
    assert reached / 3000 <= 0.05


@pytest.mark.parametrize("dose", [0.01, 0.05, 0.2])
def test_the_dose_lies_within_its_limits_as_often_as_they_say(dose: float) -> None:
    rng = np.random.default_rng(2)
    within, middles = 0, []
    for _ in range(200):
        share = rng.beta(dose * PRECISION, (1 - dose) * PRECISION, 10)
        told = contamination_evidence(sites(rng.binomial(300, share), 300))
        within += told.low <= dose <= told.high
        middles.append(told.dose)
    assert within / 200 >= 0.90
    assert np.median(middles) == pytest.approx(dose, rel=0.15)


def test_many_sites_below_the_limit_of_each_speak_together() -> None:
    """1 % at a depth of 100: a letter at each of 30 sites, of which none would be called."""
    single = contamination_evidence(sites([1], 100, error=3e-4))
    every = contamination_evidence(sites([1] * 30, 100, error=3e-4))
    assert single.log_ratio < 2
    assert every.log_ratio > 30
    assert every.low <= 0.01 <= every.high


def test_letters_that_agree_on_no_share_speak_less() -> None:
    alike = contamination_evidence(sites([20] * 6, 400, chance=0.05, floor=8))
    mixed = contamination_evidence(sites([9, 90, 15, 150, 30, 0], 400, chance=0.05, floor=8))
    assert alike.log_ratio > mixed.log_ratio + 15
