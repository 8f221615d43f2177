import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from nanoward.bonds.direction.molecular_clock import (
    ClockError,
    MolecularClock,
    chance_of_at_most,
    expected_transmissions,
)


def by_integration(n: float, gap: float, rate: float, passing: float) -> tuple[float, float]:
    """E[K] and P(K <= 1) by integrating over the time between, as it is written."""
    scale = 20 * (n + 1) / rate + gap

    def density(t: float) -> float:
        return float((rate * t) ** n * np.exp(-rate * (t - gap)))

    total = quad(density, gap, scale, limit=200)[0]
    mean = quad(lambda t: passing * t * density(t), gap, scale, limit=200)[0]
    few = quad(
        lambda t: (1 + passing * t) * np.exp(-passing * t) * density(t), gap, scale, limit=200
    )[0]
    return mean / total, few / total


@pytest.mark.parametrize(("n", "gap"), [(0, 0.0), (3, 0.2), (10, 0.05), (7, 0.5)])
def test_the_closed_form_is_the_integral(n: int, gap: float) -> None:
    mean, few = by_integration(n, gap, 20.0, 12.0)
    at, clock = (np.array([float(n)]), np.array([gap])), MolecularClock(rate=20.0)
    assert expected_transmissions(*at, clock, 12.0)[0] == pytest.approx(mean, rel=1e-6)
    assert chance_of_at_most(1, *at, clock, 12.0)[0] == pytest.approx(few, rel=1e-6)


def test_equal_genomes_on_one_day_by_hand() -> None:
    """Time is exponential(l), so K is geometric with P(0) = l / (l + b) = 0.8."""
    at, clock = (np.zeros(1), np.zeros(1)), MolecularClock(rate=40.0)
    assert expected_transmissions(*at, clock, 10.0)[0] == pytest.approx(0.25)
    for most in range(4):
        found = chance_of_at_most(most, *at, clock, 10.0)[0]
        assert found == pytest.approx(1 - 0.2 ** (most + 1))


@given(st.floats(0, 60), st.floats(0, 2), st.floats(1, 50), st.floats(0.5, 40))
def test_more_differences_mean_more_passings(
    n: float, gap: float, rate: float, passing: float
) -> None:
    differing, gaps = np.array([n, n + 1]), np.array([gap, gap])
    clock = MolecularClock(rate=rate, spread=rate / 4)
    mean = expected_transmissions(differing, gaps, clock, passing)
    few = chance_of_at_most(2, differing, gaps, clock, passing)
    assert np.isfinite(mean).all()
    assert mean[1] >= mean[0] * (1 - 1e-9) > 0
    assert 0 <= few[1] <= few[0] + 1e-9 <= 1 + 1e-9


def test_passings_of_simulated_lineages_are_foretold() -> None:
    """Times drawn from the prior, differences and passings from them: means agree by N."""
    rng = np.random.default_rng(1)
    time = rng.uniform(0, 3, 400_000)
    differing, passings = rng.poisson(8 * time), rng.poisson(5 * time)
    for n in (0, 3, 6):
        of = differing == n
        mean = expected_transmissions(
            np.array([n]), np.zeros(1), MolecularClock(rate=8.0), 5.0
        )[0]
        few = chance_of_at_most(1, np.array([n]), np.zeros(1), MolecularClock(rate=8.0), 5.0)[0]
        assert passings[of].mean() == pytest.approx(mean, rel=0.03)
        assert (passings[of] <= 1).mean() == pytest.approx(few, abs=0.01)


def test_a_clock_that_is_not_known_well_spreads_the_answer() -> None:
    at = np.array([5.0]), np.array([0.0])
    sure = expected_transmissions(*at, MolecularClock(rate=20.0), 12.0)[0]
    unsure = expected_transmissions(*at, MolecularClock(rate=20.0, spread=10.0), 12.0)[0]
    assert unsure > 1.1 * sure  # the mean of 1 / l is above 1 / mean of l


@pytest.mark.parametrize(("rate", "spread"), [(0.0, 0.0), (float("nan"), 0.0), (1.0, -1.0)])
def test_a_clock_that_cannot_be_is_refused(rate: float, spread: float) -> None:
    with pytest.raises(ClockError):
        MolecularClock(rate=rate, spread=spread)


def test_no_passings_at_all_are_refused() -> None:
    with pytest.raises(ClockError):
        expected_transmissions(np.zeros(1), np.zeros(1), MolecularClock(rate=1.0), 0.0)
