from math import comb

import numpy as np
import pytest

from nanoward.clearance.monitoring.families.pocock import FAMILY
from nanoward.clearance.policy.stopping_family import FamilyNumbers


def test_it_is_the_chance_of_fewer_events_under_the_acceptable_risk() -> None:
    told = FAMILY.statistic(FamilyNumbers(risk=0.2, most=5))(np.array([3.0]), np.array([2.0]))
    fewer = sum(comb(3, y) * 0.2**y * 0.8 ** (3 - y) for y in (0, 1))
    assert told[0] == pytest.approx(fewer)
    assert FAMILY.lacks(FamilyNumbers(risk=0.2, most=5)) == ""
