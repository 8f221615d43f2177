"""The length of gestation from conception intervals: what a pregnancy's record is worth.

Person i conceived on one of w days, all alike likely; came under observation e days after the
first of them; and ended by cause k on [lo, hi), or was pregnant still at lo. Days are counted
from the first possible conception. Then, with sums over conceptions c up to e,

    L = sum_c [F_k(hi - c) - F_k(lo - c)] / sum_c S(e - c), or sum_c S(lo - c) / sum_c S(e - c)

The hazard of birth is that of a normal distribution; losses have a constant hazard within each
of four stretches, induced ends up to 24 weeks. Nothing assumes ordinary growth or an ordinary
term: a due date does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import log_ndtr

DAYS = 560  # 80 weeks: no term beyond is looked for
LOSS_WEEKS = (6, 12, 20)  # where the hazard of a loss changes
INDUCED_WEEKS = 24
ONGOING, BIRTH, LOSS, INDUCED = 0, 1, 2, 3
# a day, in the four stretches: of the order of losses in ordinary pregnancies (life tables from
# recognition on, Avalos et al. 2012, Birth Defects Res A 94:417); weak: sd 2 of the logarithm
_LOSS_PRIOR = np.log((0.0015, 0.001, 0.0002, 0.00005))
_INDUCED_PRIOR = np.log(0.0005)
_SIGMA_PRIOR = np.log(12.0)  # d; healthy births from conception: 268 d, spread 10 to 14 d
_LOG_2PI = 0.5 * np.log(2 * np.pi)
PARAMETERS = 3 + len(LOSS_WEEKS) + 1
_TINY = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class GestationRecord:
    """One pregnancy, in days from the first day on which it can have begun.

    width  days on which conception is possible
    entry  day on which it came under observation
    cause  ONGOING, BIRTH, LOSS or INDUCED
    low    last day known pregnant (ongoing), or the first possible day of its end
    high   the day behind the last possible day of its end; unused while it goes on
    """

    width: int
    entry: int
    cause: int
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.entry < 0 or not 0 <= self.cause <= INDUCED:
            raise ValueError(f"no pregnancy is like this: {self}")
        if self.low < self.entry or (self.cause != ONGOING and self.high <= self.low):
            raise ValueError(f"a pregnancy ends before it was seen, or in no time: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class GestationRecords:
    """Pregnancies as arrays; those seen beyond DAYS are cut off there as ongoing."""

    last: Int[np.ndarray, " P"]  # last conception counted from the first day
    entry: Int[np.ndarray, " P"]
    cause: Int[np.ndarray, " P"]
    low: Int[np.ndarray, " P"]
    high: Int[np.ndarray, " P"]


def gestation_records(records: Iterable[GestationRecord]) -> GestationRecords:
    """Records as arrays; whoever entered beyond every day looked at is left out."""
    rows = [
        (min(one.width - 1, one.entry), one.entry, one.cause, one.low, one.high)
        for one in records
        if one.entry < DAYS - 1
    ]
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    cause, low, high = table[:, 2].copy(), table[:, 3].copy(), table[:, 4].copy()
    beyond = (low >= DAYS - 1) | ((cause != ONGOING) & (high > DAYS - 1))
    cause[beyond], low[beyond] = ONGOING, np.minimum(low[beyond], DAYS - 1)
    high[cause == ONGOING] = low[cause == ONGOING] + 1
    return GestationRecords(
        last=table[:, 0], entry=table[:, 1], cause=cause, low=low, high=high
    )


def start_of(records: GestationRecords) -> Float[np.ndarray, " R"]:
    """Where a search begins: the mean of births seen, or the longest pregnancy seen."""
    births = records.cause == BIRTH
    middle = records.low - records.last / 2.0
    seen = middle[births] if births.any() else middle
    mean = float(seen.mean()) if seen.size else 266.0
    return np.array([mean, _SIGMA_PRIOR, *_LOSS_PRIOR, _INDUCED_PRIOR])


def daily_hazards(theta: Float[np.ndarray, " R"]) -> Float[np.ndarray, "3 D"]:
    """Hazard of birth, loss and induced end on each day from conception.

    theta  mean and log standard deviation of birth (d), log hazards of losses in the four
           stretches and of induced ends (1/d)
    """
    day = np.arange(DAYS) + 0.5
    sigma = np.exp(np.clip(theta[1], -2.0, 5.0))
    z = (day - theta[0]) / sigma
    birth = np.exp(np.minimum(-0.5 * z * z - _LOG_2PI - log_ndtr(-z), 700.0)) / sigma
    place = np.searchsorted(np.array(LOSS_WEEKS) * 7, np.arange(DAYS), side="right")
    loss = np.exp(np.clip(theta[2 : 3 + len(LOSS_WEEKS)], -30.0, 1.0))[place]
    induced = np.where(
        np.arange(DAYS) < INDUCED_WEEKS * 7, np.exp(np.clip(theta[-1], -30.0, 1.0)), 0.0
    )
    return np.stack([birth, loss, induced])


def courses(theta: Float[np.ndarray, " R"]) -> tuple[Float[np.ndarray, " E"], np.ndarray]:
    """Share still pregnant (E,) and ended by each cause (3, E) on the morning of each day."""
    hazards = daily_hazards(theta)
    whole = hazards.sum(axis=0)
    pregnant = np.concatenate(([1.0], np.exp(-np.cumsum(whole))))
    parts = hazards / np.maximum(whole, _TINY) * -np.diff(pregnant)
    ended = np.concatenate((np.zeros((3, 1)), np.cumsum(parts, axis=1)), axis=1)
    return pregnant, ended


def negative_log_posterior(theta: Float[np.ndarray, " R"], records: GestationRecords) -> float:
    """Minus the log likelihood of all records, with the weak priors."""
    pregnant, ended = courses(theta)
    sums = np.concatenate(([0.0], np.cumsum(pregnant)))
    under = _between(sums, records.entry, records.last)
    going = _between(sums, records.low, records.last)
    until = np.concatenate((np.zeros((3, 1)), np.cumsum(ended, axis=1)), axis=1)
    value = np.where(records.cause == ONGOING, going, 0.0)
    for cause in (BIRTH, LOSS, INDUCED):
        row = until[cause - 1]
        got = _between(row, records.high, records.last) - _between(
            row, records.low, records.last
        )
        value = np.where(records.cause == cause, got, value)
    likelihood = np.log(np.maximum(value, _TINY)) - np.log(np.maximum(under, _TINY))
    return float(-likelihood.sum() + _prior(theta))


def _between(
    sums: Float[np.ndarray, " S"], at: Int[np.ndarray, " P"], last: Int[np.ndarray, " P"]
) -> Float[np.ndarray, " P"]:
    """Sum of a course over the days at - last to at, from its running sums."""
    return np.asarray(sums[at + 1] - sums[at - last])


def _prior(theta: Float[np.ndarray, " R"]) -> float:
    losses = (theta[2:-1] - _LOSS_PRIOR) / 2.0
    induced = (theta[-1] - _INDUCED_PRIOR) / 2.0
    return float(
        0.5 * (theta[1] - _SIGMA_PRIOR) ** 2 + 0.5 * (losses**2).sum() + 0.5 * induced**2
    )
