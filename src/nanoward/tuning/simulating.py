"""People of a model with known truth: etas from the population, noise from the error."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.dynamics import Dynamics, Output
from nanoward.tuning.estimation import course_at, whitening
from nanoward.tuning.history import History
from nanoward.tuning.posterior import own_seed

Array = NDArray[np.float64]
Row = dict[str, Any]


def simulated(model: Dynamics, one: History, replicates: int, seed: int) -> list[Row]:
    """Rows of what might have been observed at the person's observed or asked records.

    replicates  people with these doses and covariates
    Each row: participant, replicate, quantity, time, predicted (without noise), value.
    Both are null where the likelihood is not the normal one.
    """
    chance = own_seed(seed, one.name, "simulated")
    factor = whitening(model, one.occasions)
    eta = chance.standard_normal((replicates, len(factor))) @ factor.T
    asked = [event for event in one.events if event.output >= 0]
    found = course_at(model, one, eta)
    return [
        {
            "participant": one.name,
            "replicate": replicate + 1,
            "quantity": model.outputs[event.output].quantity
            or model.outputs[event.output].name,
            "time": event.time,
            **_seen(
                model.outputs[event.output],
                float(found.value[replicate, place]),
                float(found.variance[replicate, place]),
                chance,
            ),
        }
        for replicate in range(replicates)
        for place, event in enumerate(asked)
    ]


def _seen(output: Output, value: float, variance: float, chance: np.random.Generator) -> Row:
    if output.likelihood != "normal" or not np.isfinite(value):
        return {"predicted": None, "value": None}
    seen = value + float(np.sqrt(max(variance, 0.0))) * float(chance.standard_normal())
    natural = bool(output.log) and not output.logged
    return {
        "predicted": float(np.exp(value)) if natural else value,
        "value": float(np.exp(seen)) if natural else seen,
    }
