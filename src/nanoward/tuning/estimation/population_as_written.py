"""A population estimated however its model is written: the estimates bear the names and units
of what was written."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from nanoward.tuning.data.event_history import History
from nanoward.tuning.estimation.free_parameters import free_parameters_of
from nanoward.tuning.estimation.population import (
    ROUNDS,
    Estimate,
    Population,
    estimate_formula_population,
)
from nanoward.tuning.models.compartment_formulas import OUTPUT, formulas_of, written_of
from nanoward.tuning.models.dynamics import Dynamics
from nanoward.tuning.models.model import BadModelError, Model

RESIDUAL = "residual"


def estimate_population(
    model: Dynamics,
    people: Sequence[History],
    *,
    fixed: Collection[str] = (),
    rounds: int = ROUNDS,
    step: Callable[[int], None] = lambda _: None,
) -> Population:
    """The population that the people's observations make most likely, near `model`.

    fixed  names of estimates that keep their values; of a model written as compartments
           "residual additive" and "residual proportional" are those of the observation
    """
    written = model.written
    if written is None:
        return estimate_formula_population(model, people, fixed=fixed, rounds=rounds, step=step)
    known = [_renamed(name, OUTPUT, RESIDUAL) for name in free_parameters_of(model).names]
    if unknown := sorted(set(fixed) - set(known)):
        raise BadModelError(
            f"nothing to be kept is called {unknown[0]!r}",
            next_step=f"Known are {', '.join(known)}.",
        )
    kept = [_renamed(name, RESIDUAL, OUTPUT) for name in fixed]
    found = estimate_formula_population(model, people, fixed=kept, rounds=rounds, step=step)
    return replace(
        found,
        model=formulas_of(written_of(found.model, written)),
        estimates=tuple(_as_written(one, written) for one in found.estimates),
    )


def _as_written(one: Estimate, written: Model) -> Estimate:
    units = {each.name: each.unit for each in written.parameters}
    name = _renamed(one.name, OUTPUT, RESIDUAL)
    return replace(one, name=name, unit=units.get(name, ""))


def _renamed(name: str, before: str, now: str) -> str:
    return f"{now} {name.removeprefix(f'{before} ')}" if name.startswith(f"{before} ") else name
