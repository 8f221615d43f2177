import numpy as np
import pytest

from nanoward.clearance.monitoring.families.wang_tsiatis import FAMILY
from nanoward.clearance.policy.stopping_family import FamilyNumbers


def test_delta_goes_from_a_falling_limit_to_a_constant_z() -> None:
    n, y, z = np.array([5.0]), np.array([3.0]), 2 / np.sqrt(5 * 0.16)
    for delta, power in ((0.0, 0.5), (0.25, 0.25), (0.5, 0.0)):
        told = FAMILY.statistic(FamilyNumbers(risk=0.2, most=20, delta=delta))(n, y)
        assert told[0] == pytest.approx(z * (5 / 20) ** power)
