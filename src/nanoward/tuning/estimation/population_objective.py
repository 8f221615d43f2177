"""All people of a population under one model whose numbers move: their objectives, fast.

The model is written once with its estimated values as columns
(free_parameters.with_free_columns), so that the kernel's tape and the people's records are laid
out once and only numbers change. What is computed for a person is what map_estimates.py
computes: -2 ln likelihood + eta' Omega^-1 eta + ln |Omega| + ln |H| at the most likely eta
(Almquist et al. 2015), H the expected half Hessian (FOCE with interaction), or the observed one
where likelihoods other than the normal one or censored values take part (Laplace).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import History
from nanoward.tuning.data.event_tables import packed
from nanoward.tuning.estimation.free_parameters import (
    FreeParameters,
    column_values,
    model_at,
    with_free_columns,
)
from nanoward.tuning.estimation.further_starts import GOOD
from nanoward.tuning.estimation.map_estimates import longest, places_in, starts
from nanoward.tuning.kernel.layout import (
    LIKELIHOOD,
    STATUS,
    Histories,
    MapResults,
    kernel_arrays,
    workspace_for,
)
from nanoward.tuning.models.compiled_model import assembled
from nanoward.tuning.models.dynamics import Dynamics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """People who have the same number E of etas, under one model.

    places (N,) in the population; objective (N,), NaN where there is none; ended (N,) whether
    the search for the etas came to an end; eta (N, E); covariance (N, E, E); shown (N, T, 2):
    predicted values and variances
    """

    places: list[int]
    objective: Array
    ended: NDArray[np.bool_]
    eta: Array
    covariance: Array
    shown: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class _OccasionGroup:
    """People with the same number of occasions.

    places    (N,) among all people
    observed_hessian  (N,) whether the observed Hessian counts (Laplace), or the expected one
    """

    places: list[int]
    histories: Histories
    observed_hessian: NDArray[np.bool_]


class PopulationObjective:
    """People with observations, and a model whose numbers are to be found."""

    def __init__(
        self, model: Dynamics, unknowns: FreeParameters, people: Sequence[History]
    ) -> None:
        self.model, self.unknowns, self.people = model, unknowns, list(people)
        self.program = assembled(with_free_columns(model, unknowns))
        self.evaluations = 0
        self.groups: list[_OccasionGroup] = []
        for size in sorted({one.occasions for one in people}):
            places = [at for at, one in enumerate(people) if one.occasions == size]
            some = [people[at] for at in places]
            given = packed(some, len(model.covariates))
            other = np.array([self._other(one) for one in some])
            self.groups.append(
                _OccasionGroup(places=places, histories=given, observed_hessian=other)
            )

    def _other(self, one: History) -> bool:
        """Whether the observed curve counts, and not the expected one."""
        return any(
            event.censored or self.program.kinds[event.output] == LIKELIHOOD
            for event in one.observed
        )

    def model_at(self, at: Array) -> Dynamics:
        return model_at(self.model, self.unknowns, at)

    def evaluate(self, at: Array) -> list[Evaluation]:
        """Everybody at these coordinates, by the number of their occasions."""
        self.evaluations += 1
        model = self.model_at(at)
        further = column_values(model, self.unknowns)
        return [self._evaluate(model, group, further) for group in self.groups]

    def objectives(self, at: Array) -> Array:
        """(N,) objectives, NaN where a person has none."""
        found = np.full(len(self.people), np.nan)
        for group in self.evaluate(at):
            found[group.places] = group.objective
        return found

    def _evaluate(self, model: Dynamics, group: _OccasionGroup, further: Array) -> Evaluation:
        from nanoward.tuning.kernel.entry_points import map_estimates

        places, given, other = group.places, group.histories, group.observed_hessian
        records = len(given.time)
        given = given._replace(
            covariates=np.hstack([given.covariates, np.tile(further, (records, 1))])
        )
        omega = model.omega(self.people[places[0]].occasions)
        factor = np.ascontiguousarray(np.linalg.cholesky(omega))
        size, count, wide = len(omega), len(places), longest(given)
        room = workspace_for(self.program, places_in(given), size)
        laid = kernel_arrays(self.program, given, factor, room)
        flat, observed, halves = (np.full(count * size**power, np.nan) for power in (1, 2, 2))
        told, shown = np.zeros(STATUS * count), np.full(2 * count * wide, np.nan)
        map_estimates(laid, starts(size), MapResults(flat, observed, halves, told, shown))
        half = halves.reshape(count, size, size)
        half[other] = observed.reshape(count, size, size)[other]
        how, value, _, last, _ = told.reshape(count, STATUS).T
        sound = (last == 0) & np.isfinite(half).all(axis=(1, 2)) & np.isfinite(value)
        half[~sound] = np.eye(size)
        sound &= np.linalg.eigvalsh(half)[:, 0] > 0
        half[~sound] = np.eye(size)
        objective = np.where(sound, value + np.linalg.slogdet(half)[1], np.nan)
        return Evaluation(
            places=places,
            objective=objective,
            ended=sound & np.isin(how, GOOD),
            eta=flat.reshape(count, size) @ factor.T,
            covariance=factor @ np.linalg.inv(half) @ factor.T,
            shown=shown.reshape(count, wide, 2),
        )
