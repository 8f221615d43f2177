import numpy as np
import pytest

from nanoward.clearance.monitoring.families.sprt import FAMILY
from nanoward.clearance.policy.stopping_family import FamilyNumbers


def test_it_is_the_log_likelihood_ratio_and_needs_a_risk_above() -> None:
    numbers = FamilyNumbers(risk=0.1, most=20, against=0.3)
    told = FAMILY.statistic(numbers)(np.array([4.0]), np.array([1.0]))
    assert told[0] == pytest.approx(np.log(3) + 3 * np.log(0.7 / 0.9))
    assert FAMILY.lacks(numbers) == ""
    for against in (None, 0.1, 1.0):
        lacking = FAMILY.lacks(FamilyNumbers(risk=0.1, most=20, against=against))
        assert "against" in lacking
