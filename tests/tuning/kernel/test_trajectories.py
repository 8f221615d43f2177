"""Courses of all settings: superposed and followed agree."""

import numpy as np
from exposures import MODEL, SLOW, goal, person

from nanoward.tuning.dosing.forecast import forecast
from nanoward.tuning.models.compiled_model import assembled


def test_two_courses_answer_for_all_settings() -> None:
    assert assembled(MODEL).facts[4] == 1
    assert assembled(SLOW).facts[4] == 0
    settings, eta = np.linspace(0, 300, 13), np.zeros((2, 2))
    found = forecast(MODEL, person(), eta, goal(), settings)
    benefit, harm = found.benefit, found.harm
    assert benefit.shape == (13, 2, 16)
    assert (np.diff(benefit, axis=0) > 0).all()
    assert (np.diff(harm, axis=0) > 0).all()


def test_a_course_that_breaks_down_counts_as_harm() -> None:
    eta = np.array([[0.0, 0.0], [np.nan, 0.0]])
    found = forecast(MODEL, person(), eta, goal(), np.array([0.0, 100.0]))
    benefit, harm = found.benefit, found.harm
    assert (harm[:, 1] == 1.0).all()
    assert (benefit[:, 1] == 0.0).all()
    assert (harm[:, 0] < 1.0).all()
