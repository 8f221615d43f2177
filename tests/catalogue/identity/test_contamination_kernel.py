"""Chances in compiled code are those of scipy."""

import numpy as np
import pytest
from scipy.special import betainc, betaln, gammaln

from nanoward.catalogue.identity.contamination_kernel import (
    PRECISION,
    lagrange,
    log_letters,
    log_too_few,
    log_ways,
    nearest,
)

DEPTHS = (1.0, 7.0, 80.0, 324.5, 2000.0)


@pytest.mark.parametrize("depth", DEPTHS)
def test_too_few_letters_have_the_chance_of_the_incomplete_beta_function(depth: float) -> None:
    for least in (1.0, 3.0, np.ceil(0.021 * depth)):
        for mean in np.geomspace(4e-4, 0.6, 40).tolist():
            together = 1.0 / (1.0 / depth + 1.0 / PRECISION)
            limit = min((least - 0.5) / depth, 1.0)
            known = betainc(mean * together, (1 - mean) * together, limit)
            if known > 1e-280:
                assert log_too_few(depth, least, mean) == pytest.approx(
                    np.log(known), abs=1e-8, rel=1e-8
                )


@pytest.mark.parametrize("depth", DEPTHS)
def test_letters_have_the_chance_of_the_beta_binomial(depth: float) -> None:
    for found in (0.0, 1.0, float(np.floor(depth / 3))):
        for mean in np.geomspace(4e-4, 0.9, 20).tolist():
            a, b = mean * PRECISION, (1 - mean) * PRECISION
            ways = gammaln(depth + 1) - gammaln(found + 1) - gammaln(depth - found + 1)
            known = ways + betaln(found + a, depth - found + b) - betaln(a, b)
            ways = log_ways(found, depth, PRECISION)
            got = log_letters(found, depth, mean, PRECISION, ways)
            assert got == pytest.approx(known, abs=1e-7)


def test_whole_numbers_are_rounded_as_numpy_rounds_them() -> None:
    values = np.concatenate([np.arange(0, 6, 0.25), np.random.default_rng(1).random(50) * 900])
    assert [nearest(one) for one in values.tolist()] == np.round(values).tolist()


def test_a_cubic_is_read_off_exactly() -> None:
    points = np.array([-1.0, 0.0, 1.0, 2.0])
    for t in (-0.3, 0.0, 0.4, 1.7):
        read = sum(lagrange(t, at) * (one**3 - one) for at, one in enumerate(points.tolist()))
        assert read == pytest.approx(t**3 - t)
