import numpy as np
import pytest

from nanoward.clearance.monitoring.families.obf import FAMILY
from nanoward.clearance.policy.stopping_family import FamilyNumbers


def test_the_same_z_counts_less_early() -> None:
    told = FAMILY.statistic(FamilyNumbers(risk=0.2, most=20))
    early, late = told(np.array([5.0, 20.0]), np.array([3.0, 3.0 + 20 * 0.2 - 1.0]))
    z = np.array([(3 - 1) / np.sqrt(5 * 0.16), 2 / np.sqrt(20 * 0.16) * 1.0])
    assert early == pytest.approx(z[0] * np.sqrt(5 / 20))
    assert late == pytest.approx((6 - 4) / np.sqrt(20 * 0.16))
