"""One compiled entry does four things, and they agree where they overlap."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from exposures import MODEL, SLOW, person

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.estimation.map_estimates import (
    longest,
    places_in,
    predictions_at,
    whitening,
)
from nanoward.tuning.kernel.entry_points import followed, superposed
from nanoward.tuning.kernel.layout import workspace_for
from nanoward.tuning.models.compiled_model import assembled
from nanoward.tuning.models.dynamics import Dynamics


def given(amount: float) -> History:
    dose = Event(time=0.0, evid=1 if amount else 2, amount=amount, interval=6.0, more=5)
    asked = [Event(time=time, evid=0, output=0) for time in (3.0, 17.0, 40.0)]
    return History(name="a", events=(dose, *asked))


def levels(model: Dynamics, task: str, eta: np.ndarray[tuple[int, int], np.dtype[np.float64]],
           settings: np.ndarray[tuple[int], np.dtype[np.float64]]) -> object:  # fmt: skip
    plans = [0.0, 1.0] if task == "superposed" else list(settings)
    many = packed([given(one) for one in plans], 0)
    factor, asked = whitening(model, 1), np.array([1, 2, 3])
    z = np.linalg.solve(factor, eta.T).T
    out = np.zeros((len(settings), len(eta), 3, 2))
    traced = longest(many) if task == "superposed" else 0
    room = workspace_for(assembled(model), places_in(many), 0, traced)
    shared = (assembled(model), many, factor, z, room, np.zeros(0), asked)
    broken = superposed(*shared, settings, out) if traced else followed(*shared, out)
    assert broken == 0
    return out


def test_courses_of_all_settings_agree_however_they_are_followed() -> None:
    eta = 0.3 * np.random.default_rng(2).standard_normal((4, 2))
    settings = np.array([50.0, 120.0, 300.0])
    fast = levels(MODEL, "superposed", eta, settings)
    np.testing.assert_allclose(levels(MODEL, "followed", eta, settings), fast, rtol=1e-9)
    np.testing.assert_allclose(levels(SLOW, "followed", eta, settings), fast, rtol=2e-5)
    alone = predictions_at(MODEL, given(120.0), eta)
    wanted = np.stack([alone.value, alone.variance], axis=-1)
    np.testing.assert_allclose(fast[1], wanted, rtol=1e-9)  # type: ignore[index]


def test_a_train_of_doses_at_once_is_each_dose_alone() -> None:
    """Linear models give a run of equal doses in one step; an integrated model, one by one."""
    assert person().events
    times = np.array([1.0, 29.9, 31.0, 400.0, 1500.5])
    many = History(
        name="a",
        events=(Event(time=0.0, evid=1, amount=90.0, rate=30.0, interval=12.0, more=124),),
    )
    one_by_one = History(
        name="a",
        events=tuple(Event(time=12.0 * k, evid=1, amount=90.0, rate=30.0) for k in range(125)),
    )
    for model in (MODEL, SLOW):
        eta = np.array([[0.2, -0.1]])
        together = predictions_at(model, many.asked(times, 0), eta).value
        apart = predictions_at(MODEL, one_by_one.asked(times, 0), eta).value
        np.testing.assert_allclose(together, apart, rtol=1e-9 if model is MODEL else 2e-6)


NEW_PROCESS = """
import sys

from numba.core import event

with event.install_recorder("numba:compile") as told:
    sys.path.insert(0, sys.argv[1])
    from families import FAMILIES
    from kernel.test_likelihood import person_of, rows_of

    from nanoward.tuning import fit_histories, read_dynamics

    family = FAMILIES["saturable elimination"]
    model = read_dynamics(family.text.replace("1000.0", sys.argv[2]))
    fit = fit_histories(model, [person_of(model, rows_of(family, ""))])[0]
    assert fit.converged
print(len([one for _, one in told.buffer if one.is_start]))
"""


def compilations(typical: str) -> int:
    """Functions that a new process compiles until it has fitted a person under a model."""
    done = subprocess.run(
        [sys.executable, "-c", NEW_PROCESS, str(Path(__file__).parents[1]), typical],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.timeout(900)
def test_a_new_process_fits_a_model_never_seen_without_compiling_anything() -> None:
    """The first process may be the first of this machine; the second meets a new model."""
    compilations("1000.0")
    assert compilations("1003.25") == 0
