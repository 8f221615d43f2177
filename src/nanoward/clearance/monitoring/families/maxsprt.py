"""MaxSPRT: the likelihood ratio at the risk that fits best, above the acceptable one."""

from typing import TYPE_CHECKING

from nanoward.clearance.policy.stopping_family import FamilyNumbers, StoppingFamily

if TYPE_CHECKING:
    from nanoward.maths.statistics.stopping import Statistic


def statistic(numbers: FamilyNumbers) -> "Statistic":
    """Log likelihood ratio at its best risk; 0 where that is not above the acceptable one."""
    from nanoward.maths.statistics.stopping import max_sprt

    return max_sprt(numbers.risk)


FAMILY = StoppingFamily(
    name="maxsprt",
    meaning="a likelihood ratio against whatever higher risk fits best",
    citation="Kulldorff and others 2011, Sequential Analysis 30:58",
    statistic=statistic,
)
