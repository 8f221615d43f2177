"""What a new observation of this person may be: the person's own course and its 90 % band.

The band holds both doubts: about the parameters (draws from the posterior) and about
one measurement (residual error).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nanoward.maths.statistics.column_quantiles import column_quantiles
from nanoward.tuning.data.pk_subjects import Person
from nanoward.tuning.estimation.posterior_sampling import Normals, predicted_concentrations
from nanoward.tuning.models.model import Model

Array = NDArray[np.float64]
LEVEL = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionInterval:
    """Predictions at T times.

    typical    of a person with these covariates and eta 0
    median     of this person
    low, high  limits within which a new observation lies with probability 90 %; not below 0
    """

    typical: Array
    median: Array
    low: Array
    high: Array


def band(
    model: Model,
    person: Person,
    draws: Array,
    times: Array,
    chance: Normals,
    records: Array | None = None,
) -> PredictionInterval:
    """The band of a new observation at each of `times` (T,), from draws (D, P) of eta."""
    true = predicted_concentrations(model, person, draws, times, records)
    error = model.residual.additive + model.residual.proportional * true**2
    seen = true + np.sqrt(error) * chance.standard_normal(true.shape)
    tail = (1.0 - LEVEL) / 2.0
    low, high = column_quantiles(seen, (tail, 1.0 - tail))
    none = np.zeros((1, draws.shape[1]))
    return PredictionInterval(
        typical=predicted_concentrations(model, person, none, times, records)[0],
        median=column_quantiles(true, (0.5,))[0],
        low=np.maximum(low, 0.0),
        high=np.maximum(high, 0.0),
    )
