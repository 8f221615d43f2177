"""What would have been missed: the stated count does alarm, and a lesser one does not."""

import numpy as np

from nanoward.watch.alarms.detectable import PERIODS, detectable_count
from nanoward.watch.alarms.detector import Watch
from nanoward.watch.alarms.rules import WatchRules

RULES = WatchRules()


def test_the_stated_count_alarms_and_half_of_it_does_not() -> None:
    past = np.random.default_rng(1).poisson(3, 208).astype(float)
    limit = detectable_count(past, 3.0, 0.0, 0.05, 1.0, RULES)
    assert 5 <= limit <= 30
    for count, alarms in ((limit * 1.5, True), (limit / 2, False)):
        counts = np.append(past, np.full(PERIODS, np.round(count)))[None, :]
        watch = Watch(counts, np.ones_like(counts), np.array([3], np.uint64), RULES)
        assert any(watch.step(t).alarm for t in range(150, 208 + PERIODS)) is alarms


def test_many_streams_see_less_of_each() -> None:
    past = np.random.default_rng(1).poisson(3, 208).astype(float)
    few, many = (detectable_count(past, 3.0, 0.0, 0.05, 1 / n, RULES) for n in (1, 1000))
    assert many > few


def test_where_nothing_would_be_seen_it_says_so() -> None:
    past = np.zeros(5)  # too little to rank, and a null that allows for anything
    assert np.isnan(detectable_count(past, 50.0, 20.0, 20.0, 1e-30, RULES))
