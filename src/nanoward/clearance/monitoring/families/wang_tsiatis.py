"""Wang and Tsiatis: between O'Brien-Fleming (Delta 0) and a constant z (Delta 1/2)."""

from typing import TYPE_CHECKING

from nanoward.clearance.policy.stopping_family import FamilyNumbers, StoppingFamily

if TYPE_CHECKING:
    from nanoward.maths.statistics.stopping import Statistic


def statistic(numbers: FamilyNumbers) -> "Statistic":
    """z x (n / N)^(1/2 - Delta)."""
    from nanoward.maths.statistics.stopping import wang_tsiatis

    return wang_tsiatis(numbers.risk, numbers.delta, numbers.most)


FAMILY = StoppingFamily(
    name="wang-tsiatis",
    meaning="between O'Brien-Fleming (delta 0) and a constant z (delta 0.5)",
    citation="Wang and Tsiatis 1987, Biometrics 43:193",
    statistic=statistic,
)
