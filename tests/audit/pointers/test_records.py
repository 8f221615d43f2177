"""Pointers on single records."""

from datetime import date, datetime

import numpy as np
import pytest

from nanoward.audit.pointers import records as of


def test_days_numbers_and_edits_by_hand() -> None:
    days = {"a": date(2026, 11, 28), "b": date(2026, 11, 30), "c": date(2026, 12, 25)}
    assert of.closed_days(days, frozenset(range(5)), {date(2026, 12, 25)}) == ("a", "c")
    numbers = {"a": 1, "b": 2, "c": 5, "d": 5}
    assert of.skipped_numbers(numbers) == ((3, 4),)
    assert of.repeated_numbers(numbers) == ("c", "d")
    edits = {"a": datetime(2026, 11, 30, 9), "b": datetime(2026, 12, 30, 9)}  # noqa: DTZ001
    visits = {"a": date(2026, 11, 28), "b": date(2026, 11, 28)}
    assert of.late_edits(edits, visits, 14) == ("b",)
    many = {str(at): datetime(2026, 11, 30, 9, at) for at in range(10)}  # noqa: DTZ001
    assert len(of.bursts(many)) == 10
    assert of.bursts(edits) == ()


def test_last_digits_are_even_among_honest_numbers_and_uneven_among_heaped_ones() -> None:
    chance = np.random.default_rng(1)
    even = of.terminal_digits(f"{x}" for x in chance.integers(0, 1000, 500))
    assert even is not None
    assert even.p > 0.01
    heaped = of.terminal_digits(f"{5 * x}" for x in chance.integers(0, 200, 500))
    assert heaped is not None
    assert heaped.p < 1e-9
    assert heaped.innocent
    assert of.terminal_digits(["1"] * 9) is None
    written = of.terminal_digits(f"{x}.0" for x in chance.integers(100, 1000, 500))
    assert written is not None
    assert written.p > 0.001, "a table that writes 130 as 130.0 says nothing"


def test_values_that_move_only_where_somebody_asked() -> None:
    before, after = [1.0] * 100, [1.0] * 100
    asked = [at < 10 for at in range(100)]
    for at in range(6):
        after[at] = 2.0
    found = of.moves_after_asking(before, after, asked)
    assert found is not None
    assert found.p == pytest.approx(1.76e-7, rel=0.01)
    assert of.moves_after_asking(before, before, asked) is None


def test_more_closed_days_than_usual() -> None:
    assert of.share_of_closed_days(20, 100, 0.02).p < 1e-9
    assert of.share_of_closed_days(2, 100, 0.02).p > 0.3
