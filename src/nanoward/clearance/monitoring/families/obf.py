"""O'Brien and Fleming: hard to stop early, nearly unadjusted at the end."""

from typing import TYPE_CHECKING

from nanoward.clearance.policy.stopping_family import FamilyNumbers, StoppingFamily

if TYPE_CHECKING:
    from nanoward.maths.statistics.stopping import Statistic


def statistic(numbers: FamilyNumbers) -> "Statistic":
    """z x (n / N)^(1/2): Wang and Tsiatis with Delta 0."""
    from nanoward.maths.statistics.stopping import wang_tsiatis

    return wang_tsiatis(numbers.risk, 0.0, numbers.most)


FAMILY = StoppingFamily(
    name="obf",
    meaning="O'Brien-Fleming: hard to stop early, nearly unadjusted at the end",
    citation="Wang and Tsiatis 1987, Biometrics 43:193 (Delta 0)",
    statistic=statistic,
)
