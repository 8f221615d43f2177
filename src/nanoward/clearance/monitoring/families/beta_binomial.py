"""Beta-binomial: the chance that the risk is above the acceptable one, under a prior."""

from typing import TYPE_CHECKING

from nanoward.clearance.policy.stopping_family import FamilyNumbers, StoppingFamily

if TYPE_CHECKING:
    from nanoward.maths.statistics.stopping import Statistic


def statistic(numbers: FamilyNumbers) -> "Statistic":
    """P(p > risk) after the events, under a Beta(a, b) prior."""
    from nanoward.maths.statistics.stopping import beta_binomial

    a, b = numbers.prior or (1.0, 1.0)
    return beta_binomial(numbers.risk, a, b)


def lacks(numbers: FamilyNumbers) -> str:
    """A prior of two numbers above 0."""
    sound = numbers.prior is not None and min(numbers.prior) > 0
    return "" if sound else "a beta-binomial rule needs a prior, two numbers above 0"


FAMILY = StoppingFamily(
    name="beta-binomial",
    meaning="the chance that the risk is too high, under a prior (needs prior)",
    citation="Geller and others 2003, in Geller (ed.), Advances in Clinical Trial"
    " Biostatistics",
    statistic=statistic,
    lacks=lacks,
)
