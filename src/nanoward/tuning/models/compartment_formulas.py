"""A model written as compartments, as formulas: what the compiled kernel fits.

`Model` is a short way of writing the commonest models; there is one kind that is computed. The
formulas keep what was written (`Dynamics.written`), which names the model on the ledger, and
from which `exposure_per_dose` knows the steady state without following it.
"""

from functools import lru_cache

from nanoward.base.units import UnknownUnit, unit_of
from nanoward.tuning.models.dynamics import (
    Compartment,
    Covariate,
    Dynamics,
    Individual,
    Output,
    Pair,
    as_written,
)
from nanoward.tuning.models.model import CovariateEffect, Model, Residual

OUTPUT = "concentration"


@lru_cache(maxsize=64)
def formulas_of(model: Model) -> Dynamics:
    """The same model as formulas of its amounts; units stand with the parameters as written.

    Each covariate effect has a column of its own, in the order in which they are written: what
    counts where a covariate is missing (`neutral`) belongs to the effect.
    """
    columns = [f"effect_{place + 1}" for place in range(len(model.covariates))]
    by_parameter: dict[str, list[str]] = {}
    for name, effect in zip(columns, model.covariates, strict=True):
        by_parameter.setdefault(effect.parameter, []).append(_multiplier(effect, name))
    volume = "V" if model.compartments == 1 else "V1"
    size = model.parameter(volume).unit
    amount = _understood(f"{model.unit}.{size}") if model.unit and size else ""
    found = Dynamics(
        name=model.name,
        parameters=tuple(
            Individual(
                name=one.name,
                typical=one.typical,
                variance=one.variance,
                covariates=" * ".join(by_parameter.get(one.name, ())),
            )
            for one in model.parameters
        ),
        outputs=(
            Output(
                name=OUTPUT,
                value=f"central / {volume}",
                unit=_understood(model.unit),
                quantity=model.quantity or OUTPUT,
                additive=_variance(model.residual.additive),
                proportional=_variance(model.residual.proportional),
            ),
        ),
        compartments=_compartments(model, amount),
        covariates=tuple(
            Covariate(name=name, missing=neutral(effect))
            for name, effect in zip(columns, model.covariates, strict=True)
        ),
        correlations=tuple(
            Pair(a=one.a, b=one.b, covariance=one.covariance) for one in model.correlations
        ),
        time_unit=model.time_unit,
        citation=model.citation,
    )
    return as_written(found, model)


def neutral(effect: CovariateEffect) -> float:
    """The value of a covariate that leaves the parameter as it is."""
    return effect.reference if effect.form == "power" else 0.0


def written_of(formulas: Dynamics, written: Model) -> Model:
    """The model as it was written, with the numbers of formulas that were made of it."""
    numbers = {one.name: one for one in formulas.parameters}
    residual = formulas.outputs[0]
    spread = {frozenset((one.a, one.b)): one.covariance for one in formulas.correlations}
    return Model(
        name=written.name,
        quantity=written.quantity,
        unit=written.unit,
        compartments=written.compartments,
        absorption=written.absorption,
        parameters=tuple(
            type(one)(
                name=one.name,
                typical=numbers[one.name].typical,
                unit=one.unit,
                variance=numbers[one.name].variance,
                citation=one.citation,
            )
            for one in written.parameters
        ),
        residual=Residual(
            additive=float(residual.additive or 0.0),
            proportional=float(residual.proportional or 0.0),
            citation=written.residual.citation,
        ),
        covariates=written.covariates,
        correlations=tuple(
            type(one)(a=one.a, b=one.b, covariance=spread[frozenset((one.a, one.b))])
            for one in written.correlations
        ),
        time_unit=written.time_unit,
        citation=written.citation,
    )


def typical_values(model: Model, columns: tuple[float, ...] | None) -> dict[str, float]:
    """Parameters of a person with eta 0 and these values of the effects' columns; None: as
    where no covariate is known."""
    found = {one.name: one.typical for one in model.parameters}
    for effect, value in zip(model.covariates, columns or (), strict=columns is not None):
        found[effect.parameter] *= effect.multiplier(value)
    return found


def _multiplier(effect: CovariateEffect, column: str) -> str:
    if effect.form == "power":
        return f"({column} / {effect.reference!r})^({effect.coefficient!r})"
    return f"{effect.coefficient!r}^{column}"


def _understood(unit: str) -> str:
    """The unit, or none where it is no unit that can be worked with: it is shown alone then."""
    return "" if isinstance(unit_of(unit), UnknownUnit) else unit


def _variance(value: float) -> str:
    return repr(value) if value > 0 else ""


def _compartments(model: Model, amount: str) -> tuple[Compartment, ...]:
    """A depot where there is absorption, the centre, and beside it a second compartment."""
    change = "-CL / V * central"
    if model.compartments == 2:
        change = "Q / V2 * peripheral - (CL + Q) / V1 * central"
    absorbed = model.absorption == "first-order"
    if absorbed:
        change = f"KA * depot + {change}" if change[0] != "-" else f"KA * depot {change}"
    found = [
        Compartment(name="central", derivative=change, number=2 if absorbed else 1, unit=amount)
    ]
    if absorbed:
        depot = Compartment(
            name="depot",
            derivative="-KA * depot",
            number=1,
            unit=amount,
            lag="LAG" if model.has("LAG") else "",
            bioavailability="F" if model.has("F") else "",
        )
        found.insert(0, depot)
    if model.compartments == 2:
        beside = "Q / V1 * central - Q / V2 * peripheral"
        found.append(Compartment(name="peripheral", derivative=beside, number=3, unit=amount))
    return tuple(found)
