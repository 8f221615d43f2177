"""Agreement of two readers beyond chance: Cohen's kappa with its limits.

Sources: Cohen 1960 (Educ Psychol Meas 20:37); standard error of Fleiss, Cohen and Everitt 1969
(Psychol Bull 72:323). Of readers who always say the same word nothing can be told.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_Z = 1.959963984540054  # 97.5 % point of the normal distribution
LEAST = 2  # items below which nothing is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Kappa of n pairs with 95 % limits, and the plain share of pairs that agree."""

    n: int
    share: float
    kappa: float
    low: float
    high: float


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> Agreement | None:
    """None where chance alone agrees always, or there are fewer than two pairs."""
    n = len(pairs)
    if n < LEAST:
        return None
    counts = Counter(pairs)
    rows, columns = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    labels = sorted({*rows, *columns})
    observed = sum(counts[one, one] for one in labels) / n
    chance = sum(rows[one] * columns[one] for one in labels) / n**2
    if math.isclose(chance, 1.0):
        return None
    kappa = (observed - chance) / (1 - chance)
    row = {one: rows[one] / n for one in labels}
    column = {one: columns[one] / n for one in labels}
    on = sum(
        counts[one, one] / n * (1 - (row[one] + column[one]) * (1 - kappa)) ** 2
        for one in labels
    )
    off = (1 - kappa) ** 2 * sum(
        count / n * (column[a] + row[b]) ** 2 for (a, b), count in counts.items() if a != b
    )
    spread = on + off - (kappa - chance * (1 - kappa)) ** 2
    error = math.sqrt(max(spread, 0.0) / n) / (1 - chance)
    return Agreement(
        n=n, share=observed, kappa=kappa, low=max(kappa - _Z * error, -1.0),
        high=min(kappa + _Z * error, 1.0),
    )  # fmt: skip
