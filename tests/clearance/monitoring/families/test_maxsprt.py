import numpy as np
import pytest

from nanoward.clearance.monitoring.families.maxsprt import FAMILY
from nanoward.clearance.policy.stopping_family import FamilyNumbers


def test_it_is_the_ratio_at_the_best_risk_and_nothing_below_the_acceptable_one() -> None:
    told = FAMILY.statistic(FamilyNumbers(risk=0.2, most=20))
    high, low = told(np.array([4.0, 10.0]), np.array([2.0, 1.0]))
    assert high == pytest.approx(2 * np.log(0.5 / 0.2) + 2 * np.log(0.5 / 0.8))
    assert low == pytest.approx(0.0)
