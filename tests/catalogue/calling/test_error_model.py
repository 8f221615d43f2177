import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from nanoward.catalogue.calling.error_model import (
    detection_limit,
    error_probability,
    error_rates,
    least_reads,
    strand_probability,
)
from nanoward.sequencing.pileup_counts import Counts


@given(st.integers(1, 5000), st.floats(1e-5, 1e-2), st.floats(1e-10, 1e-2))
def test_the_fewest_reads_are_those_of_the_exact_tail(
    n: int, rate: float, alpha: float
) -> None:
    need = int(least_reads(np.array([n]), rate, alpha)[0])
    assert poisson.sf(need - 1, n * rate) <= alpha * (1 + 1e-9)
    assert need >= 2
    if need > 2:
        assert poisson.sf(need - 2, n * rate) > alpha * (1 - 1e-9)


@given(st.integers(1, 900))
def test_a_variant_at_the_limit_is_seen_with_the_power_promised(n: int) -> None:
    limit = float(detection_limit(np.array([n]), 1e-3, 1e-6)[0])
    need = int(least_reads(np.array([n]), 1e-3, 1e-6)[0])
    if n < need:
        assert np.isnan(limit)
    elif limit == 1.0:  # every read must carry it, and the promise needs no chance
        assert binom.sf(need - 1, n, 0.99) < 0.95
    else:
        assert binom.sf(need - 1, n, limit) == pytest.approx(0.95, abs=1e-3)


def test_deep_positions_are_answered_by_a_shallower_neighbour() -> None:
    depths = np.array([100_000, 100_000, 250])
    limit = detection_limit(depths, 1e-3, 1e-9)
    assert limit[0] == limit[1] < limit[2]
    assert len(detection_limit(np.zeros(0, np.int32), 1e-3, 1e-9)) == 0


def test_letters_of_low_quality_need_more_company() -> None:
    one, n, rate = np.array([5]), np.array([100]), np.array([1e-5])
    fine = error_probability(one, n, rate, np.array([38.0]))
    poor = error_probability(one, n, rate, np.array([20.0]))
    assert fine[0] < 1e-8 < 1e-5 < poor[0]
    assert fine[0] == pytest.approx(poisson.sf(4, 100 * 10**-3.8 / 3))


def test_rates_come_from_rare_letters_only() -> None:
    counts = Counts(
        depth=np.full((2, 3), 100, np.int32),
        trusted=np.full(3, 200, np.int32),
        key=np.array([0 * 4 + 1, 1 * 4 + 2]),
        sums=np.array([[1, 1, 60, 2], [50, 50, 3000, 100]]),  # an error, and a variant
    )
    rates = error_rates(counts, np.array([0, 0, 3], np.uint8), None)
    assert rates[0, 1] == pytest.approx(3 / 400)
    assert rates[0, 2] == pytest.approx(1 / 400)
    control = np.full((4, 4), 0.02)
    assert (error_rates(counts, np.array([0, 0, 3], np.uint8), control) >= 0.02).all()


@given(st.integers(0, 12), st.integers(0, 12))
def test_strands_are_as_uneven_as_a_binomial_says(forward: int, backward: int) -> None:
    total = forward + backward
    args = np.array([forward]), np.array([total]), np.array([50]), np.array([100])
    told = float(strand_probability(*args)[0])
    tail = min(binom.cdf(forward, total, 0.5), binom.sf(forward - 1, total, 0.5))
    assert told == pytest.approx(min(1.0, 2 * tail), abs=1e-9)
