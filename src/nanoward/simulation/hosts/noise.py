"""Weekly noise that remembers the week before."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

WEEKLY_MEMORY: Final = 0.3  # correlation of neighbouring weeks; our assumption


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """Where a row of a findings domain stands: --SEQ, VISITNUM and the day of the study."""

    number: int
    visit: int
    day: int


def remembering_noise(
    chance: np.random.Generator, weeks: int, series: int, memory: float = WEEKLY_MEMORY
) -> NDArray[np.float64]:
    """Stationary first-order autoregressive noise with mean 0 and variance 1.

    returns  (T, N) weeks by series; z[t] = memory z[t-1] + sqrt(1 - memory^2) e[t]
             (Box & Jenkins 1976, section 3.2)
    """
    fresh = chance.standard_normal((weeks, series))
    noise: NDArray[np.float64] = np.empty_like(fresh)
    for week in range(weeks):
        noise[week] = (
            memory * noise[week - 1] + np.sqrt(1 - memory**2) * fresh[week]
            if week
            else fresh[0]
        )
    return noise


def visit_days(consent: int, first: int, last: int) -> list[int]:
    """Days of the weekly visits: screening, then every seventh day from the first dose."""
    return [consent, *range(first, last + 1, 7)] if first >= 0 else [consent]
