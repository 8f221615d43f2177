"""Steady exposures by their formulas, and the dose that reaches a target."""

from typing import Any

import numpy as np
import pytest
from exposures import MODEL, SLOW, person

from nanoward.tuning import Draws, Target
from nanoward.tuning.regimens.steady_state_dosing import advise_at_steady_state, steady_exposure

ETA = np.array([[0.0, 0.0], [0.2, -0.1]])
CL, V = 5 * np.exp(ETA[:, 0]), 50 * np.exp(ETA[:, 1])
K = CL / V


def target(**given: Any) -> Target:
    settings: dict[str, Any] = {
        "measure": "auc", "value": 40.0, "low": 30.0, "high": 50.0, "unit": "mg.h/L",
        "interval": 12.0, "lowest": 50.0, "highest": 500.0, "step": 10.0,
    }  # fmt: skip
    return Target(**(settings | given))


@pytest.mark.parametrize("duration", [0.0, 2.0])
def test_areas_and_averages_follow_from_the_clearance(duration: float) -> None:
    doses = np.array([50.0, 200.0])
    area = steady_exposure(MODEL, person(), target(duration=duration), doses, ETA)
    np.testing.assert_allclose(area, doses[:, None] / CL[None, :], rtol=1e-7)
    mean = target(measure="average", duration=duration)
    found = steady_exposure(MODEL, person(), mean, doses, ETA)
    np.testing.assert_allclose(found, doses[:, None] / CL[None, :] / 12, rtol=1e-7)


def test_a_trough_is_a_geometric_sum() -> None:
    found = steady_exposure(MODEL, person(), target(measure="trough"), np.array([100.0]), ETA)
    wanted = 100 / V * np.exp(-K * 12) / (1 - np.exp(-K * 12))
    np.testing.assert_allclose(found[0], wanted, rtol=1e-7)


def test_a_model_that_is_integrated_reaches_the_same_steady_state() -> None:
    doses = np.array([100.0])
    exact = steady_exposure(MODEL, person(), target(), doses, ETA)
    stepped = steady_exposure(SLOW, person(), target(), doses, ETA)
    np.testing.assert_allclose(stepped, exact, rtol=1e-3)


def test_the_dose_is_the_one_most_likely_to_reach_the_range() -> None:
    chance = np.random.default_rng(2)
    eta = 0.1 * chance.standard_normal((200, 2))
    found = advise_at_steady_state(MODEL, person(), target(), Draws(eta=eta, effective=0.9))
    assert found.dose == pytest.approx(200.0, abs=10)
    assert found.expected == pytest.approx(40.0, rel=0.05)
    poor = advise_at_steady_state(MODEL, person(), target(), Draws(eta=eta, effective=0.0))
    assert poor.dose is None
    assert "badly sampled" in poor.reason
