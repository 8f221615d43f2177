"""Models that come with nanoward, each number with where it comes from."""

from collections.abc import Mapping

from nanoward.tuning.models.model import CovariateEffect, Model, Parameter, Residual

_WARFARIN = (
    "estimated by nanoward (FOCE-I, nanoward tuning fit --population) from 251 concentrations "
    "of 32 people: O'Reilly et al. 1963, J Clin Invest 42:1542; O'Reilly & Aggeler 1968, "
    "Circulation 38:169"
)
_ALLOMETRY = (
    "Holford 1996, Clin Pharmacokinet 30:329: exponents 3/4 and 1 by theory, not fitted"
)


def _warfarin(name: str, typical: float, unit: str, variance: float) -> Parameter:
    return Parameter(
        name=name, typical=typical, unit=unit, variance=variance, citation=_WARFARIN
    )


def _by_weight(parameter: str, coefficient: float) -> CovariateEffect:
    return CovariateEffect(
        parameter=parameter,
        covariate="WT",
        form="power",
        coefficient=coefficient,
        reference=70.0,
        citation=_ALLOMETRY,
    )


WARFARIN = Model(
    name="warfarin-1cpt",
    quantity="cp",
    unit="mg/L",
    compartments=1,
    absorption="first-order",
    parameters=(
        _warfarin("CL", 0.1342, "L/h", 0.0722),
        _warfarin("V", 8.093, "L", 0.01819),
        _warfarin("KA", 1.341, "1/h", 0.5543),
        _warfarin("LAG", 0.8637, "h", 0.4097),
    ),
    residual=Residual(additive=0.1055, proportional=0.005886, citation=_WARFARIN),
    covariates=(_by_weight("CL", 0.75), _by_weight("V", 1.0)),
    citation=_WARFARIN,
)

MODELS: Mapping[str, Model] = {one.name: one for one in (WARFARIN,)}
