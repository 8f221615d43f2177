"""The programme's e-detector: one threshold for all streams, whatever joins them."""

import dataclasses

import numpy as np
import pytest

from nanoward.watch.alarms.detector import (
    Evidence,
    Watch,
    forget,
    judged,
    next_evidence,
    no_evidence,
)
from nanoward.watch.alarms.rules import CONFORMAL_EXPONENTS, FITTED_RISES, WatchRules

RULES = WatchRules()
E, C = len(CONFORMAL_EXPONENTS), len(FITTED_RISES)


def after(before: Evidence, bet: float, due: np.ndarray, time: int) -> Evidence:
    """Evidence after a period in which every bet of every stream came to the same."""
    many = len(due)
    return next_evidence(before, np.full((many, E), bet), np.full((many, C), bet), due, time)


def watch_of(counts: np.ndarray, rules: WatchRules = RULES) -> Watch:
    names = np.arange(len(counts), dtype=np.uint64)
    return Watch(counts, np.ones_like(counts), names, rules)


@pytest.mark.hazard("H-330")
def test_with_bets_of_one_the_sum_is_the_time_that_passed() -> None:
    evidence, due = no_evidence(7, RULES), np.ones(7, dtype=bool)
    for time in range(12):
        due[:] = np.arange(7) <= time  # streams come one by one: a period has one stake
        evidence = after(evidence, 1.0, due, time)
        assert evidence.streams.sum() == pytest.approx(time + 1)


def test_what_began_long_ago_is_dropped() -> None:
    evidence, due = no_evidence(2, RULES), np.ones(2, dtype=bool)
    for time in range(3 * RULES.memory):
        evidence = after(evidence, 1.0, due, time)
    assert evidence.streams.sum() == pytest.approx(RULES.memory)


def test_a_silent_stream_keeps_its_evidence_and_gets_no_stake() -> None:
    evidence = after(no_evidence(2, RULES), 3.0, np.ones(2, bool), 0)
    later = after(evidence, 1.0, np.array([True, False]), 1)
    assert later.streams[1] == pytest.approx(evidence.streams[1])


def test_a_stake_is_bet_on_ranks_by_its_age() -> None:
    """Staked in two periods, with bets of 2, 3 and 5 by age: a half times 2 x 3, and 2."""
    evidence, one = no_evidence(1, RULES), np.ones(1, bool)
    for time in (0, 1):
        evidence = next_evidence(
            evidence, np.array([[2.0, 3.0, 5.0]]), np.ones((1, C)), one, time
        )
    assert evidence.conformal == pytest.approx(0.5 * (2 * 3 + 2))


def test_a_tenfold_rise_alarms_names_its_stream_and_its_beginning() -> None:
    counts = np.random.default_rng(4).poisson(3, (40, 130)).astype(float)
    counts[11, 120:] = np.random.default_rng(5).poisson(30, 10)
    watch = watch_of(counts)
    told = {t: watch.step(t) for t in range(RULES.least, 130)}
    alarms = [t for t, one in told.items() if one.alarm]
    assert alarms
    assert 120 <= alarms[0] <= 124
    assert np.flatnonzero(told[alarms[0]].named).tolist() == [11]
    assert told[alarms[0]].since[11] == 120


@pytest.mark.hazard("H-330")
def test_quiet_streams_of_every_kind_do_not_alarm_in_a_year() -> None:
    rng = np.random.default_rng(6)
    shape = (40, 156)
    season = np.exp(0.5 * np.sin(2 * np.pi * np.arange(156) / 52.18))
    week = np.exp(rng.normal(0, 0.35, (1, 156)))
    for counts in (
        rng.poisson(3, shape),
        rng.negative_binomial(1, 0.25, shape),
        rng.poisson(6, shape) * (rng.random(shape) < 0.5),
        rng.poisson(3 * season * np.ones(shape)),
        rng.poisson(3 * week * np.ones(shape)),
    ):
        watch = watch_of(counts.astype(float))
        assert not any(watch.step(t).alarm for t in range(104, 156))


def test_the_null_models_are_fitted_on_nothing_that_they_judge() -> None:
    counts = np.random.default_rng(7).poisson(3, (3, 60)).astype(float)
    changed = counts.copy()
    changed[:, 39:] = 500
    for data in (counts, changed):
        watch = watch_of(data)
        for time in range(RULES.least, 40):
            watch.step(time)
        assert watch.fitted_at[-1] == 39
    one, other = watch_of(counts).fit(39), watch_of(changed).fit(39)
    np.testing.assert_array_equal(one.coefficients, other.coefficients)


@pytest.mark.hazard("H-331")
def test_a_half_that_is_fitted_does_not_count_as_proven() -> None:
    evidence = no_evidence(1, RULES)
    products = evidence.products.copy()
    products[0, -1, 0] = 1e6
    alarm, proven, named = judged(dataclasses.replace(evidence, products=products), 500.0)
    assert (alarm, proven, named.tolist()) == (True, False, [True])


def test_after_an_alarm_its_streams_begin_anew_and_others_do_not() -> None:
    evidence = after(no_evidence(2, RULES), 9.0, np.ones(2, bool), 0)
    left = forget(evidence, np.array([True, False])).streams
    assert left[0] == 0.0
    assert left[1] == evidence.streams[1]
