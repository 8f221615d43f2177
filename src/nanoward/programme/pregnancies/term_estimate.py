"""The new term: estimated from few pregnancies, with profile limits, or "not yet estimable"."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from nanoward.programme.pregnancies.term_model import (
    BIRTH,
    DAYS,
    ONGOING,
    PARAMETERS,
    GestationRecord,
    GestationRecords,
    courses,
    gestation_records,
    negative_log_posterior,
    start_of,
)

FEWEST_BIRTHS = 8
FEWEST_FOLLOWED = 5  # pregnancies followed to the fitted mean
CHI2_95 = 3.841459  # 95 % point, one degree of freedom
ORDINARY_D, ORDINARY_SD_D = (
    268.0,
    12.0,
)  # from conception; Jukic et al. 2013, Hum Reprod 28:2848


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEstimate:
    """What the record says of the length of gestation, from conception.

    why        why it is not yet estimable; empty: it is
    mean, low, high   days, with 95 % limits of the profile likelihood; NaN where not estimable
    sd         spread of births (d); earliest, latest: 2.5 % and 99.5 % points of births (d)
    loss       probability of a loss, births and induced ends competing
    naive_mean mean of births seen, kept beside to show what it would say
    """

    births: int
    ongoing: int
    pregnancies: int
    why: str
    mean: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    sd: float = float("nan")
    earliest: float = float("nan")
    latest: float = float("nan")
    loss: float = float("nan")
    naive_mean: float = float("nan")

    @property
    def is_estimable(self) -> bool:
        return not self.why


def reason_not_estimable(births: int) -> str:
    """Why no fit is even tried; empty where there are births enough."""
    few = births < FEWEST_BIRTHS
    return f"{births} births; {FEWEST_BIRTHS} are the least" if few else ""


def reason_not_followed(records: GestationRecords, mean: float) -> str:
    """Why a fitted term is not published: hardly anybody was followed as long as it is.

    Half of all births lie before the fitted mean. Where fewer than five pregnancies were seen
    that long, the other half is drawn from the form of the curve alone.
    """
    seen = int((records.low - records.last / 2.0 >= mean).sum())
    few = seen < FEWEST_FOLLOWED
    return (
        f"{seen} pregnancies were followed to {mean:.0f} days; 5 are the least" if few else ""
    )


def estimate_term(records: Iterable[GestationRecord]) -> TermEstimate:
    """The new term by maximum likelihood (weak priors); some 0.5 CPU s for 60 pregnancies."""
    known = gestation_records(records)
    births = int((known.cause == BIRTH).sum())
    why = reason_not_estimable(births)
    if not why:
        fitted = fit_term(known)
        why = reason_not_followed(known, fitted.mean)
        if not why:
            return fitted
    return TermEstimate(
        births=births,
        ongoing=int((known.cause == ONGOING).sum()),
        pregnancies=known.cause.size,
        why=why,
        naive_mean=naive_mean(known),
    )


def fit_term(known: GestationRecords) -> TermEstimate:
    """The fit with its limits, however little it rests on: publish by `estimate_term`."""
    best, least = _minimum(known, start_of(known))
    low, high = (_limit(known, best, least, sign) for sign in (-1.0, 1.0))
    earliest, latest = birth_quantiles(best)
    return TermEstimate(
        births=int((known.cause == BIRTH).sum()),
        ongoing=int((known.cause == ONGOING).sum()),
        pregnancies=known.cause.size,
        why="",
        mean=float(best[0]),
        low=low,
        high=high,
        sd=float(np.exp(best[1])),
        earliest=earliest,
        latest=latest,
        loss=float(courses(best)[1][1, -1]),
        naive_mean=naive_mean(known),
    )


def naive_mean(records: GestationRecords) -> float:
    """Mean length of births seen: those that have not come yet are not in it."""
    births = records.cause == BIRTH
    if not births.any():
        return float("nan")
    middle = (records.low + records.high - 1 - records.last) / 2.0
    return float(middle[births].mean())


def birth_quantiles(theta: Float[np.ndarray, " R"]) -> tuple[float, float]:
    """2.5 % and 99.5 % points of births among births, in days from conception."""
    _, ended = courses(theta)
    share = ended[0] / ended[0, -1] if ended[0, -1] > 0 else ended[0]
    early, late = (float(np.searchsorted(share, at)) for at in (0.025, 0.995))
    return early, min(late, float(DAYS))


def _minimum(
    records: GestationRecords, start: Float[np.ndarray, " R"], fixed: float | None = None
) -> tuple[Float[np.ndarray, " R"], float]:
    """The best parameters from a start, the mean held where it is given; and their value."""
    from scipy.optimize import minimize  # heavy, and a round without pregnancies needs it not

    scale = np.array([10.0, *[1.0] * (PARAMETERS - 1)])

    def whole(free: Float[np.ndarray, " Q"]) -> Float[np.ndarray, " R"]:
        return free * scale if fixed is None else np.concatenate(([fixed], free))

    begin = start / scale if fixed is None else start[1:]

    def wanted(free: Float[np.ndarray, " Q"]) -> float:
        return negative_log_posterior(whole(free), records)

    found = minimize(wanted, begin, method="L-BFGS-B")
    again = minimize(wanted, found.x, method="BFGS", options={"gtol": 1e-4, "maxiter": 60})
    best = again if again.fun <= found.fun else found
    return whole(best.x), float(best.fun)


def _limit(
    records: GestationRecords, best: Float[np.ndarray, " R"], least: float, sign: float
) -> float:
    """Where twice the profile's rise reaches the 95 % point, on one side of the mean."""
    start, step = best, max(float(np.exp(best[1])), 2.0) / 2.0
    inside, outside = float(best[0]), float(best[0])
    for _ in range(14):
        outside += sign * step
        start, value = _minimum(records, start, fixed=outside)
        if 2 * (value - least) >= CHI2_95:
            break
        inside, step = outside, step * 1.6
    else:
        return sign * float("inf")
    for _ in range(9):
        middle = (inside + outside) / 2
        start, value = _minimum(records, start, fixed=middle)
        inside, outside = (
            (inside, middle) if 2 * (value - least) >= CHI2_95 else (middle, outside)
        )
    return (inside + outside) / 2
