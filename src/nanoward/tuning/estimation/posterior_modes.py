"""Where one person's posterior has its modes: the ends of searches from several places.

A posterior may have several: absorption slower than elimination explains the same samples as
elimination slower than absorption ("flip-flop"), a microbe that settled those of one that did
not. A search from one place finds one of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.estimation.further_starts import GOOD, spread_points
from nanoward.tuning.estimation.individual_fit import AMBIGUOUS, Fit
from nanoward.tuning.estimation.kink_starts import kink_starts
from nanoward.tuning.estimation.map_estimates import longest, places_in, starts
from nanoward.tuning.kernel.layout import STATUS, MapResults, kernel_arrays, workspace_for
from nanoward.tuning.models.compiled_model import assembled
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]
SAME = 0.25  # squared distance, in a mode's own scale, within which another is the same
MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One mode in z (eta = C z, z standard normal in the population): centre (P,) and Laplace
    covariance (P, P) there."""

    centre: Array
    covariance: Array


def fitted_mode(fit: Fit, factor: Array) -> Mode:
    """The mode at which the search of the fit ended."""
    return _mode(fit.eta, fit.covariance, factor)


def posterior_modes(model: Dynamics, person: History, fit: Fit, factor: Array) -> list[Mode]:
    """The fit's own mode, then others, highest first; factor (P, P) the C of `Mode`."""
    found = [fitted_mode(fit, factor)]
    others = _ends(model, person, fit, factor)
    for _, one in sorted(others, key=lambda other: other[0]):
        if len(found) < MOST and all(_apart(one, known) for known in found):
            found.append(one)
    return found


def _mode(eta: Array, covariance: Array, factor: Array) -> Mode:
    inverse = np.linalg.inv(factor)
    spread = inverse @ covariance @ inverse.T
    return Mode(centre=inverse @ eta, covariance=0.5 * (spread + spread.T))


def _apart(one: Mode, known: Mode) -> bool:
    away = one.centre - known.centre
    return float(away @ np.linalg.solve(known.covariance, away)) > SAME


def _ends(model: Dynamics, one: History, fit: Fit, factor: Array) -> list[tuple[float, Mode]]:
    """Ends of one search from each place, with -2 ln posterior there. Further places where
    searches from different starts disagreed."""
    from nanoward.tuning.kernel.entry_points import map_estimates

    program, size = assembled(model), len(factor)
    given = packed([one], len(model.covariates))
    laid = kernel_arrays(program, given, factor, workspace_for(program, places_in(given), size))
    shown = np.empty(2 * longest(given))
    found: list[tuple[float, Mode]] = []
    known: Array = np.asarray(np.linalg.solve(factor, fit.eta)[None], np.float64)
    own = kink_starts(model, [one], factor, known)[0]
    points = spread_points(size) if fit.next_end < AMBIGUOUS else ()
    for start in [*starts(size)[1:], *own, *points]:
        z, observed, halves = np.empty(size), np.empty(size**2), np.empty(size**2)
        told = np.zeros(STATUS)
        out = MapResults(z, observed, halves, told, shown)
        map_estimates(laid, start[None, :], out)
        half = halves.reshape(size, size)
        sound = told[0] in GOOD and told[3] == 0 and bool(np.isfinite(half).all())
        if sound and np.linalg.eigvalsh(half)[0] > 0:
            spread = np.linalg.inv(half)
            spread = 0.5 * (spread + spread.T)
            found.append((float(told[1]), Mode(centre=z, covariance=spread)))
    return found
