"""E-values: planned tests as martingales, by hand, by exact sums and by simulation."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nanoward.maths.statistics.e_values import (
    binomial_evidence,
    binomial_tail,
    e_benjamini_hochberg,
    least_count,
    normal_quantile,
    normal_tail,
    shift_evidence,
)


def test_tails_and_quantiles_by_hand() -> None:
    assert binomial_tail(2, 3, 0.5) == pytest.approx(0.5)
    assert binomial_tail(0, 3, 0.1) == 1.0
    assert binomial_tail(4, 3, 0.1) == 0.0
    assert least_count(60, 0.002, 3e-4) == 3
    assert least_count(2, 0.5, 1e-9) == 3
    assert normal_quantile(0.975) == pytest.approx(1.959964, abs=1e-6)
    assert normal_tail(1.959964) == pytest.approx(0.025, abs=1e-7)


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3])
def test_evidence_under_the_null_has_mean_one_at_every_look(share: float) -> None:
    """Exactly: the sum over all 2^8 outcomes, at each of eight looks, past the plan too."""
    total = np.zeros(8)
    for hits in product([False, True], repeat=8):
        chance = share ** sum(hits) * (1 - share) ** (8 - sum(hits))
        total += chance * binomial_evidence(np.array(hits), 6, share, 2)
    assert total == pytest.approx(np.ones(8))


def test_the_planned_end_rejects_as_the_exact_test_does() -> None:
    level = binomial_tail(3, 60, 0.002)
    hits = np.zeros(60, dtype=bool)
    hits[[5, 30]] = True
    assert binomial_evidence(hits, 60, 0.002, 3)[-1] < 0.2 / level
    hits[50] = True
    assert binomial_evidence(hits, 60, 0.002, 3)[50] >= 0.8 / level


@pytest.mark.hazard("H-366")
def test_looking_after_every_item_accuses_no_more_often_than_promised() -> None:
    chance = np.random.default_rng(4)
    crossed = sum(
        binomial_evidence(chance.random(80) < 0.01, 60, 0.01, 4).max() >= 20
        for _ in range(4000)
    )
    assert crossed / 4000 <= 1 / 20
    shifted = sum(
        shift_evidence(chance.normal(0, 1, 80), 60, 1e-2).max() >= 20 for _ in range(1000)
    )
    assert shifted / 1000 <= 1 / 20


def test_a_shift_is_found_and_one_typing_mistake_is_not() -> None:
    chance = np.random.default_rng(5)
    assert shift_evidence(chance.normal(1, 1, 60), 60, 1e-4).max() > 1e3
    wild = np.zeros(60)
    wild[7] = 400.0
    assert shift_evidence(wild, 60, 1e-4).max() < 10
    assert len(shift_evidence(np.zeros(0), 60, 0.1)) == 0


def test_e_benjamini_hochberg_by_hand() -> None:
    assert e_benjamini_hochberg([300.0, 1.0, 1.0], 0.01) == (True, False, False)
    assert e_benjamini_hochberg([299.0, 1.0, 1.0], 0.01) == (False, False, False)
    assert e_benjamini_hochberg([151.0, 150.0, 1.0], 0.01) == (True, True, False)
    assert e_benjamini_hochberg([], 0.01) == ()


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=8), st.integers(0, 7))
def test_more_evidence_never_calls_fewer(values: list[float], at: int) -> None:
    before = sum(e_benjamini_hochberg(values, 0.01))
    more = [v * 2 if k == at % len(values) else v for k, v in enumerate(values)]
    assert sum(e_benjamini_hochberg(more, 0.01)) >= before
    assert not math.isnan(before)
