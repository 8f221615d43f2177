"""Wald's sequential probability ratio test, truncated at the people planned."""

from typing import TYPE_CHECKING

from nanoward.clearance.policy.stopping_family import FamilyNumbers, StoppingFamily

if TYPE_CHECKING:
    from nanoward.maths.statistics.stopping import Statistic


def statistic(numbers: FamilyNumbers) -> "Statistic":
    """Log likelihood ratio of `against` over the acceptable risk."""
    from nanoward.maths.statistics.stopping import sprt

    return sprt(numbers.risk, numbers.against or 0.5)


def lacks(numbers: FamilyNumbers) -> str:
    """A risk that must not be missed, above the acceptable one."""
    sound = numbers.against is not None and numbers.risk < numbers.against < 1
    return "" if sound else "an SPRT needs `against`, above the acceptable risk"


FAMILY = StoppingFamily(
    name="sprt",
    meaning="Wald's test of one risk against another (needs against)",
    citation="Wald 1945, Annals of Mathematical Statistics 16:117",
    statistic=statistic,
    lacks=lacks,
)
