"""A model of formulas as a value."""

import numpy as np

from nanoward.tuning import read_dynamics

TEXT = """
name = "small"
[parameters.CL]
typical = 4.0
variance = 0.2
occasion_variance = 0.05
[parameters.V]
typical = 70.0
variance = 0.1
[[correlations]]
a = "CL"
b = "V"
covariance = 0.03
[outputs.level]
value = "exp(-CL / V * t)"
additive = 1.0
"""


def test_etas_of_occasions_follow_the_common_ones() -> None:
    model = read_dynamics(TEXT)
    assert model.eta_names(2) == ("CL", "V", "CL@1", "CL@2")
    wanted = np.diag([0.2, 0.1, 0.05, 0.05])
    wanted[0, 1] = wanted[1, 0] = 0.03
    np.testing.assert_allclose(model.omega(2), wanted)
    assert model.output("level").value == "exp(-CL / V * t)"
    assert len(model.sha256) == 64
