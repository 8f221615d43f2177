"""What is told of estimates that are not the only ones to believe in."""

from dataclasses import replace

import numpy as np
import pytest

from nanoward.tuning.estimation.ambiguity import ambiguity_findings
from nanoward.tuning.estimation.individual_fit import Fit

FIT = Fit(
    eta=np.zeros(1), covariance=np.eye(1), parameters={}, objective=0.0, predicted=np.zeros(1),
    observations=1, converged=True, steps=1,
)  # fmt: skip


@pytest.mark.hazard("H-275")
def test_a_second_valley_and_a_kink_are_told_for_each_person_and_nothing_else() -> None:
    assert FIT.ambiguity == ""
    near, kink = replace(FIT, next_end=1.2), replace(FIT, on_kink=True)
    assert "1.2 higher" in near.ambiguity
    assert "kink" in kink.ambiguity
    assert replace(FIT, next_end=4.7).ambiguity == ""  # less than a tenth as likely
    assert replace(near, converged=False).ambiguity == ""  # that is told on its own
    found = ambiguity_findings([("a", ""), ("b", near.ambiguity)], "events.csv")
    assert [(one.subject, one.code, one.file) for one in found] == [
        ("b", "TUN-152", "events.csv")
    ]
