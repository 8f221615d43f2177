"""Has the level of several weekly scales changed, against the person's own past?

At each week the mean of the last w weeks is compared with the mean of all earlier ones, over
several w at once, and the largest standardised distance is the statistic (a generalised
likelihood ratio scan; Siegmund and Venkatraman 1995, Annals of Statistics 23:255). Weeks are
correlated as AR(1) and scales among each other; both enter the distance. Scores are first
drawn in towards the person's running median, because one bad day must not look like a change:
without that, heavy tails triple the threshold and hide what the scan is for.

The threshold is found by simulation, so that a person who does not change is called changed
with a chosen probability within a chosen number of weeks.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

Noise = Literal["normal", "t4"]
WINDOWS = (2, 3, 4, 6, 8)
PAST = 4  # earlier weeks that a comparison needs
MEDIAN_WEEKS = 8
LIMIT = 2.0  # within-person SDs from the running median


@dataclass(frozen=True, slots=True, kw_only=True)
class NullScores:
    """How scales behave in people who do not change, in units of their within-person SD."""

    scales: int
    correlation: float = 0.3  # between any two scales in one week
    phi: float = 0.3  # between successive weeks of one scale
    noise: Noise = "normal"

    def matrix(self) -> Float[np.ndarray, "p p"]:
        """Correlation of the scales within a week."""
        matrix = np.full((self.scales, self.scales), self.correlation)
        np.fill_diagonal(matrix, 1.0)
        return matrix


def simulated_null_scores(
    course: NullScores, people: int, weeks: int, rng: np.random.Generator
) -> Float[np.ndarray, "n t p"]:
    """Weekly scores of people who do not change, each scale with SD 1."""
    root = np.linalg.cholesky(course.matrix())
    shape = (people, weeks, course.scales)
    if course.noise == "normal":
        fresh = rng.standard_normal(shape)
    else:
        fresh = rng.standard_t(4, shape) / np.sqrt(2.0)  # t4 has variance 2
    fresh = fresh @ root.T
    scores = np.empty(shape)
    scores[:, 0] = fresh[:, 0]
    keep = np.sqrt(1 - course.phi**2)
    for week in range(1, weeks):
        scores[:, week] = course.phi * scores[:, week - 1] + keep * fresh[:, week]
    return scores


def winsorised(scores: Float[np.ndarray, "n t p"]) -> Float[np.ndarray, "n t p"]:
    """Scores no further than LIMIT from the median of the last MEDIAN_WEEKS, own included."""
    limited = np.empty_like(scores)
    for week in range(scores.shape[1]):
        recent = scores[:, max(0, week + 1 - MEDIAN_WEEKS) : week + 1]
        middle = np.median(recent, axis=1)
        limited[:, week] = np.clip(scores[:, week], middle - LIMIT, middle + LIMIT)
    return limited


def scan(
    scores: Float[np.ndarray, "n t p"],
    weeks: Float[np.ndarray, " t"],
    correlation: Float[np.ndarray, "p p"],
    phi: float,
) -> Float[np.ndarray, "n t"]:
    """The statistic of each person at each week; NaN while there is too little past.

    scores  in units of the within-person SD, complete; weeks that were missed are left out
    weeks   when each was taken, in weeks; gaps weaken the tie between neighbours
    """
    limited = winsorised(scores)
    inverse = np.linalg.inv(correlation)
    ties = phi ** np.abs(weeks[:, None] - weeks[None, :]) if phi else np.eye(weeks.size)
    found = np.full(scores.shape[:2], np.nan)
    for week in range(PAST + min(WINDOWS) - 1, scores.shape[1]):
        for width in WINDOWS:
            past = week + 1 - width
            if past < PAST:
                continue
            weights = np.concatenate([np.full(past, -1 / past), np.full(width, 1 / width)])
            apart = np.einsum("ntp,t->np", limited[:, : week + 1], weights)
            variance = weights @ ties[: week + 1, : week + 1] @ weights
            distance = np.einsum("np,pq,nq->n", apart, inverse, apart) / variance
            found[:, week] = np.fmax(found[:, week], distance)
    return found


def threshold(
    course: NullScores,
    *,
    weeks: int = 26,
    false_alarms: float = 0.05,
    people: int = 20_000,
    rng: np.random.Generator,
) -> float:
    """The statistic that a person who does not change passes within `weeks` so often."""
    highest = _highest(course, people, weeks, rng)
    return float(np.quantile(highest, 1 - false_alarms))


def _highest(
    course: NullScores, people: int, weeks: int, rng: np.random.Generator
) -> Float[np.ndarray, " n"]:
    scores = simulated_null_scores(course, people, weeks, rng)
    when = np.arange(weeks, dtype=np.float64)
    highest: Float[np.ndarray, " n"] = np.nanmax(
        scan(scores, when, course.matrix(), course.phi), axis=1
    )
    return highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A lasting shift of so many within-person SDs in the first `scales` scales."""

    size: float
    scales: int
    onset: int = 12  # weeks without it


def detection(
    course: NullScores,
    limit: float,
    shift: Shift,
    *,
    within: int,
    people: int = 4_000,
    rng: np.random.Generator,
) -> float:
    """Chance that a lasting shift is seen within so many weeks; earlier alarms do not count."""
    weeks = shift.onset + within
    scores = simulated_null_scores(course, people, weeks, rng)
    scores[:, shift.onset :, : shift.scales] += shift.size
    when = np.arange(weeks, dtype=np.float64)
    alarms = np.nan_to_num(scan(scores, when, course.matrix(), course.phi)) > limit
    before = np.asarray(alarms[:, : shift.onset].any(axis=1))
    after = np.asarray(alarms[:, shift.onset :].any(axis=1))
    return float(after[~before].mean())
