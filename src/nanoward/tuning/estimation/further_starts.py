"""Further starts for searches over kinked surfaces, and the lower of two ends.

A lag, a duration or a rate with an effect of its own moves the moment at which a dose enters: a
sample is before or after it, and each side has a valley of its own. Such models are searched
for again from a small value of each of these parameters.
"""

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.kernel.layout import MapResults
from nanoward.tuning.models.compiled_model import assembly_of
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.source import Source

Array = NDArray[np.float64]
LOW = -1.5  # population deviations
LESS = 1e-6  # relative, by which an end must be lower to be another
_LAG, _DURATION, _RATE = 0, 2, 3  # among the inputs of a compartment (compiled_model.py)


def kinked_parameters(model: Dynamics) -> tuple[int, ...]:
    """Places among the etas of parameters that move when doses enter."""
    made = assembly_of(model, Source())
    nodes = [
        row[key] for row in made.inputs for key in (_LAG, _DURATION, _RATE) if row[key] >= 0
    ]
    names = {name for node in nodes for name in made.graph.inputs(node)}
    return tuple(place for place, one in enumerate(model.random) if f"eta:{one}" in names)


def further_starts(model: Dynamics, size: int) -> list[Array]:
    """(size,) vectors of z from which people of this model are searched for once more each."""
    found = []
    for place in kinked_parameters(model):
        start = np.zeros(size)
        start[place] = LOW
        found.append(start)
    return found


def keep_lower(first: MapResults, other: MapResults, count: int) -> int:
    """Ends of `other` into `first` where they are lower; how many of the `count` people."""
    mine, theirs = first.status.reshape(count, -1), other.status.reshape(count, -1)
    sound = (theirs[:, 0] == 0) & (theirs[:, 3] == 0)
    known = (mine[:, 0] == 0) & (mine[:, 3] == 0)
    with np.errstate(invalid="ignore"):
        lower = theirs[:, 1] < mine[:, 1] - LESS * (1.0 + np.abs(mine[:, 1]))
    better = sound & (lower | ~known)
    for a, b in zip(first, other, strict=True):
        a.reshape(count, -1)[better] = b.reshape(count, -1)[better]
    return int(better.sum())
