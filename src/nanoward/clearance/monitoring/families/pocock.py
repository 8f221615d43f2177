"""Pocock: as strict early as late."""

from typing import TYPE_CHECKING

from nanoward.clearance.policy.stopping_family import FamilyNumbers, StoppingFamily

if TYPE_CHECKING:
    from nanoward.maths.statistics.stopping import Statistic


def statistic(numbers: FamilyNumbers) -> "Statistic":
    """1 - P(Bin(n, risk) >= events)."""
    from nanoward.maths.statistics.stopping import pocock

    return pocock(numbers.risk)


FAMILY = StoppingFamily(
    name="pocock",
    meaning="as strict early as late",
    citation="Ivanova, Qaqish and Schell 2005, Biometrics 61:540",
    statistic=statistic,
)
