"""Rules of a watch."""

import pytest

from nanoward.watch.alarms.rules import FITTED_RISES, WatchRules


def test_a_year_has_as_many_periods_as_it_has() -> None:
    assert WatchRules().year == pytest.approx(52.18, abs=0.01)
    assert WatchRules(period=1).year == 365.25


def test_the_threshold_is_the_promise_with_its_margin() -> None:
    assert WatchRules().threshold == 1000.0
    assert WatchRules().chains == 1 + len(FITTED_RISES)
