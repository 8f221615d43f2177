"""People of a model with known truth: etas from the population, noise from the error."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nanoward.tuning.data.event_history import Event, History
from nanoward.tuning.estimation.map_estimates import predictions_at, whitening
from nanoward.tuning.estimation.posterior_sampling import own_seed
from nanoward.tuning.models.dynamics import Dynamics, Output

Array = NDArray[np.float64]
Row = dict[str, Any]
MOST_COUNTED = 400  # counts up to this are simulated


def simulated(model: Dynamics, one: History, replicates: int, seed: int) -> list[Row]:
    """Rows of what might have been observed at the person's observed or asked records.

    replicates  people with these doses and covariates
    Each row: participant, replicate, quantity, time, predicted (without noise), value.
    Counts, grades, events of yes or no, and preferences have a value and no prediction; both
    are null for hazards and for likelihoods written as formulas.
    """
    chance = own_seed(seed, one.name, "simulated")
    factor = whitening(model, one.occasions)
    eta = chance.standard_normal((replicates, len(factor))) @ factor.T
    asked = [event for event in one.events if event.output >= 0]
    found = predictions_at(model, one, eta)
    drawn = _drawn(model, one, eta, chance)
    return [
        {
            "participant": one.name,
            "replicate": replicate + 1,
            "quantity": model.outputs[event.output].quantity
            or model.outputs[event.output].name,
            "time": event.time,
            **(
                {"predicted": None, "value": drawn[place][replicate]}
                if place in drawn
                else _seen(
                    model.outputs[event.output],
                    float(found.value[replicate, place]),
                    float(found.variance[replicate, place]),
                    chance,
                )
            ),
        }
        for replicate in range(replicates)
        for place, event in enumerate(asked)
    ]


def event_rows(model: Dynamics, one: History, rows: Sequence[Row]) -> list[Row]:
    """The same people as an event table that can be fitted: doses, and simulated values as DV.

    rows  of `simulated` for this person. Each replicate is a person of its own: NAME-1 ...
    """
    names = [covariate.name for covariate in model.covariates]
    doses = [event for event in one.events if event.evid in (1, 3, 4)]
    asked = [event for event in one.events if event.output >= 0]
    found: list[Row] = []
    for replicate in sorted({row["replicate"] for row in rows}):
        own = [row for row in rows if row["replicate"] == replicate]
        pairs: list[tuple[Event, Row | None]] = [(event, None) for event in doses]
        pairs += list(zip(asked, own, strict=True))
        for event, row in sorted(pairs, key=lambda pair: pair[0].time):
            given = row is None
            found.append(
                {
                    "ID": f"{one.name}-{replicate}",
                    "TIME": event.time,
                    "EVID": event.evid if given else 0,
                    "AMT": event.amount if given else 0.0,
                    "RATE": event.rate if given else 0.0,
                    "CMT": model.compartments[event.compartment].number
                    if given and model.compartments
                    else _compartment(model, event),
                    "II": event.interval if given else 0.0,
                    "ADDL": event.more if given else 0,
                    "SS": int(event.steady) if given else 0,
                    "DV": None if row is None else row["value"],
                    "MDV": int(row is None or row["value"] is None),
                    "DVID": None if row is None else row["quantity"],
                    "OCC": event.occasion + 1,
                    **dict(zip(names, event.covariates, strict=False)),
                }
            )
    return found


def _compartment(model: Dynamics, event: Event) -> int | None:
    return model.outputs[event.output].compartment if event.output >= 0 else None


def at_times(model: Dynamics, one: History, times: Array) -> History:
    """The person's doses, with a question for every output at each of these times."""
    count = len(model.outputs)
    asked = one.asked(np.repeat(np.sort(times), count), 0)
    place, events = 0, []
    for event in asked.events:
        if event.output < 0:
            events.append(event)
            continue
        events.append(replace(event, output=place % count))
        place += 1
    return replace(asked, events=tuple(events))


def _drawn(
    model: Dynamics, one: History, eta: Array, chance: np.random.Generator
) -> dict[int, list[float | None]]:
    """Values of the asked records (by their place) that are whole numbers, for each eta.

    The likelihood of every value that a record may have is asked for; one is drawn by them.
    """
    found: dict[int, list[float | None]] = {}
    asked = [place for place, event in enumerate(one.events) if event.output >= 0]
    for place, at in enumerate(asked):
        event = one.events[at]
        most = _most(model.outputs[event.output])
        if most == 0:
            continue
        kinds = tuple(replace(event, value=float(k)) for k in range(most))
        before = tuple(replace(each, output=-1) for each in one.events[:at])
        alone = replace(one, events=(*before, *kinds))
        height = predictions_at(model, alone, eta).value
        share = np.exp(-0.5 * np.where(np.isfinite(height), height, np.inf))
        total = np.cumsum(share, axis=1)
        draws = chance.random(len(eta))
        for row, whole, draw in zip(total, total[:, -1], draws, strict=True):
            known = abs(whole - 1.0) < 1e-3  # else values beyond the last are likely too
            value = float(np.searchsorted(row, draw * whole)) if known else None
            found.setdefault(place, []).append(value)
    return found


def _most(output: Output) -> int:
    """How many values from 0 upwards an observation may have; 0 where they are no numbers."""
    if output.likelihood == "ordinal":
        return len(output.logits) + 1
    return {"bernoulli": 2, "preference": 2, "poisson": MOST_COUNTED}.get(output.likelihood, 0)


def _seen(output: Output, value: float, variance: float, chance: np.random.Generator) -> Row:
    if output.likelihood != "normal" or not np.isfinite(value):
        return {"predicted": None, "value": None}
    seen = value + float(np.sqrt(max(variance, 0.0))) * float(chance.standard_normal())
    natural = bool(output.log) and not output.logged
    return {
        "predicted": float(np.exp(value)) if natural else value,
        "value": float(np.exp(seen)) if natural else seen,
    }
