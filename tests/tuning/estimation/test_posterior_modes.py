"""Tops of posteriors with two of them, beside a search of every place of a grid."""

from collections.abc import Callable

import numpy as np
from families import FAMILIES
from written import fit_person

from nanoward.tuning import (
    History,
    Model,
    fit_histories,
    formulas_of,
    log_posterior,
    read_dynamics,
)
from nanoward.tuning.data.event_history import Event
from nanoward.tuning.estimation.map_estimates import whitening
from nanoward.tuning.estimation.posterior_modes import MOST, posterior_modes

Made = Callable[..., History]
FEW = [(0.0, 1, 10000.0, None), (1.0, 0, 0.0, 40.0), (20.0, 0, 0.0, 30.0)]
MODEL = read_dynamics(FAMILIES["saturable elimination"].text)


def two_ways() -> History:
    """So little is left at 24 h that either absorption or elimination was as slow."""
    values = {1.5: 41.0, 5.0: 6.5, 24.0: 3e-6}
    seen = (Event(time=at, evid=0, output=0, value=y) for at, y in values.items())
    dose = Event(time=0.0, evid=1, amount=5000.0)
    return History(name="a", events=(dose, *seen))


def test_both_tops_of_an_integrated_model_are_found() -> None:
    one = two_ways()
    fit = fit_histories(MODEL, [one])[0]
    factor = whitening(MODEL, one.occasions)
    found = posterior_modes(MODEL, one, fit, factor)
    assert 2 <= len(found) <= MOST
    np.testing.assert_allclose(factor @ found[0].centre, fit.eta, atol=1e-9)
    for top in found:
        eta = factor @ top.centre
        around = eta + 1e-2 * np.vstack([np.eye(4), -np.eye(4)]) * np.sqrt(
            np.diag(factor @ factor.T)
        )
        assert (log_posterior(MODEL, one, around) < log_posterior(MODEL, one, eta[None])).all()
        assert np.linalg.eigvalsh(top.covariance)[0] > 0
    apart = found[0].centre - found[1].centre
    assert np.abs(apart).max() > 0.5


def test_the_only_top_of_a_linear_model_is_the_fit_s_own(oral: Model, person_of: Made) -> None:
    person = person_of(oral, FEW)
    fit = fit_person(oral, person)
    factor = np.linalg.cholesky(oral.omega)
    every = posterior_modes(formulas_of(oral), person, fit, factor)
    assert len(every) == 1
    spread = factor @ every[0].covariance @ factor.T
    np.testing.assert_allclose(spread, fit.covariance, atol=1e-9)
