import numpy as np
import pytest

from nanoward.clearance.monitoring.families.beta_binomial import FAMILY
from nanoward.clearance.policy.stopping_family import FamilyNumbers


def test_it_is_the_posterior_chance_of_a_higher_risk_and_needs_a_prior() -> None:
    numbers = FamilyNumbers(risk=0.2, most=20, prior=(1.0, 1.0))
    told = FAMILY.statistic(numbers)(np.array([1.0]), np.array([1.0]))
    assert told[0] == pytest.approx(1 - 0.2**2)  # Beta(2, 1) above 0.2
    assert FAMILY.lacks(numbers) == ""
    assert "prior" in FAMILY.lacks(FamilyNumbers(risk=0.2, most=20))
    assert "prior" in FAMILY.lacks(FamilyNumbers(risk=0.2, most=20, prior=(1.0, 0.0)))
