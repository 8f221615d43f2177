"""Each output by itself, each record by itself: sizes by hand, and the level under the null."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nanoward.maths.statistics.chi_square import chi_square_tail
from nanoward.tuning.estimation.residual_tests import Residuals, residual_tests

Array = NDArray[np.float64]


def residuals(
    square: Array, output: list[int], categories: list[int], people: int = 1
) -> Residuals:
    return Residuals(
        person=np.repeat(np.arange(people), len(square) // people),
        output=np.array(output, np.int64),
        square=square,
        categories=np.array(categories, np.int64),
        whole=np.ones(len(square), bool),
    )


@pytest.mark.hazard("H-228")
def test_one_odd_record_among_many_is_not_drowned() -> None:
    square = np.full(50, 1.0)
    square[17] = 25.0
    found = residual_tests(residuals(square, [0] * 50, [0]), 1)[0]
    assert found.odd == 17
    np.testing.assert_allclose(found.tail, 2 * 50 * chi_square_tail(25.0, 1))
    assert chi_square_tail(float(square.sum()), 50) > 0.01  # together nothing would be seen


@pytest.mark.hazard("H-228")
def test_a_grade_beside_a_level_does_not_excuse_it() -> None:
    square = np.array([30.0, 0.1])
    found = residual_tests(residuals(square, [0, 1], [0, 3]), 1)[0]
    assert found.tail < 1e-6
    assert found.odd == 0


def test_a_grade_that_could_not_be_contradicts_and_endless_counts_are_not_asked() -> None:
    hardly = residual_tests(residuals(np.array([40.0]), [0], [3]), 1)[0]
    np.testing.assert_allclose(hardly.tail, 3 * np.exp(-20.0))
    assert residual_tests(residuals(np.array([400.0]), [0], [-1]), 1)[0].tail == 1.0


def test_sound_people_are_refused_hardly_more_often_than_they_should_be() -> None:
    chance = np.random.default_rng(2)
    square = chance.standard_normal(4000 * 8) ** 2
    found = residual_tests(residuals(square, [0, 1] * 16000, [0, 0], 4000), 4000)
    assert np.mean([one.tail < 0.05 for one in found]) <= 0.055
